package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.Statement;
import io.breakwater.storage.StorageException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sends statements: bounds, measures and translates what every call has in common. Any thread. */
final class Requests {
  /** What is known of one kind of call. */
  private static final class Meter {
    final Kind kind;
    final AtomicInteger inFlight = new AtomicInteger();
    final Timer latency;
    final Counter refused;
    final Counter unavailable;
    final Counter unknown;
    final Counter broken;

    Meter(Kind kind, MeterRegistry registry) {
      this.kind = kind;
      latency =
          Timer.builder("breakwater.storage.calls")
              .description("Duration of calls to Cassandra, failed ones too")
              .tag("kind", kind.tag)
              .publishPercentileHistogram()
              .register(registry);
      Gauge.builder("breakwater.storage.in.flight", inFlight, AtomicInteger::get)
          .description("Calls to Cassandra that are not answered")
          .baseUnit("calls")
          .tag("kind", kind.tag)
          .register(registry);
      refused = failures(registry, "refused");
      unavailable = failures(registry, "unavailable");
      unknown = failures(registry, "unknown");
      broken = failures(registry, "broken");
    }

    private Counter failures(MeterRegistry registry, String why) {
      return Counter.builder("breakwater.storage.failures")
          .description("Calls to Cassandra that failed")
          .baseUnit("calls")
          .tag("kind", kind.tag)
          .tag("why", why)
          .register(registry);
    }

    void count(StorageException failure) {
      Counter counter =
          switch (failure) {
            case StorageException.Unavailable e -> unavailable;
            case StorageException.UnknownOutcome e -> unknown;
            case StorageException.Broken e -> broken;
          };
      counter.increment();
    }
  }

  private final CqlSession session;
  private final Map<Kind, Meter> meters = new EnumMap<>(Kind.class);

  Requests(CqlSession session, MeterRegistry registry) {
    this.session = session;
    for (Kind kind : Kind.values()) {
      meters.put(kind, new Meter(kind, registry));
    }
  }

  /**
   * Makes a call, which may take several requests.
   *
   * @return fails with a {@link StorageException}, never with anything else
   */
  <T extends @Nullable Object> CompletionStage<T> call(
      Kind kind, Supplier<CompletionStage<T>> work) {
    Meter meter = meter(kind);
    CompletableFuture<T> result = new CompletableFuture<>();
    if (meter.inFlight.incrementAndGet() > kind.limit) {
      meter.inFlight.decrementAndGet();
      meter.refused.increment();
      result.completeExceptionally(
          new StorageException.Unavailable(
              kind.tag + " calls in flight: " + kind.limit + " (expected: fewer)", null));
      return result;
    }
    long start = System.nanoTime();
    var _ =
        started(work)
            .whenComplete(
                (value, failure) -> {
                  meter.inFlight.decrementAndGet();
                  meter.latency.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
                  if (failure == null) {
                    result.complete(value);
                  } else {
                    StorageException translated = DriverErrors.translate(kind, failure);
                    meter.count(translated);
                    result.completeExceptionally(translated);
                  }
                });
    return result;
  }

  private static <T extends @Nullable Object> CompletionStage<T> started(
      Supplier<CompletionStage<T>> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private Meter meter(Kind kind) {
    Meter meter = meters.get(kind);
    if (meter == null) {
      throw new AssertionError("no meter for " + kind);
    }
    return meter;
  }

  /** Writes, in a call of its own. */
  CompletionStage<Void> write(Kind kind, Supplier<Statement<?>> statement) {
    return call(kind, () -> send(statement.get()).thenAccept(answer -> {}));
  }

  /** Sends one statement; within a call. */
  CompletionStage<AsyncResultSet> send(Statement<?> statement) {
    return session.executeAsync(Statements.checked(statement));
  }

  /**
   * Reads rows in order, page by page, until there are no more or the reader has enough; within a
   * call.
   *
   * @param wantsMore takes a row; false if that was enough
   * @return whether every row was read
   */
  CompletionStage<Boolean> scan(Statement<?> query, Predicate<Row> wantsMore) {
    return send(query).thenCompose(page -> scan(page, wantsMore));
  }

  private static CompletionStage<Boolean> scan(AsyncResultSet page, Predicate<Row> wantsMore) {
    for (Row row : page.currentPage()) {
      if (!wantsMore.test(row)) {
        return CompletableFuture.completedStage(false);
      }
    }
    return page.hasMorePages()
        ? page.fetchNextPage().thenCompose(next -> scan(next, wantsMore))
        : CompletableFuture.completedStage(true);
  }
}
