package io.breakwater.loadtest.surge.report.result;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * A limit of the scenario (SLO), and what was measured.
 *
 * @param population as the scenario names it
 * @param percentile of a latency: above 0, at most 100, which is the maximum; otherwise NaN
 * @param limit in the unit of the measure, rounded to thousandths
 * @param measured likewise; NaN: there was nothing to measure
 */
public record Objective(
    Phase phase,
    String population,
    Measure measure,
    double percentile,
    double limit,
    double measured) {
  private static final double MAXIMUM = 100;

  /** Checks the numbers, and rounds them. */
  public Objective {
    limit = ResultFormat.rounded(limit);
    measured = ResultFormat.rounded(measured);
    if (measure == Measure.LATENCY && !(percentile > 0 && percentile <= MAXIMUM)) {
      throw new IllegalArgumentException("percentile: " + percentile + " (expected: 0..100)");
    }
    if (!(limit >= 0)) {
      throw new IllegalArgumentException("limit: " + limit + " (expected: >= 0)");
    }
  }

  /** What is limited, and how. */
  public enum Measure {
    /** A percentile, in milliseconds, at most. */
    LATENCY("ms"),
    /** What came to its good end of what was offered, in percent, at least. */
    GOODPUT("%"),
    /** What came to its good end per second, in the mean, at least. */
    RATE("/s");

    private final String unit;

    Measure(String unit) {
      this.unit = unit;
    }

    /** In files and for people. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** For people. */
    public String unit() {
      return unit;
    }
  }

  /** A percentile has to be at most so long. */
  public static Objective latency(
      Phase phase, String population, double percentile, double limitMs, double measuredMs) {
    return new Objective(phase, population, Measure.LATENCY, percentile, limitMs, measuredMs);
  }

  /** At least so much has to come to its good end. */
  public static Objective goodput(
      Phase phase, String population, double limitPercent, double measuredPercent) {
    return new Objective(
        phase, population, Measure.GOODPUT, Double.NaN, limitPercent, measuredPercent);
  }

  /** At least so many a second have to come to their good end. */
  public static Objective rate(
      Phase phase, String population, double limitPerSecond, double measuredPerSecond) {
    return new Objective(
        phase, population, Measure.RATE, Double.NaN, limitPerSecond, measuredPerSecond);
  }

  /** Whether it was measured and is within the limit. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public boolean met() {
    return switch (measure) {
      case LATENCY -> measured <= limit;
      case GOODPUT, RATE -> measured >= limit;
    };
  }

  /** For people: p99, max, goodput or rate. */
  public String what() {
    if (measure != Measure.LATENCY) {
      return measure.word();
    }
    return percentile == MAXIMUM
        ? "max"
        : "p" + String.format(Locale.ROOT, "%.3f", percentile).replaceAll("\\.?0+$", "");
  }

  /** For people: how the limit is meant. */
  public String bound() {
    return measure == Measure.LATENCY ? "at most" : "at least";
  }
}
