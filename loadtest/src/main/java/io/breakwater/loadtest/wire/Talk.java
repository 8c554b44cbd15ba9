package io.breakwater.loadtest.wire;

import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.ServerFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Messages from one device to another that follow the rules of the protocol: what is not answered
 * or refused for now is sent again, in order, with {@code retry}. Confined to the thread of the
 * trial.
 */
final class Talk {
  private static final Duration PACE = Duration.ofMillis(200);
  private static final Duration REFUSED_LIMIT = Duration.ofSeconds(30);
  private static final Duration ACCEPTED_LIMIT = Duration.ofSeconds(90);

  /** Between two attempts to send what is open. */
  private static final Duration AGAIN = Duration.ofSeconds(2);

  private final Device from;
  private final Device to;
  private final String text;
  private final List<Send> sent = new ArrayList<>();

  /** Client ids that are not accepted yet. */
  private final TreeSet<Long> open = new TreeSet<>();

  Talk(Device from, Device to) {
    this(from, to, "message ");
  }

  /**
   * @param text what each payload begins with; a number follows
   */
  Talk(Device from, Device to, String text) {
    this.from = from;
    this.to = to;
    this.text = text;
  }

  int count() {
    return sent.size();
  }

  List<String> texts() {
    return sent.stream().map(send -> send.getPayload().toStringUtf8()).toList();
  }

  /** Sends new messages, one after the other, until one is refused. */
  SendRefused sendUntilRefused() {
    Clock clock = Clock.start();
    while (!clock.has(REFUSED_LIMIT)) {
      sendNew();
      Clock wait = Clock.start();
      while (!wait.has(PACE)) {
        ServerFrame frame = heard(from.next(PACE));
        if (frame.hasSendRefused()) {
          return frame.getSendRefused();
        }
      }
    }
    throw new TrialFailure("no send was refused within %d s".formatted(REFUSED_LIMIT.toSeconds()));
  }

  /** Sends so many new messages, and what is open again and again until nothing is. */
  void sendUntilAccepted(int count) {
    Clock clock = Clock.start();
    sendOpen();
    for (int i = 0; i < count; i++) {
      sendNew();
    }
    Clock attempt = Clock.start();
    while (!open.isEmpty()) {
      if (clock.has(ACCEPTED_LIMIT)) {
        throw new TrialFailure(
            "%d of %d messages are not accepted after %d s"
                .formatted(open.size(), sent.size(), ACCEPTED_LIMIT.toSeconds()));
      }
      heard(from.next(PACE));
      if (attempt.has(AGAIN)) {
        sendOpen();
        attempt = Clock.start();
      }
    }
  }

  private ServerFrame heard(Heard heard) {
    if (heard instanceof Heard.Closed) {
      throw new TrialFailure("the gateway closed the connection (expected: to keep it)");
    }
    if (heard instanceof Heard.Frame(ServerFrame frame)) {
      if (frame.hasSent()) {
        open.remove(frame.getSent().getClientId());
      }
      return frame;
    }
    return ServerFrame.getDefaultInstance();
  }

  private void sendNew() {
    long clientId = sent.size() + 1L;
    Send message =
        from.message(to.user(), clientId, text + clientId).setPrev(predecessor(clientId)).build();
    sent.add(message);
    open.add(clientId);
    from.send(message.toBuilder());
  }

  private void sendOpen() {
    for (long clientId : open) {
      from.send(
          sent.get((int) clientId - 1).toBuilder().setPrev(predecessor(clientId)).setRetry(true));
    }
  }

  private long predecessor(long clientId) {
    Long lower = open.lower(clientId);
    return lower == null ? 0 : lower;
  }
}
