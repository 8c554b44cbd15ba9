package io.breakwater.delivery.trunk;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Handshakes under way, in the order in which they began. Beyond the limit the oldest gives way and
 * not the newcomer: who means it is done within milliseconds, so that a flood of connections
 * without a handshake displaces itself and keeps nobody out. Any thread.
 */
final class Handshakes<C> {
  private final int limit;
  private final Queue<C> underWay = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();

  Handshakes(int limit) {
    this.limit = limit;
  }

  /**
   * One begins.
   *
   * @return who has to be closed for it
   */
  Optional<C> begin(C connection) {
    underWay.add(connection);
    return size.incrementAndGet() > limit ? oldest() : Optional.empty();
  }

  private Optional<C> oldest() {
    Optional<C> oldest = Optional.ofNullable(underWay.poll());
    oldest.ifPresent(_ -> size.decrementAndGet());
    return oldest;
  }

  /**
   * One ends, well or not.
   *
   * @return false if it has given way to another, or ended before
   */
  boolean end(C connection) {
    boolean wasUnderWay = underWay.remove(connection);
    if (wasUnderWay) {
      size.decrementAndGet();
    }
    return wasUnderWay;
  }

  int size() {
    return size.get();
  }
}
