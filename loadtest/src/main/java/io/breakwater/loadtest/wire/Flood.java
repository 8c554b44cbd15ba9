package io.breakwater.loadtest.wire;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.ServerFrame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Messages from one device to many users, one under way to each, until all are accepted. Slow
 * enough for one lane to settle them. Confined to one thread.
 */
final class Flood {
  private static final int AT_ONCE = 16;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration STEP = Duration.ofMillis(100);

  private final Device from;

  /** By user: the client id of the last message to it. */
  private final Map<ByteString, Long> last = new HashMap<>();

  private final Deque<Send> due = new ArrayDeque<>();
  private final Map<ByteString, Send> underWay = new HashMap<>();

  /** After a refusal nothing is sent for so long. */
  private Duration pause = Duration.ZERO;

  private Clock sinceRefused = Clock.start();

  Flood(Device from) {
    this.from = from;
  }

  /** Sends so many messages to each of them; returns when all are durable. */
  void send(List<Account> to, int each, ByteString payload) {
    for (int round = 0; round < each; round++) {
      for (Account account : to) {
        long id = last.merge(account.user(), 1L, Long::sum);
        due.add(from.message(account.user(), id, "").setPayload(payload).build());
      }
    }
    Clock clock = Clock.start();
    while (!due.isEmpty() || !underWay.isEmpty()) {
      sendDue();
      if (from.next(STEP) instanceof Heard.Frame(ServerFrame frame)) {
        heard(frame);
      }
      if (clock.has(LIMIT)) {
        throw new TrialFailure(
            "%d messages are not accepted after %d s"
                .formatted(due.size() + underWay.size(), LIMIT.toSeconds()));
      }
    }
  }

  private void sendDue() {
    while (sinceRefused.has(pause)
        && !due.isEmpty()
        && underWay.size() < AT_ONCE
        && !underWay.containsKey(due.element().getTo())) {
      Send next = due.remove();
      underWay.put(next.getTo(), next);
      from.send(next.toBuilder());
    }
  }

  private void heard(ServerFrame frame) {
    if (frame.hasSent()) {
      underWay.remove(frame.getSent().getTo());
    } else if (frame.hasSendRefused()) {
      refused(frame.getSendRefused());
    }
  }

  private void refused(SendRefused refused) {
    Send again = underWay.remove(refused.getTo());
    if (refused.getFinal() || again == null) {
      throw new TrialFailure("a message was refused: " + refused.getReason());
    }
    due.addFirst(again.toBuilder().setRetry(true).build());
    pause = Duration.ofMillis(refused.getReturnAfterMs());
    sinceRefused = Clock.start();
  }
}
