package io.breakwater.gateway.line;

/**
 * A place in a line. What it is ordered by never changes, so that other event loops may read it;
 * the rest is confined to the line's own.
 */
public final class Waiting {
  private final long connection;
  private final long arrivedMs;

  /** When its holder was told its place last, monotonic ms. */
  private long toldAtMs;

  private boolean isGone;

  Waiting(long connection, long arrivedMs, long nowMs) {
    this.connection = connection;
    this.arrivedMs = arrivedMs;
    this.toldAtMs = nowMs;
  }

  /** Who waits: a connection of the line's event loop. */
  public long connection() {
    return connection;
  }

  /** When it came first, ms since 1970 UTC. */
  public long arrivedMs() {
    return arrivedMs;
  }

  long toldAtMs() {
    return toldAtMs;
  }

  void told(long nowMs) {
    toldAtMs = nowMs;
  }

  /** Whether it has left the line. */
  boolean isGone() {
    return isGone;
  }

  void gone() {
    isGone = true;
  }

  /** Of two who came in the same millisecond the older connection is first. */
  boolean isBefore(Waiting other) {
    return arrivedMs != other.arrivedMs
        ? arrivedMs < other.arrivedMs
        : connection < other.connection;
  }
}
