package io.breakwater.loadtest.chaos.phones;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What a {@link Progress} says, as it grows, and when it last did. Any thread. */
final class Counts {
  final AtomicLong invoked = new AtomicLong();
  final AtomicLong accepted = new AtomicLong();
  final AtomicLong refused = new AtomicLong();
  final AtomicLong unknown = new AtomicLong();
  final AtomicLong delivered = new AtomicLong();
  private final AtomicLong heardAtMs = new AtomicLong(nowMs());

  /** Milliseconds that do not go backwards. */
  static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  /** An application heard something of a message. */
  void heard(AtomicLong what) {
    what.incrementAndGet();
    heardAtMs.set(nowMs());
  }

  long quietForMs() {
    return nowMs() - heardAtMs.get();
  }

  Progress progress() {
    return new Progress(
        invoked.get(), accepted.get(), refused.get(), unknown.get(), delivered.get());
  }
}
