package io.breakwater.loadtest.surge.fleet.play;

import java.util.Iterator;
import java.util.function.Consumer;

/**
 * Does many things, so many at a time, each until it is said to have ended. Confined to the loop.
 */
final class AtOnce<T> {
  private final Iterator<T> left;
  private final Consumer<T> deed;
  private final Runnable afterwards;
  private final int limit;
  private int underWay;
  private boolean isBeginning;
  private boolean isOver;

  /**
   * Begins.
   *
   * @param deed begins one; {@link #ended} is called once for each, then or later
   * @param afterwards when the last one has ended
   */
  AtOnce(int limit, Iterator<T> all, Consumer<T> deed, Runnable afterwards) {
    this.limit = limit;
    this.left = all;
    this.deed = deed;
    this.afterwards = afterwards;
  }

  /** Begins as many as may be. */
  void begin() {
    if (isBeginning) {
      return;
    }
    isBeginning = true;
    while (underWay < limit && left.hasNext()) {
      underWay++;
      deed.accept(left.next());
    }
    isBeginning = false;
    if (underWay == 0 && !isOver) {
      isOver = true;
      afterwards.run();
    }
  }

  /** One has ended. */
  void ended() {
    underWay--;
    begin();
  }
}
