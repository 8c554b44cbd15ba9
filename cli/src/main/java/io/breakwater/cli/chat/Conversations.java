package io.breakwater.cli.chat;

import io.breakwater.client.BreakwaterClient;
import io.breakwater.client.Listener;
import io.breakwater.client.RequestFailedException;
import io.breakwater.client.core.Credentials;
import io.breakwater.client.core.Event;
import io.breakwater.client.core.ReceivedMessage;
import io.breakwater.client.core.UserId;
import io.breakwater.proto.client.Reason;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A person at a terminal: what arrives is printed as {@code peer: text}, and what is typed in that
 * form is sent.
 */
final class Conversations implements Listener {
  private static final Pattern ADDRESSED = Pattern.compile("(~?[a-z0-9_.]{3,32}): ?(.*)");
  private static final String SIGN_OUT = "/sign-out ";
  private static final String HELP =
      "write  peer: text  or  /to peer  and then text; /sign-out DEVICE; /quit ends";

  private final Credentials self;
  private final Names names;
  private final SignOut signOut;
  private final PrintWriter out;
  private final Notes notes;
  private final Outcomes outcomes;

  /** Completes when what is typed has ended, or the client cannot go on. */
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  /** Completes when what was missed has been printed, or the client cannot go on. */
  private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();

  /** Confined to the client's thread. */
  private long missed;

  /** Confined to the thread that reads what is typed. */
  private Optional<String> current = Optional.empty();

  Conversations(
      Credentials self,
      Names names,
      SignOut signOut,
      PrintWriter out,
      Notes notes,
      Outcomes outcomes) {
    this.self = self;
    this.names = names;
    this.signOut = signOut;
    this.out = out;
    this.notes = notes;
    this.outcomes = outcomes;
  }

  @Override
  public void onMessage(ReceivedMessage message) {
    UserId sender = message.origin().stream().sender();
    String text = Printable.of(message.payload().toString(StandardCharsets.UTF_8));
    if (sender.equals(self.user())) {
      out.println("me to " + names.of(message.to()) + ": " + text);
    } else {
      out.println(names.of(sender) + ": " + text);
    }
    out.flush();
    if (!caughtUp.isDone()) {
      missed++;
    }
  }

  @Override
  public void onEvent(Event event) {
    outcomes.event(event);
    notes.event(event);
    if (event instanceof Event.CaughtUp && caughtUp.complete(null)) {
      notes.say(
          (missed == 0 ? "connected, nothing missed; " : "caught up, " + missed + " missed; ")
              + HELP);
    } else if (event instanceof Event.Attached && caughtUp.isDone()) {
      notes.say("connected again");
    } else if (event instanceof Event.Stopped) {
      caughtUp.complete(null);
      end.complete(null);
    }
  }

  @Override
  public void onStoreFailed(IOException failure) {
    outcomes.fatal("the device's store failed: " + failure.getMessage());
    caughtUp.complete(null);
    end.complete(null);
  }

  CompletableFuture<Void> end() {
    return end;
  }

  CompletableFuture<Void> caughtUp() {
    return caughtUp;
  }

  /** Sends what is typed, until it ends. */
  void read(BreakwaterClient client, Lines lines) {
    try {
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        String typed = new String(line, StandardCharsets.UTF_8).stripTrailing();
        if (typed.equals("/quit")) {
          break;
        }
        if (!typed.startsWith(SIGN_OUT)) {
          obey(client, lines.number(), typed);
        } else if (isSignedOut(client, typed)) {
          break;
        }
      }
      end.complete(null);
    } catch (IOException | InterruptedException | RuntimeException e) {
      end.completeExceptionally(e);
    }
  }

  /** Signs a device out. Whether it was this one. */
  private boolean isSignedOut(BreakwaterClient client, String typed) throws IOException {
    try {
      return signOut.of(client, self.device(), typed.substring(SIGN_OUT.length()).strip());
    } catch (ChatFailure e) {
      notes.say(String.valueOf(e.getMessage()));
      return false;
    }
  }

  private void obey(BreakwaterClient client, long number, String typed)
      throws IOException, InterruptedException {
    if (typed.startsWith("/to")) {
      current = Optional.of(typed.substring(3).strip()).filter(peer -> !peer.isEmpty());
      notes.say(current.map(peer -> "writing to " + peer).orElse(HELP));
    } else if (typed.startsWith("/")) {
      notes.say(HELP);
    } else if (!typed.isBlank()) {
      Matcher addressed = ADDRESSED.matcher(typed);
      if (current.isPresent()) {
        send(client, number, current.get(), typed);
      } else if (addressed.matches()) {
        send(client, number, addressed.group(1), addressed.group(2));
      } else {
        notes.say(HELP);
      }
    }
  }

  private void send(BreakwaterClient client, long number, String peer, String text)
      throws IOException, InterruptedException {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    try {
      UserId to =
          peer.startsWith("~")
              ? names.unnamed(peer).orElseThrow(() -> new ChatFailure(peer + " did not write here"))
              : names.lookUp(client, peer);
      outcomes.take(number, payload.length);
      outcomes.watch(number, payload.length, client.send(to, payload));
    } catch (RequestFailedException e) {
      notes.say(
          e.reason() == Reason.NOT_FOUND
              ? "nobody is called " + peer
              : "not sent to %s: %s".formatted(peer, e.getMessage()));
    }
  }
}
