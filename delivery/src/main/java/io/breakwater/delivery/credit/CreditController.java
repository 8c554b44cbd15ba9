package io.breakwater.delivery.credit;

import io.breakwater.common.priority.Priority;
import io.breakwater.proto.trunk.Credit;
import io.breakwater.proto.trunk.Credits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/*
 * The algorithm is that of Breakwater (Cho et al., OSDI 2020): the server has a pool of credits, whose size follows its
 * queueing delay (Pool), and hands it out to clients by demand, so that who has none does not send. What differs:
 *
 * - One pool per priority class. A class yields when itself or any class before it waits for longer than it may, so that
 *   sign-ups and look-ups shrink long before sends do.
 * - A credit comes back when its request is done, whoever sent it: what is on its way at this node counts against the
 *   pool, and what is left of it is divided anew each round. Nothing has to be given back by a trunk that dies.
 * - What a trunk is granted is a total since it opened, so that a grant that is overtaken, or lost with its trunk, does
 *   no harm. A smaller total takes credits back that are not spent; those on their way come all the same.
 * - Breakwater lets each client have one credit more than the pool has (overcommitment), since it may have no demand.
 *   So does this, for all classes but sign-ups, while there are as many credits as trunks; beyond that each has one in
 *   turn. Who has none says what waits, and is granted some in the next round, 10 to 100 ms later.
 * - Sign-ups stand in line, at gateways, which say when the first of each line arrived. Credits for them go to those who
 *   arrived first. They count against the pool until they are spent, so that they have to be: who does not spend any for
 *   a second loses them, and is passed over for five.
 *
 * No signal is the use of a processor.
 */
/**
 * Decides how much of each class a node takes, and from which trunk. Confined to the node's thread,
 * but for the {@link Account}s and {@link Tally}s that it reads.
 */
public final class CreditController {
  /** Grants are said again after so long, milliseconds, so that silence means something. */
  static final int TELL_MS = 400;

  /** What a trunk is expected to need before it is granted more, seconds. */
  static final double ROUND_S = 0.1;

  private static final int ROUND_MS_LEAST = 10;
  private static final int ROUND_MS_MOST = 100;
  private static final int UNSPENT_MS = 1_000;
  private static final int PASSED_OVER_MS = 5_000;
  private static final int IDLE_SIGN_UPS = 4;
  private static final long GROW_EACH_MS = 200;
  private static final double FEW_SIGN_UPS = 0.1;

  /** Where the first waits for so long there is a line, and not a few who came at once. */
  private static final long LINE_MS = 1_000;

  /** Its multiples are spread evenly between whole numbers, however many there are. */
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private static final int[] FIRST = {0, 8_192, 1_024, 512, 1_024, 256, 16, 256};
  private static final double[] LEAST = {0, 256, 64, 16, 8, 8, 0.05, 1};
  private static final int[] MOST = {0, 65_536, 16_384, 4_096, 16_384, 4_096, 512, 4_096};

  /** Told what is granted. */
  public interface Teller {
    /** A trunk may carry this much from now on. */
    void tell(Account account, Credits credits);
  }

  private final List<Tally> tallies;
  private final Measures measures;
  private final SignUpShare share;
  private final WriteLimit writes = new WriteLimit();
  private final BrownOut brownOut = new BrownOut();
  private final CalmProbe probe;
  private final Pool[] pools = new Pool[Priority.COUNT];
  private final List<TrunkState> trunks = new ArrayList<>();

  /** Of each class: what it has seen of the windows of each other one. */
  private final int[][] seen = new int[Priority.COUNT][Priority.COUNT];

  private final long[] movedAtMs = new long[Priority.COUNT];
  private final boolean[] used = new boolean[Priority.COUNT];
  private final boolean[] heldBack = new boolean[Priority.COUNT];
  private final int[] wanted = new int[Priority.COUNT];
  private final int[] underWay = new int[Priority.COUNT];

  /** The most that were under way since the pool was moved. */
  private final int[] peak = new int[Priority.COUNT];

  private final long[] granted = new long[Priority.COUNT];
  private final long[] starved = new long[Priority.COUNT];
  private long sendsStarvedBefore;

  /** Whether more would have signed up than there were credits, since the last look. */
  private boolean isShort;

  private int blocksSeen;
  private int turn;
  private long steeredAtMs;

  /**
   * @param tallies everything that counts here
   */
  public CreditController(List<Tally> tallies, long nowMs) {
    this.tallies = List.copyOf(tallies);
    this.measures = new Measures(this.tallies, nowMs);
    this.share = new SignUpShare(this.tallies, nowMs);
    this.probe = new CalmProbe(this.tallies, nowMs);
    this.steeredAtMs = nowMs;
    for (int priority = 1; priority < Priority.COUNT; priority++) {
      pools[priority] = new Pool(FIRST[priority], LEAST[priority], MOST[priority]);
      movedAtMs[priority] = nowMs;
    }
  }

  /** A gateway has said hello on a trunk; once more makes no difference. */
  public void opened(Account account, long nowMs) {
    if (trunks.stream().noneMatch(trunk -> trunk.account == account)) {
      trunks.add(new TrunkState(account, nowMs));
    }
  }

  /** A trunk is gone. What it has sent is done sooner or later. */
  public void closed(Account account) {
    trunks.removeIf(trunk -> trunk.account == account);
  }

  // ---- how much

  /** The ladder stays at this step; empty: it moves by itself. */
  public void pinBrownOut(Optional<BrownOutStep> at) {
    brownOut.pin(at);
  }

  /** What it aims at from now on. */
  public void aim(CreditAims at) {
    measures.aim(at);
    share.aim(at);
    writes.aim(at);
  }

  /**
   * Reads the measures and sets the pools. Ten times a second.
   *
   * @param writesUsed whether sign-ups have used half of {@link #signUpWrites}, or wait for it
   * @param wallMs milliseconds since 1970: by them all nodes measure calm at the same time
   * @return a step of the brown-out ladder, if one is made
   */
  public Optional<BrownOut.Move> steer(boolean writesUsed, long wallMs, long nowMs) {
    double seconds = Math.max(1, nowMs - steeredAtMs) / 1_000.0;
    steeredAtMs = nowMs;
    trunks.forEach(trunk -> trunk.measure(seconds));
    boolean isCalm = isCalm(wallMs);
    measures.look(isCalm, nowMs);
    probe(wallMs, nowMs);
    share.look(measures.ratio(Priority.SEND.number, Priority.SIGN_UP.number, nowMs), nowMs);
    for (int priority = 1; priority < Priority.COUNT; priority++) {
      steer(priority, nowMs);
    }
    if (measures.closed(Tally.BLOCKS) != blocksSeen) {
      blocksSeen = measures.closed(Tally.BLOCKS);
      Delay blocks = measures.of(Tally.BLOCKS, nowMs);
      if (blocks.requests() > 0) {
        writes.steer(blocks, writesUsed, isCalm && !measures.stands(Tally.BLOCKS), nowMs);
      }
    }
    return brownOut.look(
        new BrownOut.Pressure(measures.pressure(nowMs), sendsHeldBack(nowMs)), nowMs);
  }

  /**
   * Above 1 while credits hold sends back. They keep their delay near its aim, where it says
   * little.
   */
  private double sendsHeldBack(long nowMs) {
    boolean isStarved = starved[Priority.SEND.number] != sendsStarvedBefore;
    sendsStarvedBefore = starved[Priority.SEND.number];
    double delay = measures.ratio(Priority.SEND.number, Priority.SEND.number, nowMs);
    return isStarved ? 1 + delay : delay;
  }

  /**
   * Whether what sends take now is what they take by themselves: not while sends wait, or sign-ups
   * are a good part of the work. Where sign-ups have been reduced to nothing and it is still so, it
   * is not they; with people in line a probe says it.
   */
  private boolean isCalm(long wallMs) {
    boolean areOthersPressing = false;
    for (int priority = 1; priority < Priority.SIGN_UP.number; priority++) {
      areOthersPressing |= heldBack[priority] && isPressing(priority);
    }
    int signUp = Priority.SIGN_UP.number;
    boolean isQuiet = !heldBack[signUp] && share.signUpPart() < FEW_SIGN_UPS;
    return !areOthersPressing && (isQuiet || (pools[signUp].isLeast() && !isLine(wallMs)));
  }

  /** Who yields to sends already, as far as may be, waits for that, and presses nobody. */
  private boolean isPressing(int priority) {
    return priority == Priority.SEND.number || !pools[priority].isLeast();
  }

  /** Whether people stand in line for long. */
  private boolean isLine(long wallMs) {
    return trunks.stream().anyMatch(trunk -> trunk.firstWaitedMs(wallMs) >= LINE_MS);
  }

  private void probe(long wallMs, long nowMs) {
    boolean areOthersPressing = false;
    for (int priority = 1; priority < Priority.SIGN_UP.number; priority++) {
      areOthersPressing |= wanted[priority] > 0 && isPressing(priority);
    }
    boolean isPressed =
        isShort
            && isLine(wallMs)
            && measures.of(Priority.SEND.number, nowMs).requests() >= DelayWindow.FEW;
    isShort = false;
    probe
        .look(
            new CalmProbe.Now(isPressed, underWay[Priority.SIGN_UP.number], areOthersPressing),
            wallMs,
            nowMs)
        .ifPresent(
            seen -> {
              measures.probed(seen);
              writes.probed(seen);
            });
  }

  private void steer(int priority, long nowMs) {
    double worst = 0;
    double worstNews = 0;
    double worstMs = 0;
    boolean isNews = false;
    boolean isStill = false;
    boolean isBlurred = priority == Priority.SIGN_UP.number && probe.isBlurring(nowMs);
    for (int before = 1; before <= priority; before++) {
      double ratio = measures.ratio(before, priority, nowMs);
      worst = Math.max(worst, ratio);
      isStill |= measures.isStill(before);
      if (measures.closed(before) != seen[priority][before]) {
        seen[priority][before] = measures.closed(before);
        isNews = true;
        worstNews = Math.max(worstNews, ratio);
        worstMs = Math.max(worstMs, measures.waitMs(before, nowMs));
      }
    }
    if (worstNews > 1) {
      pools[priority].shrink(worstNews, worstMs, nowMs);
      moved(priority, nowMs);
    } else if (isBlurred) {
      // What sends take says nothing of the pool.
      return;
    } else if (priority == Priority.SIGN_UP.number && share.isSaturated(nowMs)) {
      // So that it grows from there, and does not leap, when that is over.
      pools[priority].fit(peak[priority]);
      moved(priority, nowMs);
    } else if (worst <= 1
        && !isStill
        && used[priority]
        && nowMs - movedAtMs[priority] >= (isNews ? GROW_EACH_MS : 1_000)) {
      pools[priority].grow(worst, trunks.size());
      moved(priority, nowMs);
    }
  }

  private void moved(int priority, long nowMs) {
    movedAtMs[priority] = nowMs;
    used[priority] = false;
    heldBack[priority] = false;
    peak[priority] = 0;
  }

  // ---- to whom

  /**
   * Divides what is left of the pools, and says so to those for whom it makes a difference. Ten
   * times a second, and {@link #roundMs} after anybody wants more or has used half of what it had.
   *
   * @param wallMs milliseconds since 1970, as gateways say when sign-ups arrived
   */
  public void grant(Teller teller, long wallMs, long nowMs) {
    trunks.forEach(trunk -> trunk.hear(wallMs, nowMs));
    for (int priority = 1; priority < Priority.COUNT; priority++) {
      count(priority);
      if (priority == Priority.SIGN_UP.number) {
        divideAmongLines(wallMs, nowMs);
      } else {
        divide(priority);
      }
    }
    turn++;
    for (TrunkState trunk : trunks) {
      tell(trunk, teller, nowMs);
    }
  }

  private void count(int priority) {
    long done = 0;
    long arrived = 0;
    // Done first: what is done meanwhile counts as under way, not the other way round.
    for (Tally tally : tallies) {
      done += tally.allDone(priority);
      arrived += priority == Priority.SEND.number ? tally.sendsUnderWay() : 0;
    }
    for (Tally tally : tallies) {
      arrived += tally.allArrived(priority);
    }
    underWay[priority] = Math.clamp(arrived - done, 0, Integer.MAX_VALUE);
    int waiting = 0;
    for (TrunkState trunk : trunks) {
      waiting += trunk.said.waiting(priority);
      waiting += priority == Priority.SIGN_UP.number ? trunk.said.signUps() : 0;
    }
    wanted[priority] = waiting;
    int size = (int) pools[priority].size();
    used[priority] |= underWay[priority] > size / 2;
    peak[priority] = Math.max(peak[priority], underWay[priority]);
    heldBack[priority] |= waiting > 0;
    if (waiting > 0 && size - underWay[priority] <= 0) {
      starved(priority);
    }
  }

  /** There is less than what is asked for: if it can be borne, there is to be more. */
  private void starved(int priority) {
    used[priority] = true;
    starved[priority]++;
  }

  private void divide(int priority) {
    int size = (int) pools[priority].size();
    int available = Math.max(0, size - underWay[priority]);
    double need = 0;
    for (TrunkState trunk : trunks) {
      need += trunk.need[priority];
    }
    // Requests that are done within a round are never seen under way: then what waits says it.
    // And what waits, though it is less than that, waits because there is not one for each trunk.
    boolean isTooFew = wanted[priority] > available || size < 2 * trunks.size();
    if (available > 0 && wanted[priority] > 0 && isTooFew) {
      starved(priority);
    }
    int spare = (int) Math.max(0, available - need) / Math.max(1, trunks.size());
    double part = need <= available ? 1 : available / need;
    int over = available;
    for (TrunkState trunk : trunks) {
      trunk.left[priority] = (int) (trunk.need[priority] * part) + spare;
      over -= trunk.left[priority];
    }
    // What rounding has left, and one for each while there are as many as trunks, in turn.
    int begin = Math.floorMod(turn, Math.max(1, trunks.size()));
    for (int i = 0; i < trunks.size(); i++) {
      TrunkState trunk = trunks.get((begin + i) % trunks.size());
      boolean isShort = trunk.left[priority] < trunk.need[priority];
      if (over > 0 && isShort) {
        trunk.left[priority]++;
        over--;
      } else if (trunk.left[priority] == 0 && i < size) {
        trunk.left[priority] = 1;
      }
    }
  }

  private void divideAmongLines(long wallMs, long nowMs) {
    if (probe.isHolding()) {
      // Devices are linked all the same: they stand in no line.
      trunks.forEach(
          trunk -> {
            int signUp = Priority.SIGN_UP.number;
            trunk.left[signUp] = trunk.said.waiting(signUp);
          });
      return;
    }
    boolean isAnyHungry = false;
    int unspent = 0;
    for (TrunkState trunk : trunks) {
      trunk.left[Priority.SIGN_UP.number] = trunk.unspent();
      unspent += trunk.left[Priority.SIGN_UP.number];
      isAnyHungry |= trunk.hungry() > 0;
    }
    if (isAnyHungry) {
      unspent -= takeBack(nowMs);
    }
    int size = signUps();
    int available = share.atMost(size - underWay[Priority.SIGN_UP.number] - unspent, nowMs);
    if (isAnyHungry) {
      boolean areTooFew = feed(available, wallMs, nowMs);
      used[Priority.SIGN_UP.number] |= areTooFew;
      isShort |= areTooFew;
    } else {
      leaveSome(available, size - underWay[Priority.SIGN_UP.number]);
    }
  }

  /**
   * How many sign-ups may be under way in this round. What of the pool is less than one is one in
   * some rounds: many nodes of which each lets in one at a time may be too many for Cassandra.
   */
  private int signUps() {
    double turns = turn * GOLDEN;
    return (int) (pools[Priority.SIGN_UP.number].size() + turns - Math.floor(turns));
  }

  /** From those with whom nobody stands in line, and who have not spent any for a while. */
  private int takeBack(long nowMs) {
    int taken = 0;
    for (TrunkState trunk : trunks) {
      int left = trunk.left[Priority.SIGN_UP.number];
      boolean isIdle = trunk.said.signUps() == 0;
      if (left > 0 && (isIdle || nowMs - trunk.signedUpAtMs >= UNSPENT_MS)) {
        taken += left;
        trunk.left[Priority.SIGN_UP.number] = 0;
        trunk.idleUntilMs = isIdle ? nowMs : nowMs + PASSED_OVER_MS;
      }
    }
    return taken;
  }

  private record Next(TrunkState trunk, double arrivedMs) {}

  /** Whether there were too few. */
  private boolean feed(int credits, long wallMs, long nowMs) {
    PriorityQueue<Next> next =
        new PriorityQueue<>(
            Comparator.comparingDouble(Next::arrivedMs)
                .thenComparingLong(each -> each.trunk.signedUpAtMs));
    for (TrunkState trunk : trunks) {
      if (trunk.hungry() > 0 && nowMs >= trunk.idleUntilMs) {
        next.add(new Next(trunk, trunk.nextArrivedMs(wallMs)));
      }
    }
    int given = 0;
    while (!next.isEmpty() && given < credits) {
      TrunkState trunk = next.remove().trunk;
      trunk.left[Priority.SIGN_UP.number]++;
      given++;
      if (trunk.hungry() > 0) {
        next.add(new Next(trunk, trunk.nextArrivedMs(wallMs)));
      }
    }
    share.granted(given);
    return !next.isEmpty();
  }

  /** A few to each, so that whoever comes first need not ask; half of them stays here. */
  private void leaveSome(int available, int free) {
    int each = Math.clamp(free / 2 / Math.max(1, trunks.size()), 0, IDLE_SIGN_UPS);
    int left = available;
    for (TrunkState trunk : trunks) {
      int more = Math.min(each - trunk.left[Priority.SIGN_UP.number], left);
      if (more > 0) {
        trunk.left[Priority.SIGN_UP.number] += more;
        left -= more;
      }
    }
    share.granted(available - left);
  }

  private void tell(TrunkState trunk, Teller teller, long nowMs) {
    boolean isTime = nowMs - trunk.toldAtMs >= TELL_MS;
    Credits.Builder credits = Credits.newBuilder();
    for (int priority = 1; priority < Priority.COUNT; priority++) {
      long arrived = trunk.account.arrived(priority);
      long before = trunk.account.upTo(priority);
      if (isTime || isNews(trunk, priority, before - arrived)) {
        long upTo = arrived + trunk.left[priority];
        trunk.account.grant(priority, arrived, upTo);
        granted[priority] += Math.max(0, upTo - before);
        credits.addCredits(Credit.newBuilder().setPriority(priority).setUpTo(upTo));
      }
    }
    if (isTime) {
      trunk.toldAtMs = nowMs;
    }
    if (credits.getCreditsCount() > 0 || trunk.stepTold != brownOut.step()) {
      trunk.stepTold = brownOut.step();
      teller.tell(trunk.account, credits.setBrownOut(brownOut.step().number()).build());
    }
  }

  /** Whether a trunk has to know now: it waits, or has half of what it may, or far too much. */
  private static boolean isNews(TrunkState trunk, int priority, long has) {
    int left = trunk.left[priority];
    if (priority == Priority.SIGN_UP.number) {
      return left != has;
    }
    boolean isWaiting = trunk.said.waiting(priority) > 0;
    return left > has ? isWaiting || left > 2 * has + 1 : has > left + left / 2 + 4;
  }

  // ---- what is asked

  /** How soon after the last round the next one may be, milliseconds: longer with many trunks. */
  public int roundMs() {
    return Math.clamp(trunks.size() / 20, ROUND_MS_LEAST, ROUND_MS_MOST);
  }

  /** Whether anything waits for credit at any gateway: then there is to be another round. */
  public boolean isAnybodyWaiting() {
    for (int waiting : wanted) {
      if (waiting > 0) {
        return true;
      }
    }
    return false;
  }

  /** How many conditional writes of sign-ups may be under way. */
  public int signUpWrites() {
    return writes.value();
  }

  /** How things stand, for who looks on. */
  public CreditFigures figures(long nowMs) {
    List<CreditFigures.OfClass> classes = new ArrayList<>(List.of(CreditFigures.OfClass.NONE));
    for (int priority = 1; priority < Priority.COUNT; priority++) {
      long spent = 0;
      for (Tally tally : tallies) {
        spent += tally.allArrived(priority);
      }
      classes.add(
          new CreditFigures.OfClass(
              measures.waitMs(priority, nowMs),
              measures.of(priority, nowMs).highMs(),
              pools[priority].size(),
              underWay[priority],
              wanted[priority],
              granted[priority],
              spent,
              starved[priority]));
    }
    return new CreditFigures(
        List.copyOf(classes),
        measures.calmMs(),
        measures.sendTargetMs(),
        writes.value(),
        writes.calmMs(),
        share.capacity(),
        share.isSaturated(nowMs),
        trunks.size(),
        brownOut.step(),
        brownOut.ups(),
        brownOut.downs(),
        probe.count());
  }
}
