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

  /** How one doing of the thing ends: one of these is called, once, on the loop. */
  public interface Ending {
    /** As it should. */
    void done();

    /** It came to something else. */
    void failed();
  }

  /** One doing of the thing. */
  public interface Deed {
    /**
     * Begins one.
     *
     * @param number counts up from 0
     * @param ending to be told how it ended
     */
    void begin(int number, Ending ending);
  }

  /**
   * What came of it.
   *
   * @param done until the end
   * @param doneInAll with those that ended later
   * @param failed those that came to something else: they are in no other figure
   * @param took from begin to end of each; a closed loop's, so only a hint
   */
  public record Result(double seconds, int done, int doneInAll, int failed, Percentiles took) {
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
  private final AtomicInteger failed = new AtomicInteger();
  private int begun;
  private boolean isOver;

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
    await(() -> ended() >= limit, atMost);
    int byThen = done.get();
    double seconds = clock.elapsed().toNanos() / 1e9;
    loop.execute(() -> isOver = true);
    await(() -> ended() >= loop.call(() -> begun), LINGER);
    return loop.call(
        () -> new Result(seconds, byThen, done.get(), failed.get(), Percentiles.of(took)));
  }

  private int ended() {
    return done.get() + failed.get();
  }

  private static void await(BooleanSupplier condition, Duration atMost) {
    Clock clock = Clock.start();
    while (!condition.getAsBoolean() && !clock.has(atMost)) {
      Clock.pause(Duration.ofMillis(5));
    }
  }

  private void next() {
    if (isOver || begun >= limit) {
      return;
    }
    long start = System.nanoTime();
    deed.begin(
        begun++,
        new Ending() {
          @Override
          public void done() {
            took.recordValue(System.nanoTime() - start);
            done.incrementAndGet();
            next();
          }

          @Override
          public void failed() {
            failed.incrementAndGet();
            next();
          }
        });
  }
}
