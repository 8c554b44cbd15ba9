package io.breakwater.gateway.returning;

import java.util.random.RandomGenerator;

/**
 * How the clients of an event loop leave when it stops: they are told to one after the other, and
 * come to others evenly, at somewhat less than half of the rate at which this one could take them.
 * Who they are is known beforehand, so nothing has to be guessed. If that takes longer than the
 * gateway may, the later ones are told in time too, and stay away for what is missing.
 */
public final class Drain {
  private static final double SHARE = 0.5 / ReturnWindow.FACTOR;

  private final int clients;
  private final double windowMs;
  private final double toldInMs;
  private final int graceMs;
  private final RandomGenerator random;
  private int told;

  /**
   * One client leaves.
   *
   * @param afterMs from the begin until it is told; later ones are told no earlier
   * @param returnAfterMs what it is told
   * @param closeMs from the begin until it is closed if it has not left by itself
   */
  public record Leave(int afterMs, int returnAfterMs, int closeMs) {}

  /**
   * @param perMs how many clients could be taken
   * @param atMostMs within which all are told
   * @param widestMs over which they come back at most
   * @param graceMs how long who was told may stay
   */
  public Drain(
      int clients, double perMs, int atMostMs, int widestMs, int graceMs, RandomGenerator random) {
    this.clients = clients;
    this.windowMs = Math.min(widestMs, clients / (SHARE * perMs));
    this.toldInMs = Math.min(windowMs, atMostMs);
    this.graceMs = graceMs;
    this.random = random;
  }

  /** Whether all have been told. */
  public boolean isOver() {
    return told == clients;
  }

  /** The next one; each has a part of the window of its own. */
  public Leave next() {
    double backMs = windowMs * (told + random.nextDouble()) / clients;
    told++;
    int afterMs = (int) (windowMs > toldInMs ? backMs * toldInMs / windowMs : backMs);
    int returnAfterMs = (int) (backMs - afterMs) + random.nextInt(graceMs + 1);
    int closeMs = Math.min(afterMs + returnAfterMs, (int) toldInMs) + graceMs;
    return new Leave(afterMs, returnAfterMs, closeMs);
  }

  /** From the begin until all are closed, ms. */
  public int lengthMs() {
    return (int) toldInMs + graceMs;
  }
}
