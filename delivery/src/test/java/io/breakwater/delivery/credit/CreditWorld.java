package io.breakwater.delivery.credit;

import io.breakwater.common.priority.Priority;
import io.breakwater.proto.trunk.Credits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/**
 * A node and its gateways on virtual time, in steps of a millisecond. Production code in it: {@link
 * CreditController} with all it has, {@link Turns}, {@link Tally}, {@link Account}. Models: the
 * gateways ({@link SimulatedTrunk}), the network (a millisecond each way), the lanes, and
 * Cassandra: one server that takes everything in order, at a finite rate, and answers after a
 * latency that varies; now and then it stands still.
 */
final class CreditWorld {
  /** Work of Cassandra, ms: so a node takes 20,000 messages, or 833 sign-ups a second. */
  static final double SEND_WORK_MS = 0.05;

  private static final double ACCOUNT_WORK_MS = 0.4;
  private static final double CONDITIONAL_WORK_MS = 0.8;
  private static final double NETWORK_MS = 1;
  private static final double LATENCY_MS = 5;
  private static final long WALL_MS = 1_700_000_000_000L;

  private record Event(double atMs, long number, Runnable what) {}

  /** One second of what happened. */
  static final class Second {
    int sent;
    double delayMs;
    final List<Double> delays = new ArrayList<>();
    int signedUp;
    int refused;
    double furthestAheadMs;

    /** Who were served though somebody had come 3 s before. */
    int jumped;

    int line;
    double pool;

    @Override
    public String toString() {
      return "%d sent, %.1f ms, %d signed up, %d in line, %.0f ms ahead, pool %.1f\n"
          .formatted(sent, meanMs(), signedUp, line, furthestAheadMs, pool);
    }

    double meanMs() {
      return sent == 0 ? 0 : delayMs / sent;
    }
  }

  final List<SimulatedTrunk> trunks = new ArrayList<>();
  final List<Second> seconds = new ArrayList<>();

  /** Of the brown-out ladder. */
  final List<BrownOut.Move> moves = new ArrayList<>();

  final CreditController controller;
  final Turns turns;

  /** Messages a second, of all gateways together, by the time in seconds. */
  DoubleUnaryOperator sends = s -> 0;

  /** The same of people who come to sign up. */
  DoubleUnaryOperator comers = s -> 0;

  /** The part of all who sign up that comes to the first gateway, whatever the others get. */
  double firstShare;

  /** By how much everything at Cassandra is slower, by the time in seconds. */
  DoubleUnaryOperator slowness = s -> 1;

  /** How many ms Cassandra stands still, each so many seconds. */
  double pauseMs = 30;

  private double pauseEachMs = 7_000;
  private final Tally rim = new Tally();
  private final Tally lane = new Tally();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingDouble(Event::atMs).thenComparingLong(Event::number));
  private final SplittableRandom random;
  private long numbers;
  private double nowMs;
  private double busyUntilMs;
  private double roundAtMs = Double.MAX_VALUE;
  private double lastRoundMs;
  private int underWay;
  private double pausedAtMs;
  private Second second = new Second();

  CreditWorld(long seed) {
    random = new SplittableRandom(seed);
    controller = new CreditController(List.of(rim, lane), 0);
    turns = new Turns(controller.signUpWrites());
  }

  SimulatedTrunk open(long clockAheadMs) {
    SimulatedTrunk trunk = new SimulatedTrunk(trunks.size() + 1, clockAheadMs);
    trunks.add(trunk);
    controller.opened(trunk.account, (long) nowMs);
    return trunk;
  }

  void openSome(int count) {
    for (int i = 0; i < count; i++) {
      open(0);
    }
  }

  /** Its people go elsewhere, or come back later: they are not followed. */
  void kill(SimulatedTrunk trunk) {
    trunks.remove(trunk);
    controller.closed(trunk.account);
  }

  double nowMs() {
    return nowMs;
  }

  /** Cassandra does nothing for so long. */
  void standStill(double forMs) {
    busyUntilMs = Math.max(busyUntilMs, nowMs) + forMs;
  }

  void runUntil(double untilS) {
    while (nowMs < untilS * 1_000) {
      step();
    }
  }

  private void step() {
    nowMs += 1;
    lane.sendsUnderWay(underWay);
    for (Event next = events.peek(); next != null && next.atMs <= nowMs; next = events.peek()) {
      events.remove().what.run();
    }
    if (nowMs - pausedAtMs >= pauseEachMs) {
      pausedAtMs = nowMs;
      busyUntilMs = Math.max(busyUntilMs, nowMs) + pauseMs;
    }
    arrive();
    trunks.forEach(this::carry);
    if (nowMs % 100 == 0) {
      boolean writesUsed = turns.waiting() > 0 || turns.inside() >= turns.limit() / 2;
      controller.steer(writesUsed, WALL_MS + (long) nowMs, (long) nowMs).ifPresent(moves::add);
      turns.limit(controller.signUpWrites());
      turns.look((long) nowMs);
      round();
    } else if (nowMs >= roundAtMs) {
      round();
    }
    if (nowMs % 1_000 == 0) {
      second.line = trunks.stream().mapToInt(trunk -> trunk.line.size()).sum();
      second.pool = controller.figures((long) nowMs).of(Priority.SIGN_UP.number).pool();
      seconds.add(second);
      second = new Second();
    }
  }

  private void arrive() {
    double atS = nowMs / 1_000;
    for (int i = poisson(sends.applyAsDouble(atS) / 1_000); i > 0; i--) {
      any().sends.add(nowMs);
    }
    for (int i = poisson(comers.applyAsDouble(atS) / 1_000); i > 0; i--) {
      comesTo().line.add(nowMs);
    }
  }

  private SimulatedTrunk any() {
    return trunks.get(random.nextInt(trunks.size()));
  }

  /** The first gateway gets a part of its own. */
  private SimulatedTrunk comesTo() {
    return random.nextDouble() < firstShare ? trunks.getFirst() : any();
  }

  private int poisson(double mean) {
    int count = 0;
    double left = Math.exp(-mean);
    for (double p = random.nextDouble(); p > left; p *= random.nextDouble()) {
      count++;
    }
    return count;
  }

  private void carry(SimulatedTrunk trunk) {
    for (double came = trunk.nextSend(nowMs); came >= 0; came = trunk.nextSend(nowMs)) {
      after(NETWORK_MS, () -> sendArrived(trunk));
    }
    for (double came = trunk.nextSignUp(nowMs); came >= 0; came = trunk.nextSignUp(nowMs)) {
      double ahead = came - firstInLine();
      second.furthestAheadMs = Math.max(second.furthestAheadMs, ahead);
      second.jumped += ahead > 3_000 ? 1 : 0;
      after(NETWORK_MS, () -> signUpArrived(trunk));
    }
    trunk
        .says(nowMs, WALL_MS + (long) nowMs)
        .ifPresent(
            demand ->
                after(
                    NETWORK_MS,
                    () -> {
                      if (trunk.account.wants(demand, (long) nowMs)) {
                        soon();
                      }
                    }));
  }

  /** When the first of those came who still stand in line, where somebody serves them. */
  private double firstInLine() {
    double first = nowMs;
    for (SimulatedTrunk trunk : trunks) {
      if (!trunk.isSilent && !trunk.line.isEmpty()) {
        first = Math.min(first, trunk.line.element());
      }
    }
    return first;
  }

  private void sendArrived(SimulatedTrunk trunk) {
    double arrivedMs = nowMs;
    rim.arrived(Priority.SEND.number, 1);
    if (trunk.account.arrived(Priority.SEND.number, 1)) {
      soon();
    }
    rim.done(Priority.SEND.number);
    underWay++;
    double began = nowMs;
    work(
        SEND_WORK_MS,
        () -> {
          underWay--;
          double took = nowMs - arrivedMs;
          lane.waited(Priority.SEND.number, (long) (took * 1_000));
          if (random.nextInt(20) == 0) {
            lane.waited(Tally.BLOCKS, (long) ((nowMs - began) * 1_000));
          }
          second.sent++;
          second.delayMs += took;
          second.delays.add(took);
        });
  }

  private void signUpArrived(SimulatedTrunk trunk) {
    double arrivedMs = nowMs;
    rim.arrived(Priority.SIGN_UP.number, 1);
    if (trunk.account.arrived(Priority.SIGN_UP.number, 1)) {
      soon();
    }
    turns.arrive(
        new Turns.Entrant() {
          @Override
          public void enter(long now) {
            rim.waited(Priority.SIGN_UP.number, (long) ((nowMs - arrivedMs) * 1_000));
            work(ACCOUNT_WORK_MS, () -> work(CONDITIONAL_WORK_MS, () -> signedUp(true)));
          }

          @Override
          public void turnAway() {
            rim.turnedAway(Priority.SIGN_UP.number, (long) ((nowMs - arrivedMs) * 1_000));
            signedUp(false);
          }
        },
        (long) nowMs);
  }

  private void signedUp(boolean isDone) {
    if (isDone) {
      turns.leave((long) nowMs);
      second.signedUp++;
    } else {
      second.refused++;
    }
    rim.done(Priority.SIGN_UP.number);
  }

  private void work(double workMs, Runnable done) {
    double slower = slowness.applyAsDouble(nowMs / 1_000);
    double tookMs = slower * workMs * (0.7 + 0.6 * random.nextDouble());
    busyUntilMs = Math.max(busyUntilMs, nowMs) + tookMs;
    double latencyMs = slower * LATENCY_MS * (0.6 + 0.8 * random.nextDouble());
    after(busyUntilMs - nowMs + latencyMs, done);
  }

  private void after(double delayMs, Runnable what) {
    events.add(new Event(nowMs + delayMs, numbers++, what));
  }

  private void soon() {
    roundAtMs = Math.min(roundAtMs, Math.max(nowMs, lastRoundMs + controller.roundMs()));
  }

  private void round() {
    roundAtMs = Double.MAX_VALUE;
    lastRoundMs = nowMs;
    controller.grant(this::tell, WALL_MS + (long) nowMs, (long) nowMs);
    if (controller.isAnybodyWaiting()) {
      soon();
    }
  }

  private void tell(Account account, Credits credits) {
    for (SimulatedTrunk trunk : trunks) {
      if (trunk.account == account && !trunk.isSilent) {
        after(NETWORK_MS, () -> trunk.told(credits, nowMs));
      }
    }
  }
}
