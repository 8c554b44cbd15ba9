package io.breakwater.client.core;

import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Ping;
import java.util.random.RandomGenerator;

/**
 * The one connection of a machine: when to open it, when it counts as lost, when to come back.
 *
 * <p>Coming back: exactly when a server said so, which spreads its return times itself. Otherwise
 * with full jitter, U(0, min(cap, base × 2^n)) where n starts again after the connection was up for
 * a minute. A server that turns it away without a greeting does not know how often it has tried:
 * after other connections in a row without one the later of both counts, with the n of those. A
 * listener that is full neither refuses nor serves, so from the second timeout in a row on the
 * delay is drawn from the last return window that was seen.
 *
 * <p>A connection may be dead though it was never closed. Who waits for an answer need not wait for
 * the silence of a whole heartbeat: {@link #overdue} asks for a sign of life.
 */
final class Link {
  static final long NEVER = Long.MAX_VALUE;

  private static final long BASE_MS = 1_000;
  private static final long CAP_MS = 120_000;
  private static final long STABLE_MS = 60_000;
  private static final long GREETING_MS = 10_000;

  /** Silence that is suspicious while something is overdue. */
  private static final long DOUBT_MS = 10_000;

  /** How long a server that is asked for a sign of life has for it. */
  private static final long SIGN_MS = 5_000;

  private static final long DEFAULT_WINDOW_MS = 30_000;
  private static final long MAX_WINDOW_MS = 600_000;

  private enum Phase {
    STOPPED,
    WAITING,
    CONNECTING,
    GREETING,
    UP
  }

  private final Pending pending;
  private final RandomGenerator random;
  private final long silenceMs;

  private Phase phase = Phase.STOPPED;
  private long connection;
  private long connectAtMs;
  private long deadlineMs;
  private long upSinceMs;
  private long heardMs;

  /** By then a server that was asked for a sign of life must have given one. */
  private long signByMs = NEVER;

  private long notBeforeMs;
  private long leaveAtMs = NEVER;
  private long windowMs = DEFAULT_WINDOW_MS;
  private int attempts;
  private int timeouts;

  /** Connections in a row on which the server did not greet back. */
  private int ungreeted;

  /**
   * @param silenceMs how long a server may be silent before it counts as lost
   */
  Link(Pending pending, RandomGenerator random, long silenceMs) {
    this.pending = pending;
    this.random = random;
    this.silenceMs = silenceMs;
  }

  /** Connects at once, unless a connection is there or under way. */
  void connectNow(long nowMs) {
    if (phase == Phase.STOPPED || phase == Phase.WAITING) {
      phase = Phase.WAITING;
      connectAtMs = nowMs;
      tick(nowMs);
    }
  }

  /** Whether this is the connection that was asked for; then the caller greets. */
  boolean connected(long which, long nowMs) {
    if (phase != Phase.CONNECTING || which != connection) {
      return false;
    }
    phase = Phase.GREETING;
    deadlineMs = nowMs + GREETING_MS;
    heardMs = nowMs;
    return true;
  }

  /** The server has greeted back. */
  void up(long nowMs) {
    phase = Phase.UP;
    upSinceMs = nowMs;
    timeouts = 0;
  }

  /** Whether a frame of this connection counts. */
  boolean hears(long which, long nowMs) {
    boolean current = which == connection && (phase == Phase.GREETING || phase == Phase.UP);
    if (current) {
      heardMs = nowMs;
      signByMs = NEVER;
      if (phase == Phase.GREETING) {
        deadlineMs = nowMs + Math.max(GREETING_MS, silenceMs);
      }
    }
    return current;
  }

  /**
   * Something was transmitted {@value #DOUBT_MS} ms ago or earlier and is not answered. If nothing
   * at all was heard for as long either, pings at once, and once; unless anything comes within
   * {@value #SIGN_MS} ms the connection is dropped.
   */
  void overdue(long nowMs) {
    if (phase == Phase.UP && signByMs == NEVER && nowMs - heardMs >= DOUBT_MS) {
      signByMs = nowMs + SIGN_MS;
      transmit(ClientFrame.newBuilder().setPing(Ping.getDefaultInstance()).build());
    }
  }

  boolean isUp() {
    return phase == Phase.UP;
  }

  boolean isStopped() {
    return phase == Phase.STOPPED;
  }

  long connects() {
    return connection;
  }

  void transmit(ClientFrame frame) {
    pending.output(new Output.Transmit(connection, frame));
  }

  /** Remembers when to come back, whenever the connection ends. */
  void comeBackAfter(long returnAfterMs, long nowMs) {
    notBeforeMs = nowMs + returnAfterMs;
    windowMs = Math.min(MAX_WINDOW_MS, Math.max(DEFAULT_WINDOW_MS, 2 * returnAfterMs));
  }

  /** The server is about to close: leaves by itself when it is time to come back. */
  void leaveAfter(long returnAfterMs, long nowMs) {
    comeBackAfter(returnAfterMs, nowMs);
    leaveAtMs = notBeforeMs;
  }

  /** The connection ended, or could not be made; ignored unless it is the current one. */
  boolean disconnected(long which, String why, long nowMs) {
    if (which != connection
        || (phase != Phase.CONNECTING && phase != Phase.GREETING && phase != Phase.UP)) {
      return false;
    }
    lost(why, nowMs);
    return true;
  }

  /** Closes the connection and comes back later. */
  void drop(String why, long nowMs) {
    pending.output(new Output.Close(connection, why));
    lost(why, nowMs);
  }

  /** Closes the connection, if there is one, and stays away. */
  void stop(String why) {
    if (phase == Phase.CONNECTING || phase == Phase.GREETING || phase == Phase.UP) {
      pending.output(new Output.Close(connection, why));
    }
    phase = Phase.STOPPED;
  }

  private void lost(String why, long nowMs) {
    ungreeted = phase == Phase.UP ? 0 : ungreeted + 1;
    if (phase == Phase.UP && nowMs - upSinceMs >= STABLE_MS) {
      attempts = 0;
    }
    long delayMs = delay(nowMs);
    attempts++;
    phase = Phase.WAITING;
    leaveAtMs = NEVER;
    signByMs = NEVER;
    notBeforeMs = 0;
    connectAtMs = nowMs + delayMs;
    pending.notify(new Event.Detached(why, delayMs));
  }

  private long delay(long nowMs) {
    if (notBeforeMs != 0) {
      long toldMs = Math.max(0, notBeforeMs - nowMs);
      return ungreeted < 2 ? toldMs : Math.max(toldMs, jitter(backOffMs(ungreeted - 1)));
    }
    return jitter(timeouts >= 2 ? windowMs : backOffMs(attempts));
  }

  private static long backOffMs(int times) {
    return Math.min(CAP_MS, BASE_MS << Math.min(times, 10));
  }

  private long jitter(long upToMs) {
    return random.nextLong(upToMs + 1);
  }

  void tick(long nowMs) {
    switch (phase) {
      case STOPPED -> {}
      case WAITING -> {
        if (nowMs >= connectAtMs) {
          phase = Phase.CONNECTING;
          deadlineMs = nowMs + GREETING_MS;
          pending.output(new Output.Connect(++connection));
        }
      }
      case CONNECTING, GREETING -> {
        if (nowMs >= deadlineMs) {
          timeouts++;
          drop(
              phase == Phase.CONNECTING ? "connect timed out" : "no answer to the first frame",
              nowMs);
        } else if (nowMs >= leaveAtMs) {
          drop("asked to go away", nowMs);
        }
      }
      case UP -> {
        if (nowMs >= leaveAtMs) {
          drop("asked to go away", nowMs);
        } else if (nowMs - heardMs >= silenceMs || nowMs >= signByMs) {
          drop("server silent for " + (nowMs - heardMs) + " ms", nowMs);
        }
      }
    }
  }

  /** When to call {@link #tick} next. */
  long wakeUpMs() {
    return switch (phase) {
      case STOPPED -> NEVER;
      case WAITING -> connectAtMs;
      case CONNECTING, GREETING -> Math.min(deadlineMs, leaveAtMs);
      case UP -> Math.min(signByMs, Math.min(leaveAtMs, heardMs + silenceMs));
    };
  }
}
