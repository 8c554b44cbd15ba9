package io.breakwater.gateway.returning;

import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What an event loop takes of one kind, and who has to come back with it. Confined to the event
 * loop, but for its figures, which it publishes when it {@link #look looks}.
 */
public final class Intake {
  /**
   * How it stood last.
   *
   * @param perSecond what can be taken
   * @param herd who was told to come back, and is not due yet
   * @param windowMs width of the window
   */
  public record Figures(double perSecond, long herd, int windowMs) {}

  private static final int SECOND_MS = 1_000;

  private final AcceptRate rate;
  private final ReturnWindow window;
  private volatile Figures figures;

  Intake(double assumedPerMs, Supplier<ReturnLimits> limits, RandomGenerator random, long nowMs) {
    this.rate = new AcceptRate(assumedPerMs, nowMs);
    this.window = new ReturnWindow(limits, random);
    this.figures = new Figures(assumedPerMs * SECOND_MS, 0, limits.get().narrowestMs());
  }

  /** One more was taken. */
  public void taken(long nowMs) {
    rate.taken(1, nowMs);
  }

  /** One that counted as taken was not: there was no room for it. */
  public void shed(long nowMs) {
    rate.taken(-1, nowMs);
    rate.pressed(nowMs);
  }

  /** One is refused since there is no room, and not since something is away. */
  public void pressed(long nowMs) {
    rate.pressed(nowMs);
  }

  /** One is refused, and is of the herd from now on: after how many ms it is to come back. */
  public int tell(long nowMs) {
    return tell(0, nowMs);
  }

  /** The same from a window of a least width, ms. */
  public int tell(int atLeastMs, long nowMs) {
    return window.tell(rate.perMs(nowMs), atLeastMs, nowMs);
  }

  /** The same for who does not count: would be in the herd many times, or by its own doing. */
  public int spread(long nowMs) {
    return window.spread(rate.perMs(nowMs), nowMs);
  }

  /** How many can be taken in a millisecond. */
  public double perMs(long nowMs) {
    return rate.perMs(nowMs);
  }

  /** Publishes how it stands. */
  void look(long nowMs) {
    double perMs = rate.perMs(nowMs);
    figures = new Figures(perMs * SECOND_MS, window.herd(nowMs), window.widthMs(perMs, nowMs));
  }

  /** Any thread. */
  public Figures figures() {
    return figures;
  }
}
