package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.Tier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients of a gateway that has more than others; real sockets, and a clock that the test moves.
 */
final class ElsewhereTest {
  private static final int CLIENTS = 120;
  private static final int STEP_MS = 250;

  @TempDir Path directory;

  /** The node says what there is, and a quarter of a second passes. */
  private static void passes(GatewayFixture fixture, int gateways, long sessions) {
    DeliveryFrame frame =
        DeliveryFrame.newBuilder()
            .setTier(Tier.newBuilder().setGateways(gateways).setSessions(sessions))
            .build();
    fixture.delivery.streams().forEach(stream -> stream.put(frame));
    fixture.nowMs.addAndGet(STEP_MS);
  }

  /** How many quarters of a second passed until so many were asked to go. */
  private static int untilAsked(GatewayFixture fixture, int count, int gateways, long sessions) {
    AtomicInteger steps = new AtomicInteger();
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(30))
        .until(
            () -> {
              passes(fixture, gateways, sessions);
              steps.incrementAndGet();
              return fixture.meter("rebalanced") >= count;
            });
    return steps.get();
  }

  private static void seconds(GatewayFixture fixture, int count, int gateways, long sessions) {
    AtomicInteger steps = new AtomicInteger(count * 1_000 / STEP_MS);
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(30))
        .until(
            () -> {
              passes(fixture, gateways, sessions);
              return steps.decrementAndGet() <= 0;
            });
  }

  @Test
  void some_are_asked_to_go_at_a_rate_and_no_more_than_are_too_many() throws Exception {
    GatewayFixture fixture =
        new GatewayFixture(directory, Map.of("breakwater.gateway.rebalance-percent", "10"));
    await().until(() -> fixture.meter("trunks.open") == 2);
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(fixture.connected(fixture.user(i)));
    }
    await().until(() -> fixture.meter("sessions") == CLIENTS);
    seconds(fixture, 10, 1, CLIENTS);
    await()
        .until(
            () ->
                fixture.delivery.streams().stream()
                        .mapToInt(stream -> stream.clients().getSessions())
                        .sum()
                    == CLIENTS);
    assertThat(fixture.delivery.streams())
        .extracting(stream -> stream.hello().getProcess())
        .allSatisfy(process -> assertThat(process.size()).isEqualTo(16));
    assertThat(fixture.delivery.streams())
        .extracting(stream -> stream.clients().getTakes())
        .allSatisfy(takes -> assertThat(takes).isBetween(1, 1_000));
    assertThat(fixture.meter("rebalanced")).isZero();

    AtomicInteger asked = new AtomicInteger();
    for (TestClient client : clients) {
      Thread.startVirtualThread(() -> leaves(client, asked));
    }
    // Of three there are 100 in all: 120 here are 86 too many, of which a tenth goes in a second.
    assertThat(untilAsked(fixture, 80, 3, 100)).isGreaterThan(12_000 / STEP_MS);
    seconds(fixture, 10, 3, 100);
    double gone = fixture.meter("rebalanced");
    assertThat(gone).isBetween(80.0, 90.0);
    await().until(() -> asked.get() == (int) gone);
    await().until(() -> fixture.meter("sessions") == CLIENTS - gone);
    seconds(fixture, 10, 3, 100);
    assertThat(fixture.meter("rebalanced")).isEqualTo(gone);
    for (TestClient client : clients) {
      client.close();
    }
    fixture.close();
  }

  @Test
  void the_lever_says_how_many_go() throws Exception {
    GatewayFixture fixture =
        new GatewayFixture(directory, Map.of("breakwater.gateway.rebalance-percent", "0"));
    await().until(() -> fixture.meter("trunks.open") == 2);
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      clients.add(fixture.connected(fixture.user(i)));
    }
    await().until(() -> fixture.meter("sessions") == 80);
    seconds(fixture, 15, 3, 30);
    assertThat(fixture.meter("rebalanced")).isZero();
    assertThat(fixture.lever("rebalance-percent=10")).isEqualTo("200 rebalance-percent: 0 -> 10\n");
    assertThat(untilAsked(fixture, 20, 3, 30)).isPositive();
    assertThat(fixture.lever("rebalance-percent=11")).startsWith("400 ");
    for (TestClient client : clients) {
      client.close();
    }
    fixture.close();
  }

  /** As a client does that is asked to go. */
  private static void leaves(TestClient client, AtomicInteger asked) {
    try {
      ServerFrame frame = client.read();
      if (frame.hasGoAway() && frame.getGoAway().getReturnAfterMs() <= 2_000) {
        asked.incrementAndGet();
        client.close();
      }
    } catch (IOException e) {
      // The test is over.
    }
  }
}
