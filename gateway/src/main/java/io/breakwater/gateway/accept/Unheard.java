package io.breakwater.gateway.accept;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/*
 * Who opens sockets and is silent must not keep others out. So where there is no room, who has not said what it wants
 * makes some: first those from which no byte has come, the oldest before others; if there are none, those whose Hello is
 * not complete, in the same order. An honest client speaks with the packet that ends TCP's handshake, or soon after: it
 * is closed only if its Hello takes longer than a whole gateway full of arrivals takes to come, and nobody is silent.
 */
/** Those whose Hello has not come, the oldest first. Confined to one thread. */
public final class Unheard<A extends Unheard.Member> {
  /** A packet may be late: whoever is younger stays. */
  static final int GRACE_MS = 250;

  private static final int LEAST_KEPT = 64;

  /** How far somebody has come; later ones never lead back. */
  public enum Stage {
    /** Nothing has come. */
    SILENT,
    /** Bytes have, but no Hello. */
    BEGUN,
    /** It has said what it wants, or is gone. */
    HEARD
  }

  /** Somebody who was accepted. */
  public interface Member {
    Stage stage();

    long acceptedAtMs();
  }

  private final Queue<A> silent = new ArrayDeque<>();
  private final Queue<A> begun = new ArrayDeque<>();
  private int sortAt = LEAST_KEPT;

  /** One more was accepted. */
  public void add(A one) {
    silent.add(one);
    if (kept() > sortAt) {
      forget();
    }
  }

  /** Keeps nobody any longer who was heard, or is gone; to be called several times a second. */
  public void forget() {
    begun.removeIf(each -> each.stage() == Stage.HEARD);
    silent.removeIf(this::hasSpoken);
    sortAt = Math.max(LEAST_KEPT, 2 * kept());
  }

  private boolean hasSpoken(A one) {
    Stage stage = one.stage();
    if (stage == Stage.BEGUN) {
      begun.add(one);
    }
    return stage != Stage.SILENT;
  }

  /**
   * Who is to make room; is not kept here any more. Nobody while silent ones who are too young are
   * enough.
   *
   * @param missing how many more are to, this one included
   */
  public Optional<A> oldest(int missing, long nowMs) {
    while (!silent.isEmpty() && hasSpoken(silent.element())) {
      silent.remove();
    }
    while (!begun.isEmpty() && begun.element().stage() == Stage.HEARD) {
      begun.remove();
    }
    Optional<A> oldest = firstOf(silent, nowMs);
    return oldest.isPresent() || missing <= silent.size() ? oldest : firstOf(begun, nowMs);
  }

  private Optional<A> firstOf(Queue<A> some, long nowMs) {
    A first = some.peek();
    return first == null || nowMs - first.acceptedAtMs() < GRACE_MS
        ? Optional.empty()
        : Optional.of(some.remove());
  }

  /** No more than twice those who were unheard when it was looked at last, and a few. */
  public int kept() {
    return silent.size() + begun.size();
  }
}
