package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.stack.FakeServer;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.surge.figures.ServerSamples;
import io.breakwater.loadtest.surge.figures.ServerSamples.Gateway;
import io.breakwater.loadtest.surge.figures.ServerSamples.Sockets;
import io.breakwater.loadtest.surge.figures.ServerSamples.Statements;
import io.breakwater.loadtest.verdict.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerWatchTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private Path data;

  private static List<Integer> sockets(ServerWatch watch) {
    return watch.samples().gateways().stream()
        .map(Gateway::sockets)
        .flatMap(List::stream)
        .map(Sockets::open)
        .toList();
  }

  @Test
  void sees_the_sockets_of_a_gateway() throws IOException {
    try (FakeServer gateway = new FakeServer(data, () -> "breakwater_gateway_connections 7\n");
        ServerWatch watch = ServerWatch.start(List.of(gateway.server()))) {
      Clock.await("a look", LIMIT, () -> !sockets(watch).isEmpty());
      assertThat(sockets(watch)).startsWith(7);
      assertThat(watch.problem()).isEmpty();
    }
  }

  @Test
  void goes_on_after_a_look_that_failed_and_says_so_once() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try (FakeServer gateway =
            new FakeServer(
                data,
                () ->
                    "breakwater_gateway_connections "
                        + (asked.incrementAndGet() < 3 ? "5000000000" : "7")
                        + '\n');
        ServerWatch watch = ServerWatch.start(List.of(gateway.server()))) {
      Clock.await("a look that does not fail", LIMIT, () -> !sockets(watch).isEmpty());
      assertThat(sockets(watch)).startsWith(7);
      assertThat(watch.problem())
          .contains(
              "Servers could not be looked at, 2 times; first gateway-1:"
                  + " java.lang.ArithmeticException: integer overflow");
    }
  }

  @Test
  void says_when_a_processor_reading_was_taken_however_long_the_answer_takes() throws IOException {
    AtomicLong askedAt = new AtomicLong(Long.MAX_VALUE);
    try (FakeServer gateway =
            new FakeServer(
                data,
                () -> {
                  askedAt.compareAndSet(Long.MAX_VALUE, System.nanoTime());
                  return "";
                });
        ServerWatch watch = ServerWatch.start(List.of(gateway.server()))) {
      Clock.await("a look", LIMIT, () -> !sockets(watch).isEmpty());
      ServerSamples.Usage first = watch.samples().processes().getFirst().usages().getFirst();
      assertThat(first.atNanos()).isLessThan(askedAt.get());
    }
  }

  /** Both have to be asked at once, or they say nothing of worth. */
  private static String together(CyclicBarrier both) {
    try {
      both.await(1_500, TimeUnit.MILLISECONDS);
      return "breakwater_gateway_connections 7\n";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (BrokenBarrierException | TimeoutException e) {
      both.reset();
    }
    return "breakwater_gateway_connections 0\n";
  }

  @Test
  void asks_a_server_while_another_takes_its_time() throws IOException {
    CyclicBarrier both = new CyclicBarrier(2);
    try (FakeServer one = new FakeServer(data, () -> together(both));
        FakeServer other = new FakeServer(Part.GATEWAY, "gateway-2", data, () -> together(both));
        ServerWatch watch = ServerWatch.start(List.of(one.server(), other.server()))) {
      Clock.await(
          "both", LIMIT, () -> sockets(watch).stream().filter(open -> open == 7).count() >= 2);
      assertThat(watch.problem()).isEmpty();
    }
  }

  @Test
  void counts_all_statements_of_a_successor_and_of_those_before_it_what_they_did_since()
      throws IOException {
    AtomicInteger calls = new AtomicInteger(5);
    try (FakeServer delivery =
            new FakeServer(
                Part.DELIVERY,
                "delivery",
                data,
                () -> "breakwater_storage_calls_seconds_count{kind=\"x\"} " + calls + "\n");
        ServerWatch watch = ServerWatch.start(List.of(delivery.server()))) {
      Clock.await("a look", LIMIT, () -> statements(watch).equals(List.of(new Statements("x", 0))));
      calls.set(7);
      Clock.await("work", LIMIT, () -> statements(watch).equals(List.of(new Statements("x", 2))));
      // Of this process, which runs as well; it has made seven, too.
      Files.writeString(
          data.resolve("run").resolve("delivery.pid"), ProcessHandle.current().pid() + "\n");
      Clock.await(
          "the successor", LIMIT, () -> statements(watch).equals(List.of(new Statements("x", 9))));
    }
  }

  private static List<Statements> statements(ServerWatch watch) {
    return watch.samples().statements();
  }
}
