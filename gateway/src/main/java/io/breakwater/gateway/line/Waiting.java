package io.breakwater.gateway.line;

import org.jspecify.annotations.Nullable;

/**
 * A place in a line. What it is ordered by never changes, so that other event loops may read it;
 * the rest is confined to the line's own.
 */
public final class Waiting {
  private final Line line;
  private final long connection;
  private final long arrivedMs;

  /** When its holder was told its place last, monotonic ms. */
  private long toldAtMs;

  private boolean isGone;

  /** The sign-up that has only this place at the gateway; none: another one has it, or none yet. */
  private @Nullable SignUpId signUp;

  Waiting(Line line, long connection, long arrivedMs, long nowMs) {
    this.line = line;
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

  Line line() {
    return line;
  }

  @Nullable SignUpId signUp() {
    return signUp;
  }

  void belongsTo(SignUpId one) {
    signUp = one;
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
