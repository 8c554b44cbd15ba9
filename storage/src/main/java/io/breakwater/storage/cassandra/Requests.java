package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.Statement;
import io.breakwater.storage.StorageException;
import io.breakwater.storage.TurnWaits;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sends statements: bounds, measures and translates what every call has in common. Any thread. */
final class Requests {
  /**
   * Longest wait for a turn: shorter than a request's timeout, so that who waits behind a node that
   * does not answer is not sent there too, and both together leave a delivery node time to answer.
   */
  private static final Duration MAX_WAIT = Duration.ofMillis(1500);

  /** The calls of one kind. */
  private static final class Calls {
    final Gate gate;
    final Timer latency;
    final Counter refused;
    private final LongAdder turns = new LongAdder();
    private final LongAdder waitedNs = new LongAdder();
    private final Counter unavailable;
    private final Counter unknown;
    private final Counter broken;

    Calls(Kind kind, MeterRegistry registry) {
      gate = new Gate(kind.limit, kind.queueLimit);
      latency =
          Timer.builder("breakwater.storage.calls")
              .description(
                  "Duration of calls to Cassandra, with the wait for a turn, failed or not")
              .tag("kind", kind.tag)
              .publishPercentileHistogram()
              .register(registry);
      Gauge.builder("breakwater.storage.in.flight", gate, Gate::inside)
          .description("Calls to Cassandra that are not answered")
          .baseUnit("calls")
          .tag("kind", kind.tag)
          .register(registry);
      Gauge.builder("breakwater.storage.waiting", gate, Gate::waiting)
          .description("Calls to Cassandra that wait for a turn")
          .baseUnit("calls")
          .tag("kind", kind.tag)
          .register(registry);
      refused = failures(kind, "refused", registry);
      unavailable = failures(kind, "unavailable", registry);
      unknown = failures(kind, "unknown", registry);
      broken = failures(kind, "broken", registry);
    }

    private static Counter failures(Kind kind, String why, MeterRegistry registry) {
      return Counter.builder("breakwater.storage.failures")
          .description("Calls to Cassandra that failed")
          .baseUnit("calls")
          .tag("kind", kind.tag)
          .tag("why", why)
          .register(registry);
    }

    /** It is a call's turn. */
    void waited(long nanos) {
      turns.increment();
      waitedNs.add(nanos);
    }

    TurnWaits.Sum waits() {
      return new TurnWaits.Sum(turns.sum(), TimeUnit.NANOSECONDS.toMicros(waitedNs.sum()));
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
  private final Map<Kind, Calls> calls = new EnumMap<>(Kind.class);

  Requests(CqlSession session, MeterRegistry registry) {
    this.session = session;
    for (Kind kind : Kind.values()) {
      calls.put(kind, new Calls(kind, registry));
    }
  }

  /**
   * Makes a call, which may take several requests, when its turn comes.
   *
   * @return fails with a {@link StorageException}, never with anything else
   */
  <T extends @Nullable Object> CompletionStage<T> call(
      Kind kind, Supplier<CompletionStage<T>> work) {
    Calls ofKind = calls(kind);
    CompletableFuture<T> result = new CompletableFuture<>();
    long arrival = System.nanoTime();
    if (!ofKind.gate.enter(() -> run(kind, ofKind, work, arrival, result))) {
      ofKind.refused.increment();
      result.completeExceptionally(
          new StorageException.Unavailable(
              "%s calls: %d in flight, %d waiting (expected: fewer)"
                  .formatted(kind.tag, ofKind.gate.inside(), ofKind.gate.waiting()),
              null));
    }
    return result;
  }

  private static <T extends @Nullable Object> void run(
      Kind kind,
      Calls ofKind,
      Supplier<CompletionStage<T>> work,
      long arrival,
      CompletableFuture<T> result) {
    long waitedNs = System.nanoTime() - arrival;
    ofKind.waited(waitedNs);
    var _ =
        started(kind, work, waitedNs)
            .whenComplete(
                (value, failure) -> {
                  ofKind.gate.leave();
                  ofKind.latency.record(System.nanoTime() - arrival, TimeUnit.NANOSECONDS);
                  if (failure == null) {
                    result.complete(value);
                  } else {
                    StorageException translated = DriverErrors.translate(kind, failure);
                    ofKind.count(translated);
                    result.completeExceptionally(translated);
                  }
                });
  }

  private static <T extends @Nullable Object> CompletionStage<T> started(
      Kind kind, Supplier<CompletionStage<T>> work, long waitedNs) {
    if (waitedNs > MAX_WAIT.toNanos()) {
      return CompletableFuture.failedStage(
          new StorageException.Unavailable(kind.tag + " call: no turn within " + MAX_WAIT, null));
    }
    try {
      return work.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private Calls calls(Kind kind) {
    Calls ofKind = calls.get(kind);
    if (ofKind == null) {
      throw new AssertionError("not known: " + kind);
    }
    return ofKind;
  }

  /** How long the calls of a kind have waited for their turn. */
  TurnWaits.Sum waits(Kind kind) {
    return calls(kind).waits();
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
