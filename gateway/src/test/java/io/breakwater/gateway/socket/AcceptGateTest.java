package io.breakwater.gateway.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.gateway.accept.AcceptLimits;
import io.breakwater.gateway.metrics.GatewayMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The gate on virtual time, with sockets that are none. */
final class AcceptGateTest {
  private final MockTicker ticker = Ticker.newMockTicker();
  private final EmbeddedChannel listener = EmbeddedChannel.builder().ticker(ticker).build();
  private final AcceptGate gate =
      new AcceptGate(
          listener.eventLoop(),
          List.of(),
          () -> new AcceptLimits(1_000, 64, 0),
          new GatewayMetrics(new SimpleMeterRegistry()));
  private final List<EmbeddedChannel> open = new ArrayList<>();

  AcceptGateTest() {
    listener.pipeline().addLast(gate);
  }

  @AfterEach
  void end() {
    open.forEach(EmbeddedChannel::finishAndReleaseAll);
    listener.finishAndReleaseAll();
  }

  private EmbeddedChannel accepted() {
    EmbeddedChannel socket = new EmbeddedChannel();
    open.add(socket);
    listener.writeInbound(socket);
    return socket;
  }

  private void pass(int ms) {
    for (int i = 0; i < ms; i++) {
      ticker.advanceMillis(1);
      listener.runScheduledPendingTasks();
    }
  }

  @Test
  void keeps_nobody_who_is_gone() {
    for (int i = 0; i < 200; i++) {
      var _ = accepted().close();
      pass(1);
      assertThat(gate.kept()).isLessThanOrEqualTo(105);
    }
    pass(200);
    assertThat(gate.kept()).isZero();
  }

  @Test
  void one_loop_of_many_that_arrivals_keep_busy_and_late_lets_fewer_in() {
    List<EmbeddedChannel> loops = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      loops.add(EmbeddedChannel.builder().ticker(ticker).build());
    }
    open.addAll(loops);
    EmbeddedChannel busy = loops.removeFirst();
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    EmbeddedChannel at = EmbeddedChannel.builder().ticker(ticker).build();
    open.add(at);
    at.pipeline()
        .addLast(
            new AcceptGate(
                at.eventLoop(),
                open.stream().map(EmbeddedChannel::eventLoop).toList(),
                () -> new AcceptLimits(1_000, 64, 0),
                new GatewayMetrics(registry)));
    double first = registry.get("breakwater.gateway.arrivals.limit").gauge().value();
    for (int i = 0; i < 100; i++) {
      EmbeddedChannel socket = new EmbeddedChannel();
      open.add(socket);
      at.writeInbound(socket);
      socket
          .pipeline()
          .get(Arrival.class)
          .working(busy.eventLoop(), () -> ticker.advanceMillis(20));
      for (int ms = 0; ms < 20; ms++) {
        ticker.advanceMillis(1);
        at.runScheduledPendingTasks();
        loops.forEach(EmbeddedChannel::runPendingTasks);
      }
      busy.runPendingTasks();
    }
    assertThat(registry.get("breakwater.gateway.arrivals.limit").gauge().value())
        .isLessThan(first / 4);
  }

  @Test
  void who_ends_long_after_the_last_has_come_is_not_kept_either() {
    EmbeddedChannel silent = accepted();
    pass(5_000);
    assertThat(gate.kept()).isEqualTo(1);
    var _ = silent.close();
    pass(200);
    assertThat(gate.kept()).isZero();
  }
}
