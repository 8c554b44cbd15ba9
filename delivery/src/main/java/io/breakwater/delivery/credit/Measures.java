package io.breakwater.delivery.credit;

import io.breakwater.common.priority.Priority;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;

/*
 * What is measured is waiting, not work, as DAGOR has it: a look-up in a slow Cassandra is slow, but no queue. A request
 * waits in several places, and what it waits in all is the sum of the means: for its lane (or for its turn among
 * sign-ups), and for its turn at Cassandra, which storage counts by kind of call. Sends alone are measured as a whole,
 * from arrival to publishing, block writes included: what people feel.
 *
 * What was not carried out counts with the time that it has waited for that, a second at least (Tally.turnedAway), and
 * what stands still with its age (DelayWindow): a Cassandra that does nothing at all must not look like one that nobody
 * asks.
 */
/** The delays of all classes, window by window, and what they aim at. Confined to a thread. */
final class Measures {
  private static final double NOISE_MS = 1;
  private static final double CALM_LEAST_MS = 2;

  /**
   * What a node takes for calm that does not know it: it may be started in the middle of a surge,
   * and must not learn that a surge is calm. If it is slower by itself, it learns that within a
   * minute.
   */
  private static final double CALM_FIRST_MS = 10;

  private static final long STALE_MS = 6_000;

  private final DelayWindow[] windows = new DelayWindow[Tally.KINDS];
  private final Delay[] latest = new Delay[Tally.KINDS];
  private final double[] sureMs = new double[Tally.KINDS];
  private final double[] restMs = new double[Tally.KINDS];
  private final long[] closedAtMs = new long[Tally.KINDS];
  private final int[] closed = new int[Tally.KINDS];
  private CreditAims aims = CreditAims.DEFAULT;
  private final Calm calm = new Calm(CALM_LEAST_MS, CALM_FIRST_MS);

  Measures(List<Tally> tallies, long nowMs) {
    for (int kind = 0; kind < Tally.KINDS; kind++) {
      windows[kind] = new DelayWindow(kind, tallies, nowMs);
      latest[kind] = Delay.NONE;
      closedAtMs[kind] = nowMs;
    }
  }

  /** From now on. */
  void aim(CreditAims at) {
    aims = at;
  }

  /** Ends windows that are over. */
  void look(boolean mayCalmRise, long nowMs) {
    for (int kind = 0; kind < Tally.KINDS; kind++) {
      Optional<Delay> over = windows[kind].look(nowMs);
      if (over.isPresent()) {
        Delay delay = over.get();
        latest[kind] = delay;
        sureMs[kind] =
            delay.requests() >= DelayWindow.FEW
                ? delay.meanMs()
                : Math.min(restMs[kind], windows[kind].restMs());
        restMs[kind] = windows[kind].restMs();
        closedAtMs[kind] = nowMs;
        closed[kind]++;
        if (kind == Priority.SEND.number && delay.requests() > 0) {
          calm.learn(delay.meanMs(), mayCalmRise && !windows[kind].stands(), nowMs);
        }
      }
    }
  }

  /** A probe is over. */
  void probed(CalmProbe.Seen seen) {
    if (!stands(Priority.SEND.number)) {
      calm.probed(seen.sends().meanMs(), seen.rise());
    }
  }

  /** Whether requests of a kind are under way and nothing gets done. */
  boolean stands(int kind) {
    return windows[kind].stands();
  }

  /** Whether what is under way of a kind, or of a part of it, got no further just now. */
  boolean isStill(int kind) {
    return windows[kind].isStill();
  }

  /** How many windows of a kind are over: higher if there is news. */
  int closed(int kind) {
    return closed[kind];
  }

  /** Of the last window that counts. */
  Delay of(int kind, long nowMs) {
    return nowMs - closedAtMs[kind] > STALE_MS ? Delay.NONE : latest[kind];
  }

  /** What a request of a class has waited in all, milliseconds. */
  double waitMs(int priority, long nowMs) {
    return waitMs(priority, kind -> of(kind, nowMs).meanMs());
  }

  private static double waitMs(int priority, IntToDoubleFunction ms) {
    double own = ms.applyAsDouble(priority);
    return switch (Priority.of(priority)) {
      case RESUME, LOOK_UP -> own + ms.applyAsDouble(Tally.ACCOUNT_TURNS);
      case FIRST_SYNC -> own + ms.applyAsDouble(Tally.PAGE_TURNS);
      case SIGN_UP ->
          own + ms.applyAsDouble(Tally.ACCOUNT_TURNS) + ms.applyAsDouble(Tally.CONDITIONAL_TURNS);
      default -> own;
    };
  }

  /**
   * The same as far as it is more than chance: of a window with few requests the slowest does not
   * count, and then it is the lesser of that and what the window before came to.
   */
  private double sureMs(int priority, long nowMs) {
    return waitMs(priority, kind -> nowMs - closedAtMs[kind] > STALE_MS ? 0 : sureMs[kind]);
  }

  /** What sends take when nobody presses. */
  double calmMs() {
    return calm.ms();
  }

  /** Beyond this, sends are felt to be slower, and all other classes yield. */
  double sendTargetMs() {
    return Math.max(aims.sendsAboveCalm() * calm.ms(), calm.ms() + NOISE_MS);
  }

  /**
   * How long a class waits, as a multiple of what it may.
   *
   * @param yielding the class that would yield to it, or itself
   */
  double ratio(int priority, int yielding, long nowMs) {
    return waitMs(priority, nowMs) / targetMs(priority, yielding);
  }

  /**
   * How long existing users wait, their sends, resumes and first pages, as a part of what they may
   * while others yield; of sends only what is above calm counts. The worst of the three. Nothing
   * that a slow request or two of a quiet node could be.
   */
  double pressure(long nowMs) {
    double sends = (sureMs(Priority.SEND.number, nowMs) - calm.ms()) / (sendTargetMs() - calm.ms());
    int resume = Priority.RESUME.number;
    int page = Priority.FIRST_SYNC.number;
    double resumes = sureMs(resume, nowMs) / targetMs(resume, resume);
    double pages = sureMs(page, nowMs) / targetMs(page, page);
    return Math.max(0, Math.max(sends, Math.max(resumes, pages)));
  }

  /*
   * Others yield to sends at 1.2 times calm. Sends are held back themselves only far above that: a node that is busy with
   * nothing but sends is slower than in the small hours, and to refuse some of them at a third of what it can take would
   * help nobody. Nor would it help against a Cassandra that is slow for a while: blocks grow, and it takes as many
   * messages as before.
   */
  private double targetMs(int priority, int yielding) {
    if (priority != Priority.SEND.number) {
      return aims.othersMs();
    }
    return yielding == Priority.SEND.number
        ? Math.max(aims.sendsHeldBackMs(), sendTargetMs())
        : sendTargetMs();
  }
}
