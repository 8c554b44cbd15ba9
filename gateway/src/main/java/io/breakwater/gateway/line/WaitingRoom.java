package io.breakwater.gateway.line;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The waiting room of a gateway: a line for each event loop, so that whoever waits is let go, told
 * and forgotten on its own. Shared are four things only, none of which anybody waits for: the
 * number of places that are taken, how many have had their turn, the order of each line, which its
 * loop publishes and the others read, to count who came earlier, and which place is that of a
 * sign-up: it has one, whatever connections ask for it.
 *
 * <p>Among event loops, as among gateways, delivery sees to it that those are served first who came
 * first: each line says how long its first one has waited.
 */
public final class WaitingRoom {
  private volatile LineLimits limits;
  private volatile boolean isOpen = true;
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicLong served = new AtomicLong();
  private final ConcurrentMap<SignUpId, Waiting> bySignUp = new ConcurrentHashMap<>();
  private final List<Line> lines;

  /**
   * @param eventLoops of the gateway
   * @param random a source for each line is split off
   */
  public WaitingRoom(
      LineLimits limits, int eventLoops, RandomGenerator.SplittableGenerator random) {
    this.limits = limits;
    this.lines =
        IntStream.range(0, eventLoops).mapToObj(_ -> new Line(this, random.split())).toList();
  }

  /** That of an event loop, from 0 on. */
  public Line line(int eventLoop) {
    return lines.get(eventLoop);
  }

  /** Who waits at this gateway. Any thread. */
  public int waiting() {
    return taken.get();
  }

  /**
   * How long somebody who comes now is likely to wait, ms; 0 if nobody is in line. Any thread;
   * measured when an event loop looked last.
   */
  public long estimateMs() {
    int before = waiting();
    return before == 0 ? 0 : lines.getFirst().estimateMs(before + 1L);
  }

  /** How much work who comes now is asked for, in zero bits; 0: none. Any thread. */
  public int workBits() {
    LineLimits now = limits;
    return now.workBits() == 0 ? 0 : Effort.bits(waiting(), now.places(), now.workBits());
  }

  /** The same of who did work of so many bits before. */
  int workBits(int done) {
    return Effort.beyond(done, workBits());
  }

  /** The bounds that hold now. Any thread. */
  public LineLimits limits() {
    return limits;
  }

  /** From now on these hold; nobody who has a place loses it by that. Any thread, one at a time. */
  public void limits(LineLimits now) {
    limits = now;
  }

  /** While it is not open everybody waits, and nobody has a turn. Any thread. */
  public void open(boolean now) {
    isOpen = now;
  }

  boolean isOpen() {
    return isOpen;
  }

  // Called by lines, on their event loops.

  int lineCount() {
    return lines.size();
  }

  /** Whether there was a place. */
  boolean take() {
    if (taken.incrementAndGet() <= limits.places()) {
      return true;
    }
    taken.decrementAndGet();
    return false;
  }

  void giveBack() {
    taken.decrementAndGet();
  }

  /** Whether the place is that of the sign-up from now on: it has no other one. */
  boolean hold(SignUpId signUp, Waiting place) {
    return bySignUp.putIfAbsent(signUp, place) == null;
  }

  /** The place of a sign-up, which it has not any more. */
  Optional<Waiting> release(SignUpId signUp) {
    return Optional.ofNullable(bySignUp.remove(signUp));
  }

  void release(SignUpId signUp, Waiting place) {
    bySignUp.remove(signUp, place);
  }

  /** May be -1: somebody came back from its turn. */
  void served(int more) {
    served.addAndGet(more);
  }

  long served() {
    return served.get();
  }

  /** How many of all lines came before. */
  long before(Waiting one) {
    long count = 0;
    for (Line line : lines) {
      count += line.order().before(one);
    }
    return count;
  }
}
