package io.breakwater.delivery.credit;

import io.breakwater.common.priority.Priority;
import io.breakwater.proto.trunk.Credit;
import io.breakwater.proto.trunk.Credits;
import io.breakwater.proto.trunk.Demand;
import io.breakwater.proto.trunk.Waiting;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The account of one trunk: what came by it, what its gateway says waits, what it was granted. The
 * trunk's thread writes what comes, the node's thread what is granted.
 */
public final class Account {
  /**
   * What a gateway said.
   *
   * @param frames that wait for credit, by class
   * @param before sign-ups that had come by the trunk: these do not stand in line any more
   */
  record Said(int signUps, long firstArrivedMs, List<Integer> frames, long before, long atMs) {
    static final Said NOTHING =
        new Said(0, Long.MAX_VALUE, Collections.nCopies(Priority.COUNT, 0), 0, 0);

    int waiting(int priority) {
      return frames.get(priority);
    }
  }

  /** Who is not heard of for so long waits for nothing any more. */
  static final int SILENT_MS = 1_000;

  /**
   * What a trunk may carry before it is looked at for the first time, by class. Said with the
   * hello: a class that was never granted any is not limited, and a line that waits for a node to
   * come back must not fall upon it.
   */
  private static final int[] FIRST = {0, 64, 64, 16, 64, 4, 0, 1};

  private final long trunk;
  private final AtomicLongArray arrived = new AtomicLongArray(Priority.COUNT);
  private final AtomicLongArray upTo = new AtomicLongArray(Priority.COUNT);
  private final AtomicLongArray low = new AtomicLongArray(Priority.COUNT);
  private volatile Said said = Said.NOTHING;

  /**
   * @param trunk its number on this node
   */
  public Account(long trunk) {
    this.trunk = trunk;
    for (int priority = Priority.SEND.number; priority < Priority.COUNT; priority++) {
      grant(priority, 0, FIRST[priority]);
    }
  }

  /** What it begins with. */
  public static Credits first() {
    Credits.Builder first = Credits.newBuilder();
    for (int priority = Priority.SEND.number; priority < Priority.COUNT; priority++) {
      first.addCredits(Credit.newBuilder().setPriority(priority).setUpTo(FIRST[priority]));
    }
    return first.build();
  }

  /** The number of the trunk. */
  public long trunk() {
    return trunk;
  }

  /**
   * So many frames of a class came. The trunk's thread.
   *
   * @return whether half of what was granted is used
   */
  public boolean arrived(int priority, int frames) {
    long now = arrived.get(priority) + frames;
    arrived.lazySet(priority, now);
    return priority != Priority.CONTROL.number && now >= low.get(priority);
  }

  /**
   * The gateway says what waits there, beyond what has come. The trunk's thread.
   *
   * @return whether anything does
   */
  public boolean wants(Demand demand, long nowMs) {
    Integer[] frames = new Integer[Priority.COUNT];
    Arrays.fill(frames, 0);
    boolean isAny = demand.getSignUps() > 0;
    for (Waiting waiting : demand.getWaitingList()) {
      frames[Priority.of(waiting.getPriority()).number] += Math.max(0, waiting.getFrames());
      isAny |= waiting.getFrames() > 0;
    }
    int signUps = Math.max(0, demand.getSignUps());
    long before = arrived.get(Priority.SIGN_UP.number);
    said = new Said(signUps, demand.getFirstArrivedMs(), List.of(frames), before, nowMs);
    return isAny;
  }

  /** What waits at the gateway, if it was heard of lately. */
  Said said(long nowMs) {
    Said latest = said;
    return nowMs - latest.atMs > SILENT_MS ? Said.NOTHING : latest;
  }

  long arrived(int priority) {
    return arrived.get(priority);
  }

  long upTo(int priority) {
    return upTo.get(priority);
  }

  /** The node's thread. */
  void grant(int priority, long now, long of) {
    upTo.lazySet(priority, of);
    low.lazySet(priority, now + Math.max(1, (of - now) / 2));
  }
}
