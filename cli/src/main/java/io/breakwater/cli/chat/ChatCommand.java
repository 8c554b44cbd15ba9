package io.breakwater.cli.chat;

import io.breakwater.client.BreakwaterClient;
import io.breakwater.client.ClientClosedException;
import io.breakwater.client.ClientConfig;
import io.breakwater.client.Endpoint;
import io.breakwater.client.RequestFailedException;
import io.breakwater.client.Tls;
import io.breakwater.client.core.Counters;
import io.breakwater.client.core.Credentials;
import io.breakwater.client.core.DeviceConfig;
import io.breakwater.client.core.UserId;
import io.breakwater.client.store.DamagedStoreException;
import io.breakwater.client.store.FileDeviceStore;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Talks, sends a file line by line, or receives into a file. */
@Command(
    name = "chat",
    description = {
      "Signs up as NAME, or in from a saved device, and talks: what was missed comes first, then lines of the form"
          + " 'peer: text', or '/to peer' and then text, are sent; '/sign-out DEVICE' signs a device out. Ctrl-D ends.",
      "With --to, each line of standard input is one message, byte for byte without its newline; ends when all are"
          + " acknowledged. What an earlier run could not finish is sent first.",
      "With --receive, the payloads of the next messages are written to standard output, each with a newline, in mailbox"
          + " order, which is message order per conversation."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:all messages were acknowledged, or all that were asked for were received",
      "1:something failed; one line on standard error says what and what to do",
      "2:the arguments make no sense"
    })
public final class ChatCommand implements Callable<Integer> {
  private static final int QUIT_PATIENCE_S = 5;
  private static final String HANDLE = "[a-z][a-z0-9_.]{2,31}";
  private static final String HANDLE_RULE =
      "3 to 32 characters of a-z, 0-9, '_' and '.', beginning with a letter";
  private static final int YEAR_S = 365 * 86_400;
  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "NAME", description = "3 to 32 of a-z, 0-9, '_', '.', first a letter.")
  private String name = "";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where devices are kept, below devices/NAME/DEVICE (default: ~/.breakwater).")
  private Path data = Path.of(System.getProperty("user.home"), ".breakwater");

  @Option(
      names = "--connect",
      paramLabel = "HOST:PORT",
      split = ",",
      description =
          "Gateways, separated by commas (default: 127.0.0.1:7400; with --tls 127.0.0.1:7402).")
  private List<String> connect = List.of();

  @Option(
      names = "--tls",
      description =
          "Connect with TLS. Trusts tls.crt in the data directory if it is there (as up --tls makes"
              + " it), else what the Java platform trusts.")
  private boolean tls;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = DeviceFolder.FIRST,
      description =
          "Which device of NAME this is (default: ${DEFAULT-VALUE}, the one that signs up). Another one is linked through"
              + " a device that is saved here and not in use.")
  private String device = DeviceFolder.FIRST;

  @Option(names = "--to", paramLabel = "RECEIVER", description = "Send standard input there.")
  private @Nullable String to;

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "0",
      description = "With --to: at most R messages per second (default: no limit).")
  private double rate;

  @Option(
      names = "--wait",
      paramLabel = "S",
      defaultValue = "30",
      description = "With --to: seconds to wait until RECEIVER exists (default: ${DEFAULT-VALUE}).")
  private long waitS;

  @Option(
      names = "--timeout",
      paramLabel = "S",
      defaultValue = "300",
      description =
          "Seconds without any acknowledgement after which to give up (default: ${DEFAULT-VALUE}).")
  private long timeoutS;

  @Option(
      names = "--receive",
      paramLabel = "N",
      description = "Write the next N messages to standard output and exit.")
  private @Nullable Long receive;

  @Option(
      names = "--sign-out",
      paramLabel = "DEVICE",
      description =
          "Sign out a device of NAME: one that is saved here, or a number as notes show it. Its files are set aside."
              + " Done through --device; a device can sign itself out. Without another device the account is lost.")
  private @Nullable String signOut;

  ChatCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    if (connect.isEmpty()) {
      connect = List.of(tls ? "127.0.0.1:7402" : "127.0.0.1:7400");
    }
    Notes notes = new Notes(spec.commandLine().getErr(), String.join(",", connect));
    try {
      check();
      ClientConfig config =
          new ClientConfig(
              connect.stream().map(Endpoint::parse).toList(),
              DeviceConfig.DEFAULTS,
              tls ? trust() : null);
      if (signOut != null) {
        new SignOut(data, name, notes).run(config, device, signOut);
        return 0;
      }
      Duration patience = to == null ? FOR_EVER : Duration.ofSeconds(waitS);
      Credentials credentials = new Enrollment(config, data, name, patience, notes).of(device);
      DeviceFolder folder = DeviceFolder.of(data, name, device);
      try (FileDeviceStore store = folder.openStore()) {
        if (receive != null) {
          receive(config, credentials, store, receive, notes);
        } else {
          Names names = new Names(data, folder);
          if (to == null) {
            talk(config, credentials, store, names, notes);
          } else {
            send(config, credentials, store, names, to, notes);
          }
        }
      }
      return 0;
    } catch (DamagedStoreException e) {
      notes.say(
          "%s (./breakwater chat %s --sign-out DEVICE, then ./breakwater chat %s --device DEVICE)"
              .formatted(e.getMessage(), name, name));
    } catch (ChatFailure | ClientClosedException | RequestFailedException e) {
      notes.say(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      notes.say(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
    return 1;
  }

  private Tls trust() throws IOException {
    Path own = data.resolve("tls.crt");
    return Files.exists(own) ? Tls.trusting(own) : Tls.trustingThePlatform();
  }

  private void check() {
    if ((to != null && receive != null) || (signOut != null && (to != null || receive != null))) {
      throw new ParameterException(spec.commandLine(), "Say one of --to, --receive and --sign-out");
    }
    require(name.matches(HANDLE), "NAME", name, HANDLE_RULE);
    require(to == null || to.matches(HANDLE), "--to", to, HANDLE_RULE);
    require(
        DeviceFolder.isName(device), "--device", device, "1 to 32 letters, digits, '_' and '-'");
    require(
        signOut == null || DeviceFolder.isName(signOut),
        "--sign-out",
        signOut,
        "1 to 32 letters, digits, '_' and '-'");
    require(rate >= 0 && rate <= 1e9, "--rate", rate, "0..1000000000, 0 for no limit");
    require(waitS >= 1 && waitS <= YEAR_S, "--wait", waitS, "1.." + YEAR_S + " s");
    require(timeoutS >= 1 && timeoutS <= YEAR_S, "--timeout", timeoutS, "1.." + YEAR_S + " s");
    require(receive == null || receive >= 1, "--receive", receive, "at least 1");
    for (String endpoint : connect) {
      try {
        Endpoint.parse(endpoint);
      } catch (IllegalArgumentException e) {
        require(false, "--connect", endpoint, "host:port, port 1..65535");
      }
    }
  }

  private void require(boolean holds, String what, @Nullable Object value, String expected) {
    if (!holds) {
      throw new ParameterException(
          spec.commandLine(), "%s: %s (expected: %s)".formatted(what, value, expected));
    }
  }

  private void send(
      ClientConfig config,
      Credentials credentials,
      FileDeviceStore store,
      Names names,
      String receiver,
      Notes notes)
      throws IOException, InterruptedException {
    Outcomes outcomes = new Outcomes(store.load().outbox(), Duration.ofSeconds(timeoutS));
    LineSender sender = new LineSender(outcomes, notes);
    long startNanos = System.nanoTime();
    BreakwaterClient client =
        BreakwaterClient.open(config, credentials, new ManualHandover(store, () -> {}), sender);
    try (client) {
      outcomes.awaitCarriedOver();
      UserId user = sender.awaitReceiver(client, names, receiver, Duration.ofSeconds(waitS));
      sender.send(client, user, new Lines(new FileInputStream(FileDescriptor.in)), rate);
      outcomes.awaitAll();
    } finally {
      Counters counters = client.counters();
      notes.say(
          "sent: %s resends=%d connections=%d seconds=%.1f"
              .formatted(
                  outcomes.summary(),
                  counters.resent(),
                  counters.connects(),
                  (System.nanoTime() - startNanos) / 1e9));
    }
    if (!outcomes.allAccepted()) {
      throw new ChatFailure(outcomes.missing());
    }
  }

  private void receive(
      ClientConfig config, Credentials credentials, FileDeviceStore store, long limit, Notes notes)
      throws InterruptedException {
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    LineReceiver receiver = new LineReceiver(credentials.user(), limit, out, notes);
    ManualHandover handover = new ManualHandover(store, receiver);
    receiver.onTaken(handover::taken);
    BreakwaterClient client = BreakwaterClient.open(config, credentials, handover, receiver);
    long outOfOrder;
    try (client) {
      outOfOrder = receiver.done().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof ChatFailure failure
          ? failure
          : new ChatFailure("receiving failed: " + e.getCause(), e);
    } finally {
      Counters counters = client.counters();
      notes.say(
          "received: written=%d duplicates-dropped=%d entries-redelivered=%d connections=%d"
              .formatted(
                  receiver.written(),
                  counters.repeated(),
                  counters.redelivered(),
                  counters.connects()));
    }
    if (outOfOrder > 0) {
      throw new ChatFailure(outOfOrder + " messages were out of order (expected: 0)");
    }
  }

  private void talk(
      ClientConfig config, Credentials credentials, FileDeviceStore store, Names names, Notes notes)
      throws InterruptedException {
    boolean terminal =
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    Outcomes outcomes =
        new Outcomes(
            store.load().outbox(),
            Duration.ofSeconds(terminal ? Math.min(timeoutS, QUIT_PATIENCE_S) : timeoutS));
    Conversations conversations =
        new Conversations(
            credentials,
            names,
            new SignOut(data, name, notes),
            spec.commandLine().getOut(),
            notes,
            outcomes);
    try (BreakwaterClient client =
        BreakwaterClient.open(config, credentials, store, conversations)) {
      Lines lines = new Lines(new FileInputStream(FileDescriptor.in));
      Thread.ofPlatform().name("typed").daemon().start(() -> conversations.read(client, lines));
      conversations.end().join();
      if (!terminal) {
        conversations.caughtUp().get(timeoutS, TimeUnit.SECONDS);
      }
      outcomes.awaitAll();
    } catch (TimeoutException e) {
      throw new ChatFailure("not connected within " + timeoutS + " s", e);
    } catch (CompletionException | ExecutionException e) {
      if (e.getCause() instanceof ChatFailure failure) {
        throw failure;
      }
      throw new ChatFailure("reading what is typed failed: " + e.getCause(), e);
    }
    if (!outcomes.allAccepted()) {
      throw new ChatFailure(outcomes.missing());
    }
  }
}
