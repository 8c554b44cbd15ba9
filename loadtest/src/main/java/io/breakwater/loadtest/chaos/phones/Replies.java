package io.breakwater.loadtest.chaos.phones;

import io.breakwater.loadtest.chaos.payload.Device;
import java.util.concurrent.LinkedBlockingDeque;
import org.jspecify.annotations.Nullable;

/**
 * Who could reply to whom: to the {@value #MAX_WAITING} messages that were handed over last. Any
 * thread.
 */
final class Replies {
  private static final int MAX_WAITING = 256;

  /** A device may write back to a user. */
  record Reply(Device by, int to) {}

  private final LinkedBlockingDeque<Reply> waiting = new LinkedBlockingDeque<>(MAX_WAITING);

  /** The oldest one is forgotten if there are too many. */
  void offer(Reply reply) {
    while (!waiting.offerLast(reply)) {
      waiting.pollFirst();
    }
  }

  /** The newest; null if there is none. */
  @Nullable Reply poll() {
    return waiting.pollLast();
  }
}
