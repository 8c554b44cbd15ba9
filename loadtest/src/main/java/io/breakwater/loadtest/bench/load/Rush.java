package io.breakwater.loadtest.bench.load;

import io.breakwater.loadtest.bench.measure.Percentiles;
import io.breakwater.loadtest.bench.phone.PhoneLoop;
import io.breakwater.loadtest.verdict.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * Something that is done again and again, so many at once: a closed loop. Made, run and read by one
 * thread; the rest is confined to the loop.
 */
public final class Rush {
  private static final Duration LINGER = Duration.ofSeconds(30);

  /** One doing of the thing: begins it, and later calls {@code done} once, on the loop. */
  public interface Deed {
    /**
     * Begins one.
     *
     * @param number counts up from 0
     * @param done to be called when it is done
     */
    void begin(int number, Runnable done);
  }

  /**
   * What came of it.
   *
   * @param done until the end
   * @param doneInAll with those that ended later
   * @param took from begin to end of each; a closed loop's, so only a hint
   */
  public record Result(double seconds, int done, int doneInAll, Percentiles took) {
    /** Per second, until the end. */
    public double perSecond() {
      return done / seconds;
    }
  }

  private final PhoneLoop loop;
  private final Deed deed;
  private final int limit;
  private final Histogram took = Percentiles.histogram();
  private final AtomicInteger done = new AtomicInteger();
  private int begun;
  private boolean ended;

  /**
   * @param limit after so many it ends by itself
   */
  public Rush(PhoneLoop loop, int limit, Deed deed) {
    this.loop = loop;
    this.limit = limit;
    this.deed = deed;
  }

  /** Goes on until the limit, or for so long; waits for those under way. */
  public Result run(int atOnce, Duration atMost) {
    Clock clock = Clock.start();
    loop.execute(
        () -> {
          for (int i = 0; i < atOnce; i++) {
            next();
          }
        });
    await(() -> done.get() >= limit, atMost);
    int byThen = done.get();
    double seconds = clock.elapsed().toNanos() / 1e9;
    loop.execute(() -> ended = true);
    await(() -> done.get() >= loop.call(() -> begun), LINGER);
    return loop.call(() -> new Result(seconds, byThen, done.get(), Percentiles.of(took)));
  }

  private static void await(BooleanSupplier condition, Duration atMost) {
    Clock clock = Clock.start();
    while (!condition.getAsBoolean() && !clock.has(atMost)) {
      Clock.pause(Duration.ofMillis(5));
    }
  }

  private void next() {
    if (ended || begun >= limit) {
      return;
    }
    long start = System.nanoTime();
    deed.begin(
        begun++,
        () -> {
          took.recordValue(System.nanoTime() - start);
          done.incrementAndGet();
          next();
        });
  }
}
