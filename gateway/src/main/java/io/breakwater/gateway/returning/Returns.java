package io.breakwater.gateway.returning;

import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The return windows of an event loop. What clients of another loop do is not known here, and need
 * not be: the loops have equal shares of the clients, and of what is taken. Confined to the event
 * loop.
 */
public final class Returns {
  /** Of a gateway, in a millisecond: also with TLS, a fraction of a processor. */
  static final double ASSUMED_CONNECTIONS = 0.5;

  /** Of a gateway, in a millisecond: a message costs far less than a connection. */
  static final double ASSUMED_SENDS = 1;

  private final Intake connections;
  private final Intake sends;

  /**
   * @param limits asked each time: they may change
   * @param eventLoops of the gateway
   * @param random confined to the event loop
   */
  public Returns(
      Supplier<ReturnLimits> limits, int eventLoops, RandomGenerator random, long nowMs) {
    connections = new Intake(ASSUMED_CONNECTIONS / eventLoops, limits, random, nowMs);
    sends = new Intake(ASSUMED_SENDS / eventLoops, limits, random, nowMs);
  }

  /** Connections: taken when their session is attached. */
  public Intake connections() {
    return connections;
  }

  /** Messages and requests of sessions: taken when a trunk has them. */
  public Intake sends() {
    return sends;
  }

  /** Publishes how they stand; to be called each second or so. */
  public void look(long nowMs) {
    connections.look(nowMs);
    sends.look(nowMs);
  }
}
