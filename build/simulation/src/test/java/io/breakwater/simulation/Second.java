package io.breakwater.simulation;

import java.util.Arrays;
import java.util.Locale;

/** A second of what happened in all of a tier. */
final class Second {
  int came;
  int served;
  int refused;
  int shed;

  /** Messages whose home was lost, and not replaced yet. */
  int unreached;

  int line;
  int heldBack;
  long demands;
  long grants;

  /** Of all nodes. */
  double poolMean;

  double poolDeviation;
  double targetMs;
  int saturated;

  /** Part of Cassandra's time, 0..1. */
  double load;

  /** Sends to deliveries, ms. */
  double[] delays = new double[1_024];

  int sent;

  /** How much earlier somebody else had come who still waited, of all who had their turn, ms. */
  double[] ahead = new double[1_024];

  int turns;

  void delay(double tookMs) {
    if (sent == delays.length) {
      delays = Arrays.copyOf(delays, 2 * sent);
    }
    delays[sent++] = tookMs;
  }

  void ahead(double ms) {
    if (turns == ahead.length) {
      ahead = Arrays.copyOf(ahead, 2 * turns);
    }
    ahead[turns++] = ms;
  }

  /** Nothing more is added. */
  void end() {
    delays = Arrays.copyOf(delays, sent);
    Arrays.sort(delays);
    ahead = Arrays.copyOf(ahead, turns);
    Arrays.sort(ahead);
  }

  static double quantile(double[] sorted, double q) {
    return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, q * sorted.length)];
  }

  double delayMean() {
    return Arrays.stream(delays).average().orElse(0);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "came %d served %d line %d refused %d | sends %d mean %.2f p99 %.2f (target %.2f) held %d"
            + " shed %d lost %d | ahead p50 %.0f p99 %.0f max %.0f | pool %.2f sd %.2f saturated %d |"
            + " load %.2f demands %d grants %d",
        came,
        served,
        line,
        refused,
        sent,
        delayMean(),
        quantile(delays, 0.99),
        targetMs,
        heldBack,
        shed,
        unreached,
        quantile(ahead, 0.5),
        quantile(ahead, 0.99),
        quantile(ahead, 1),
        poolMean,
        poolDeviation,
        saturated,
        load,
        demands,
        grants);
  }
}
