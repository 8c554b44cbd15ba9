package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.stack.FakeServer;
import io.breakwater.loadtest.surge.figures.ServerSamples.Gateway;
import io.breakwater.loadtest.surge.figures.ServerSamples.Sockets;
import io.breakwater.loadtest.verdict.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
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
        Shares shares = Shares.of(Map.of());
        ServerWatch watch = ServerWatch.start(List.of(gateway.server()), shares)) {
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
        Shares shares = Shares.of(Map.of());
        ServerWatch watch = ServerWatch.start(List.of(gateway.server()), shares)) {
      Clock.await("a look that does not fail", LIMIT, () -> !sockets(watch).isEmpty());
      assertThat(sockets(watch)).startsWith(7);
      assertThat(watch.problem())
          .contains(
              "Servers could not be looked at, 2 times; first gateway-1:"
                  + " java.lang.ArithmeticException: integer overflow");
    }
  }
}
