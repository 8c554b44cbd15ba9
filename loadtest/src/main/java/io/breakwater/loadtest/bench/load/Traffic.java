package io.breakwater.loadtest.bench.load;

import io.breakwater.loadtest.bench.measure.Percentiles;
import io.breakwater.loadtest.bench.phone.Message;
import io.breakwater.loadtest.bench.phone.PhoneLoop;
import io.breakwater.loadtest.verdict.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.HdrHistogram.Histogram;

/**
 * One stretch of messages between pairs. Latency counts from the intended time of a message, so
 * that a server that stalls cannot hide it by stalling us. Made, run and read by one thread; the
 * rest is confined to the loop.
 */
public final class Traffic {
  private static final AtomicInteger RUNS = new AtomicInteger();
  private static final Duration LINGER = Duration.ofSeconds(30);
  private static final int MAX_FAILURES = 5;

  private final PhoneLoop loop;
  private final List<Pair> pairs;
  private final Pace pace;
  private final int run = RUNS.incrementAndGet();
  private final RandomGenerator random = new SplittableRandom(run);
  private final Histogram toAccepted = Percentiles.histogram();
  private final Histogram toDelivered = Percentiles.histogram();
  private final Histogram lag = Percentiles.histogram();
  private final List<String> failures = new ArrayList<>();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong delivered = new AtomicLong();
  private final SortedMap<String, Long> refused = new TreeMap<>();
  private boolean ended;

  /** Nothing moves yet. */
  public Traffic(PhoneLoop loop, List<Pair> pairs, Pace pace) {
    this.loop = loop;
    this.pairs = List.copyOf(pairs);
    this.pace = pace;
  }

  /** Sends for so long, then waits until everything has arrived, or for half a minute. */
  public Tally run(Duration duration) {
    Clock clock = Clock.start();
    loop.execute(this::begin);
    Clock.pause(duration);
    long acceptedByThen = accepted.get();
    long deliveredByThen = delivered.get();
    double seconds = clock.elapsed().toNanos() / 1e9;
    loop.execute(() -> ended = true);
    Clock linger = Clock.start();
    while (loop.call(this::underWay) > 0 && !linger.has(LINGER)) {
      Clock.pause(Duration.ofMillis(20));
    }
    return loop.call(() -> tally(seconds, acceptedByThen, deliveredByThen));
  }

  private Tally tally(double seconds, long acceptedByThen, long deliveredByThen) {
    return new Tally(
        seconds,
        acceptedByThen,
        deliveredByThen,
        accepted.get(),
        refused,
        underWay(),
        Percentiles.of(toAccepted),
        Percentiles.of(toDelivered),
        Percentiles.of(lag),
        failures);
  }

  private long underWay() {
    return pairs.stream().mapToLong(Pair::underWay).sum();
  }

  private void begin() {
    pairs.forEach(pair -> pair.begin(this));
    switch (pace) {
      case Pace.Poisson(double perSecond) -> {
        Arrivals arrivals = new Arrivals(random, perSecond, System.nanoTime());
        loop.at(arrivals.next(), () -> sendDue(arrivals));
      }
      case Pace.Outstanding(int perPair) -> {
        for (int i = 0; i < perPair; i++) {
          pairs.forEach(this::sendNow);
        }
      }
    }
  }

  private void sendDue(Arrivals arrivals) {
    while (!ended && arrivals.next() <= System.nanoTime()) {
      long intended = arrivals.next();
      lag.recordValue(System.nanoTime() - intended);
      pairs.get(random.nextInt(pairs.size())).send(new Message(intended, run));
      arrivals.pass();
    }
    if (!ended) {
      loop.at(arrivals.next(), () -> sendDue(arrivals));
    }
  }

  private void sendNow(Pair pair) {
    pair.send(new Message(System.nanoTime(), run));
  }

  /** Delivered so far; of messages to phones that were off, those that have come on since. */
  public long delivered() {
    return delivered.get();
  }

  boolean owns(Message message) {
    return message.run() == run;
  }

  void accepted(Pair pair, Message message) {
    accepted.incrementAndGet();
    toAccepted.recordValue(System.nanoTime() - message.intendedNanos());
    refill(pair);
  }

  void delivered(Pair pair, Message message) {
    delivered.incrementAndGet();
    toDelivered.recordValue(System.nanoTime() - message.intendedNanos());
    refill(pair);
  }

  private void refill(Pair pair) {
    if (pace instanceof Pace.Outstanding(int perPair) && !ended) {
      while (pair.underWay() < perPair) {
        sendNow(pair);
      }
    }
  }

  void refused(String why) {
    refused.merge(why, 1L, Long::sum);
  }

  void failed(String why) {
    if (failures.size() < MAX_FAILURES) {
      failures.add(why);
    }
  }
}
