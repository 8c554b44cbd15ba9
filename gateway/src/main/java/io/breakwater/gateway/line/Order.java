package io.breakwater.gateway.line;

import org.jspecify.annotations.Nullable;

/*
 * A treap (Seidel and Aragon, "Randomized search trees", 1996): a search tree by arrival that is a
 * heap by random priorities, which keeps it shallow whatever order people come in: 2 ln n on
 * average, some 40 levels at most for 100,000. Each node knows how many are below it, so a place is
 * found on the way down.
 *
 * Nodes never change: an insertion or a removal makes new ones of those on its path, about 1 KB for
 * 100,000 in line. That is what lets other event loops count in a line that is not theirs, without
 * a lock, and exactly, as of the last change.
 */
/** Who waits, in order of arrival. Immutable; every operation is logarithmic. */
final class Order {
  /** An empty line. */
  static final Order NOBODY = new Order();

  private final @Nullable Waiting who;
  private final int priority;
  private final int size;
  private final Order before;
  private final Order after;

  private Order() {
    who = null;
    priority = Integer.MIN_VALUE;
    size = 0;
    before = this;
    after = this;
  }

  private Order(Waiting who, int priority, Order before, Order after) {
    this.who = who;
    this.priority = priority;
    this.before = before;
    this.after = after;
    this.size = before.size + 1 + after.size;
  }

  int size() {
    return size;
  }

  /**
   * This and one more.
   *
   * @param random its priority
   */
  Order with(Waiting more, int random) {
    if (who == null) {
      return new Order(more, random, NOBODY, NOBODY);
    }
    if (more.isBefore(who)) {
      Order grown = before.with(more, random);
      return grown.priority > priority
          ? new Order(grown.person(), grown.priority, grown.before, with(grown.after, after))
          : with(grown, after);
    }
    Order grown = after.with(more, random);
    return grown.priority > priority
        ? new Order(grown.person(), grown.priority, with(before, grown.before), grown.after)
        : with(before, grown);
  }

  /** This without somebody who is in it. */
  Order without(Waiting one) {
    if (who == one) {
      return joined(before, after);
    }
    return one.isBefore(person())
        ? with(before.without(one), after)
        : with(before, after.without(one));
  }

  /** All of two lines of which one is before the other. */
  private static Order joined(Order first, Order second) {
    if (first.size == 0) {
      return second;
    }
    if (second.size == 0) {
      return first;
    }
    return first.priority > second.priority
        ? first.with(first.before, joined(first.after, second))
        : second.with(joined(first, second.before), second.after);
  }

  private Order with(Order newBefore, Order newAfter) {
    return new Order(person(), priority, newBefore, newAfter);
  }

  /** How many are before this one, who need not be in it. */
  int before(Waiting one) {
    int count = 0;
    for (Order at = this; at.who != null; ) {
      if (at.who.isBefore(one)) {
        count += at.before.size + 1;
        at = at.after;
      } else {
        at = at.before;
      }
    }
    return count;
  }

  /** Who comes after so many others; there are more. */
  Waiting at(int others) {
    Order at = this;
    int left = others;
    while (left != at.before.size) {
      if (left < at.before.size) {
        at = at.before;
      } else {
        left -= at.before.size + 1;
        at = at.after;
      }
    }
    return at.person();
  }

  /** Who is first; nobody may not be asked. */
  Waiting first() {
    Order at = this;
    while (at.before.size > 0) {
      at = at.before;
    }
    return at.person();
  }

  /** Who is last; nobody may not be asked. */
  Waiting last() {
    Order at = this;
    while (at.after.size > 0) {
      at = at.after;
    }
    return at.person();
  }

  private Waiting person() {
    if (who == null) {
      throw new IllegalStateException("nobody is there (expected: somebody)");
    }
    return who;
  }
}
