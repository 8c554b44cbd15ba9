package io.breakwater.loadtest.surge.scenario.arrivals;

import static io.breakwater.loadtest.surge.scenario.arrivals.Bursts.seconds;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * A rate over time, linear piece by piece, with steps where two points share a time. Immutable.
 *
 * <p>Bursts cut the curve at their edges. The hours of a day cut it every quarter of an hour, are
 * multiplied with it there, and are linear between: so whatever a curve is made of, its integral is
 * that of straight lines, and is exact.
 */
public final class RateCurve {
  /** Pieces of one curve. */
  public static final int MOST_PIECES = 100_000;

  private static final double DIURNAL_STEP = 900;

  /** Seconds, and arrivals per second. */
  private record Piece(double begin, double end, double rateAtBegin, double rateAtEnd) {
    double area() {
      return (rateAtBegin + rateAtEnd) / 2 * (end - begin);
    }

    double rateAt(double second) {
      return rateAtBegin + slope() * (second - begin);
    }

    double slope() {
      return (rateAtEnd - rateAtBegin) / (end - begin);
    }

    /** The second at which so much of the area is passed; stable for falling and flat lines. */
    double secondAtArea(double area) {
      if (area <= 0) {
        return begin;
      }
      double root = Math.sqrt(Math.max(0, rateAtBegin * rateAtBegin + 2 * slope() * area));
      return Math.min(end, begin + 2 * area / (rateAtBegin + root));
    }
  }

  /** What a curve is multiplied with. */
  private interface Factor {
    /**
     * @param second where
     * @param middle of the piece that begins or ends there: tells on which side of a step
     */
    double at(double second, double middle);
  }

  private final List<Piece> pieces;

  /** Arrivals before each piece, and of all. */
  private final double[] before;

  private RateCurve(List<Piece> pieces) {
    this.pieces = List.copyOf(pieces);
    before = new double[pieces.size() + 1];
    for (int i = 0; i < pieces.size(); i++) {
      before[i + 1] = before[i] + pieces.get(i).area();
    }
  }

  /**
   * Straight lines between points; after the last of them its rate holds until the end.
   *
   * @param points in the order of time, the first at 0, none after the end; at most two at one time
   * @param duration until the end, above 0
   */
  public static RateCurve of(List<Point> points, Duration duration) {
    List<Point> all = new ArrayList<>(points);
    all.add(new Point(duration, all.getLast().perSecond()));
    List<Piece> pieces = new ArrayList<>();
    for (int i = 1; i < all.size(); i++) {
      Point left = all.get(i - 1);
      Point right = all.get(i);
      if (left.at().compareTo(right.at()) < 0) {
        pieces.add(
            new Piece(
                seconds(left.at()), seconds(right.at()), left.perSecond(), right.perSecond()));
      }
    }
    return new RateCurve(pieces);
  }

  /**
   * The same with bursts.
   *
   * @throws IllegalArgumentException if there are too many
   */
  public RateCurve with(Bursts bursts) {
    if (2 * bursts.count() > MOST_PIECES) {
      throw new IllegalArgumentException(
          "bursts: %d (expected: at most %d)".formatted(bursts.count(), MOST_PIECES / 2));
    }
    NavigableSet<Double> cuts = new TreeSet<>();
    for (long i = 0; i <= bursts.count(); i++) {
      double begin = seconds(bursts.from()) + i * bursts.period();
      cuts.add(begin);
      cuts.add(begin + seconds(bursts.length()));
    }
    return times(cuts, (_, middle) -> bursts.factorAt(middle));
  }

  /**
   * The same with the hours of a day.
   *
   * @throws IllegalArgumentException if the curve is too long
   */
  public RateCurve with(Diurnal diurnal) {
    long steps = (long) (end() / DIURNAL_STEP);
    if (steps > MOST_PIECES) {
      throw new IllegalArgumentException(
          "diurnal: %d quarters of an hour (expected: at most %d)".formatted(steps, MOST_PIECES));
    }
    NavigableSet<Double> cuts = new TreeSet<>();
    LongStream.rangeClosed(1, steps).forEach(i -> cuts.add(i * DIURNAL_STEP));
    return times(cuts, (second, _) -> diurnal.factorAt(second));
  }

  private RateCurve times(NavigableSet<Double> cuts, Factor factor) {
    List<Piece> cut = new ArrayList<>();
    for (Piece piece : pieces) {
      double begin = piece.begin();
      for (double next : cuts.subSet(piece.begin(), false, piece.end(), false)) {
        cut.add(multiplied(piece, begin, next, factor));
        begin = next;
      }
      cut.add(multiplied(piece, begin, piece.end(), factor));
    }
    return new RateCurve(cut);
  }

  private static Piece multiplied(Piece piece, double begin, double end, Factor factor) {
    double middle = (begin + end) / 2;
    return new Piece(
        begin,
        end,
        piece.rateAt(begin) * factor.at(begin, middle),
        piece.rateAt(end) * factor.at(end, middle));
  }

  /**
   * On a shorter clock and at a smaller scale: times are divided by {@code compress}, rates become
   * {@code compress / scale} times as high, so the number of arrivals is divided by {@code scale}
   * alone.
   */
  public RateCurve replayed(double scale, double compress) {
    return changed(compress, compress / scale);
  }

  /** So many times as high. */
  public RateCurve times(double factor) {
    return changed(1, factor);
  }

  /** The same, that much later; until then with the rate of its begin. */
  public RateCurve after(Duration lead) {
    double later = seconds(lead);
    if (later == 0) {
      return this;
    }
    List<Piece> all = new ArrayList<>();
    double first = pieces.getFirst().rateAtBegin();
    all.add(new Piece(0, later, first, first));
    for (Piece piece : pieces) {
      all.add(
          new Piece(
              piece.begin() + later, piece.end() + later, piece.rateAtBegin(), piece.rateAtEnd()));
    }
    return new RateCurve(all);
  }

  private RateCurve changed(double compress, double factor) {
    return new RateCurve(
        pieces.stream()
            .map(
                piece ->
                    new Piece(
                        piece.begin() / compress,
                        piece.end() / compress,
                        piece.rateAtBegin() * factor,
                        piece.rateAtEnd() * factor))
            .toList());
  }

  /** How many arrivals are expected in all. */
  public double expected() {
    return before[pieces.size()];
  }

  /** How many are expected until then. */
  public double expectedUntil(Duration time) {
    return expectedUntil(seconds(time));
  }

  double expectedUntil(double second) {
    if (second <= 0) {
      return 0;
    }
    if (second >= end()) {
      return expected();
    }
    int index = indexAt(second);
    Piece piece = pieces.get(index);
    double half = (piece.rateAtBegin() + piece.rateAt(second)) / 2;
    return before[index] + half * (second - piece.begin());
  }

  /** Per second at a time; on a step, the rate after it; 0 before the begin and from the end on. */
  public double at(Duration time) {
    double second = seconds(time);
    return second < 0 || second >= end() ? 0 : pieces.get(indexAt(second)).rateAt(second);
  }

  /** The highest rate, per second. */
  public double peak() {
    return pieces.stream().mapToDouble(RateCurve::peakOf).max().orElseThrow();
  }

  /** When it is first reached. */
  public Duration peakAt() {
    double peak = peak();
    Piece first = pieces.stream().filter(piece -> peakOf(piece) == peak).findFirst().orElseThrow();
    double second = first.rateAtBegin() == peak ? first.begin() : first.end();
    return Duration.ofNanos(Math.round(second * 1e9));
  }

  private static double peakOf(Piece piece) {
    return Math.max(piece.rateAtBegin(), piece.rateAtEnd());
  }

  /** Arrivals per second over the whole. */
  public double mean() {
    return expected() / end();
  }

  /** Where it ends. */
  public Duration duration() {
    return Duration.ofNanos(Math.round(end() * 1e9));
  }

  private double end() {
    return pieces.getLast().end();
  }

  private int indexAt(double second) {
    int low = 0;
    int high = pieces.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (pieces.get(middle).begin() <= second) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /**
   * The second by which so many arrivals are expected: the inverse of {@link #expectedUntil}.
   *
   * @param arrivals 0 to less than {@link #expected}
   */
  double secondAt(double arrivals) {
    int found = Arrays.binarySearch(before, arrivals);
    int index = found >= 0 ? found : -found - 2;
    // Where nothing is expected for a while, several pieces have the same beginning: take the last.
    while (index + 1 < pieces.size() && before[index + 1] <= arrivals) {
      index++;
    }
    return pieces.get(index).secondAtArea(arrivals - before[index]);
  }
}
