package io.breakwater.delivery.credit;

import io.breakwater.common.priority.Priority;
import io.breakwater.proto.trunk.Credit;
import io.breakwater.proto.trunk.Credits;
import io.breakwater.proto.trunk.Demand;
import io.breakwater.proto.trunk.Waiting;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * An event loop of a gateway with its one trunk: a line of people who sign up, and messages that
 * wait for credit. Keeps the rules of the gateway's trunk; times in milliseconds of virtual time.
 */
final class SimulatedTrunk {
  /** Waits of messages for credit end after this. */
  private static final double SENDS_WAIT_MS = 250;

  private static final double DEMAND_EACH_MS = 100;
  private static final double SILENCE_MS = 1_000;

  final Account account;

  /** How far its clock is ahead, ms. */
  final long clockAheadMs;

  /** When those arrived who stand in line. */
  final Deque<Double> line = new ArrayDeque<>();

  /** When the messages came that wait. */
  final Deque<Double> sends = new ArrayDeque<>();

  private final long[] upTo = new long[Priority.COUNT];
  private final long[] sent = new long[Priority.COUNT];
  private final boolean[] isGranted = new boolean[Priority.COUNT];
  private double heardAtMs;
  private double saidAtMs = -DEMAND_EACH_MS;
  private boolean saidSome;

  /** Somebody has left the line since it was spoken of: that goes with them. */
  private boolean hasSent;

  /** Neither reads nor writes, but its connection stands. */
  boolean isSilent;

  /** Says what waits, and carries no sign-up. */
  boolean isDeaf;

  /** Of a release that knows no credits. */
  boolean isOld;

  /** Messages given back for want of credit. */
  long shed;

  SimulatedTrunk(long number, long clockAheadMs) {
    this.account = new Account(number);
    this.clockAheadMs = clockAheadMs;
  }

  void told(Credits credits, double nowMs) {
    heardAtMs = nowMs;
    for (Credit credit : credits.getCreditsList()) {
      isGranted[credit.getPriority()] = true;
      upTo[credit.getPriority()] = credit.getUpTo();
    }
  }

  private boolean mayCarry(int priority, double nowMs) {
    return isOld
        || !isGranted[priority]
        || (nowMs - heardAtMs <= SILENCE_MS && sent[priority] < upTo[priority]);
  }

  /** The next message that may go, by when it came; negative if none may. */
  double nextSend(double nowMs) {
    while (!sends.isEmpty() && nowMs - sends.peek() >= SENDS_WAIT_MS) {
      sends.remove();
      shed++;
    }
    if (isSilent || sends.isEmpty() || !mayCarry(Priority.SEND.number, nowMs)) {
      return -1;
    }
    sent[Priority.SEND.number]++;
    return sends.remove();
  }

  /** The next of the line who may go, by when they arrived; negative if none may. */
  double nextSignUp(double nowMs) {
    if (isSilent || isDeaf || line.isEmpty() || !mayCarry(Priority.SIGN_UP.number, nowMs)) {
      return -1;
    }
    sent[Priority.SIGN_UP.number]++;
    hasSent = true;
    return line.remove();
  }

  /** What it has to say now of what waits; none most of the time. */
  Optional<Demand> says(double nowMs, long wallMs) {
    boolean isAny = !line.isEmpty() || !sends.isEmpty();
    boolean isDue = isAny != saidSome || (isAny && nowMs - saidAtMs >= DEMAND_EACH_MS) || hasSent;
    hasSent = false;
    if (!isDue || isSilent || isOld) {
      return Optional.empty();
    }
    saidSome = isAny;
    saidAtMs = nowMs;
    Demand.Builder demand =
        Demand.newBuilder()
            .setSignUps(line.size())
            .addWaiting(
                Waiting.newBuilder().setPriority(Priority.SEND.number).setFrames(sends.size()));
    if (!line.isEmpty()) {
      demand.setFirstArrivedMs(wallMs - (long) (nowMs - line.element()) + clockAheadMs);
    }
    return Optional.of(demand.build());
  }

  @Override
  public String toString() {
    return "trunk %d: %d sends, %d sign-ups, %d shed"
        .formatted(
            account.trunk(),
            account.arrived(Priority.SEND.number),
            account.arrived(Priority.SIGN_UP.number),
            shed);
  }
}
