package io.breakwater.loadtest.surge.scenario.model;

import java.time.Duration;
import java.util.Locale;

/**
 * What has to be kept, or the run is failed. That no accepted message is lost, doubled or reordered
 * is a rule of every scenario, and stands in none.
 */
public sealed interface Limit {
  /** Of what. */
  Phase phase();

  /** Of whom: a population; of messages, the writer's. */
  String of();

  /** For people. */
  String text();

  /** At another scale, on another clock. */
  Limit replayed(Reduction by);

  /**
   * A percentile of the time that it takes, on the wall clock: no compression makes it shorter.
   *
   * @param percentile above 0, at most 100, which is the maximum
   */
  record Latency(Phase phase, String of, double percentile, Duration atMost) implements Limit {
    @Override
    public String text() {
      String what =
          percentile == 100
              ? "max"
              : "p" + String.format(Locale.ROOT, "%.3f", percentile).replaceAll("\\.?0+$", "");
      return "%s of %s: %s at most %s".formatted(phase, of, what, Times.text(atMost));
    }

    @Override
    public Latency replayed(Reduction by) {
      return this;
    }
  }

  /**
   * How much of what was offered has come to its good end when the run ends.
   *
   * @param atLeast a share, 0..1
   */
  record Goodput(Phase phase, String of, double atLeast) implements Limit {
    @Override
    public String text() {
      return "%s of %s: at least %s of what is offered"
          .formatted(phase, of, Times.percent(atLeast));
    }

    @Override
    public Goodput replayed(Reduction by) {
      return this;
    }
  }

  /**
   * How much comes to its good end per second, on average over the run. Scales like the rates of
   * streams.
   */
  record Rate(Phase phase, String of, double perSecondAtLeast) implements Limit {
    @Override
    public String text() {
      return String.format(Locale.ROOT, "%s of %s: at least %.1f/s", phase, of, perSecondAtLeast);
    }

    @Override
    public Rate replayed(Reduction by) {
      return new Rate(phase, of, Scaling.rate(perSecondAtLeast, by));
    }
  }
}
