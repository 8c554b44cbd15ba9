package io.breakwater.loadtest.surge.figures;

import io.breakwater.loadtest.surge.report.result.Phase;
import io.breakwater.loadtest.surge.report.result.PhaseFigures;
import io.breakwater.loadtest.surge.report.result.Timeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * How long one phase took for one population.
 *
 * <p>What ended is in the percentiles and, by the second in which it ended, in the series: what
 * stood still shows up there as slow, right after it goes on. What was still open when the run
 * ended is in the percentiles with the time that it had waited by then, which is less than it would
 * have taken, and in no second. What failed for good took no time, and counts against goodput only.
 */
final class PhaseTimes {
  private static final int DIGITS = 3;

  private final Span span;
  private final Histogram nanos = new Histogram(DIGITS);
  private final Ints endSeconds = new Ints();
  private final Longs ended = new Longs(0);
  private final long scheduleEndNanos;
  private long endedInSchedule;
  private long open;
  private long failed;

  /**
   * @param scheduleEndNanos when the last arrivals were due
   */
  PhaseTimes(Span span, long scheduleEndNanos) {
    this.span = span;
    this.scheduleEndNanos = scheduleEndNanos;
  }

  void ended(long fromNanos, long toNanos) {
    // The answer to a writer may be read after the message was handed over.
    long took = Math.max(0, toNanos - fromNanos);
    nanos.recordValue(took);
    ended.add(took);
    endSeconds.add(span.second(toNanos));
    if (toNanos <= scheduleEndNanos) {
      endedInSchedule++;
    }
  }

  void open(long fromNanos, long untilNanos) {
    nanos.recordValue(Math.max(0, untilNanos - fromNanos));
    open++;
  }

  void failed() {
    failed++;
  }

  boolean isEmpty() {
    return offered() == 0;
  }

  private long offered() {
    return ended.size() + open + failed;
  }

  /** The share that ended well; NaN if there was nothing. */
  double goodput() {
    return isEmpty() ? Double.NaN : (double) ended.size() / offered();
  }

  long endedInSchedule() {
    return endedInSchedule;
  }

  /** NaN if there is none. */
  double percentileMs(double percentile) {
    return nanos.getTotalCount() == 0 ? Double.NaN : nanos.getValueAtPercentile(percentile) / 1e6;
  }

  PhaseFigures figures(Phase phase, String population) {
    return PhaseFigures.of(phase, population, open, nanos);
  }

  /** Ends per second. */
  double[] perSecond() {
    double[] counts = new double[span.seconds()];
    for (int i = 0; i < endSeconds.size(); i++) {
      counts[endSeconds.get(i)]++;
    }
    return counts;
  }

  /** Exact: all times, sorted within their seconds. */
  Timeline.Latencies series(Phase phase, String population) {
    int[] begins = new int[span.seconds() + 1];
    for (int i = 0; i < endSeconds.size(); i++) {
      begins[endSeconds.get(i) + 1]++;
    }
    Arrays.parallelPrefix(begins, Integer::sum);
    int[] next = begins.clone();
    long[] sorted = new long[ended.size()];
    for (int i = 0; i < endSeconds.size(); i++) {
      sorted[next[endSeconds.get(i)]++] = ended.get(i);
    }
    List<Double> p50 = new ArrayList<>(Collections.nCopies(span.seconds(), Double.NaN));
    List<Double> p99 = new ArrayList<>(p50);
    for (int second = 0; second < span.seconds(); second++) {
      int from = begins[second];
      int to = begins[second + 1];
      if (from < to) {
        Arrays.sort(sorted, from, to);
        p50.set(second, sorted[rank(from, to, 0.5)] / 1e6);
        p99.set(second, sorted[rank(from, to, 0.99)] / 1e6);
      }
    }
    return new Timeline.Latencies(phase, population, p50, p99);
  }

  /** The least place at which that share is no more. */
  private static int rank(int from, int to, double share) {
    return from + Math.max(0, (int) Math.ceil(share * (to - from)) - 1);
  }
}
