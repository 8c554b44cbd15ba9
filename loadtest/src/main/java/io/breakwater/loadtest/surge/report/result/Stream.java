package io.breakwater.loadtest.surge.report.result;

/**
 * One kind of arrivals over the whole run: what the schedule asked for and what came of it, which
 * is the goodput.
 *
 * @param name as the scenario names it, such as {@code sign-ups}
 * @param intended by the schedule
 * @param nobody of them, those for which the scenario had nobody: a connect finds all online
 * @param replaced of them, messages whose drawn writer was not online, so that somebody else wrote
 * @param done carried out within the run, whenever they were intended
 * @param perSecond done in a second of the scenario, in the mean; what was done after it, while the
 *     run waited for the last ones, is not in it
 * @param peakPerSecond the most that was done in any 10 seconds in a row, per second; of a shorter
 *     run all that was done, per second. NaN in a file without it
 */
public record Stream(
    String name,
    long intended,
    long nobody,
    long replaced,
    long done,
    double perSecond,
    double peakPerSecond) {
  private static final double PERCENT = 100;
  private static final double MOST_NOBODY_PERCENT = 10;

  /** Of what was intended, in percent; NaN if nothing was. */
  public double nobodyPercent() {
    return intended == 0 ? Double.NaN : PERCENT * nobody / intended;
  }

  /** Whether there was nobody for so many that goodput, which leaves them out, hides something. */
  public boolean lacksPeople() {
    return nobodyPercent() > MOST_NOBODY_PERCENT;
  }
}
