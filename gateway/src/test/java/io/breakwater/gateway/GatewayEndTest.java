package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.breakwater.proto.client.Sent;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.GatewayFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a gateway stops, and how it does not start. */
final class GatewayEndTest {
  @TempDir Path directory;

  @Test
  void asks_clients_to_return_before_it_stops() throws Exception {
    GatewayFixture fixture =
        new GatewayFixture(directory, Map.of("breakwater.gateway.drain-grace-ms", "3000"));
    await().until(() -> fixture.meter("trunks.open") == 2);
    try (TestClient client = fixture.connected(fixture.user(1))) {
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(fixture.gateway::close);

      ServerFrame goAway = client.read();
      assertThat(goAway.hasGoAway()).isTrue();
      assertThat(goAway.getGoAway().getReturnAfterMs()).isBetween(0, 5_000);
      assertThat(fixture.admin("/readyz")).isEqualTo("503 draining");
      assertThatThrownBy(fixture::connect).isInstanceOf(ConnectException.class);
      assertThat(client.isEnded()).isTrue();
      GatewayFrame detach = fixture.delivery.next(GatewayFrame.BodyCase.DETACH).frame();
      assertThat(detach.getDetach().getGeneration()).isEqualTo(1);
      stopped.join();
    }
    assertThat(fixture.delivery.streams()).isEmpty();
    fixture.delivery.close();
  }

  @Test
  void serves_who_was_told_to_go_until_it_goes() throws Exception {
    GatewayFixture fixture =
        new GatewayFixture(directory, Map.of("breakwater.gateway.drain-grace-ms", "60000"));
    await().until(() -> fixture.meter("trunks.open") == 2);
    CompletableFuture<Void> stopped;
    try (TestClient client = fixture.connected(fixture.user(1))) {
      stopped = CompletableFuture.runAsync(fixture.gateway::close);
      assertThat(client.read().hasGoAway()).isTrue();
      client.write(TestClient.send(fixture.user(2), 1, "late"));
      ScriptedDelivery.Arrival sent = fixture.delivery.next(GatewayFrame.BodyCase.SEND);
      ServerFrame answer =
          ServerFrame.newBuilder().setSent(Sent.newBuilder().setClientId(1)).build();
      sent.stream().relay(sent.frame().getConnection(), answer);
      assertThat(client.read()).isEqualTo(answer);
    }
    // Everybody has gone: it does not wait for the rest of the minute.
    stopped.join();
    assertThat(fixture.delivery.streams()).isEmpty();
    fixture.delivery.close();
  }

  @Test
  void tells_clients_one_after_the_other() throws Exception {
    GatewayFixture fixture = new GatewayFixture(directory, Map.of());
    await().until(() -> fixture.meter("trunks.open") == 2);
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      clients.add(fixture.connected(fixture.user(i)));
    }
    CompletableFuture<Void> stopped = CompletableFuture.runAsync(fixture.gateway::close);
    long first = Long.MAX_VALUE;
    long last = 0;
    List<Thread> readers = new ArrayList<>();
    Map<Integer, Long> toldAt = new ConcurrentHashMap<>();
    for (int i = 0; i < clients.size(); i++) {
      int number = i;
      readers.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  assertThat(clients.get(number).read().hasGoAway()).isTrue();
                  toldAt.put(number, System.nanoTime());
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }));
    }
    for (Thread reader : readers) {
      reader.join();
    }
    assertThat(toldAt).hasSize(clients.size());
    for (long each : toldAt.values()) {
      first = Math.min(first, each);
      last = Math.max(last, each);
    }
    // 100 of an event loop, at somewhat less than half of 250 a second.
    assertThat(last - first).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(600));
    stopped.join();
    for (TestClient client : clients) {
      client.close();
    }
    fixture.delivery.close();
  }

  @Test
  void says_which_port_is_taken() throws Exception {
    GatewayFixture first = new GatewayFixture(directory, Map.of());
    String taken = "127.0.0.1:" + first.gateway.port();
    assertThatThrownBy(
            () -> new GatewayFixture(directory, Map.of("breakwater.gateway.listen", taken)))
        .isInstanceOf(GatewayServer.CannotListen.class)
        .hasMessageContaining("cannot listen on " + taken + ": ")
        .hasMessageContaining("set another breakwater.gateway.listen");
    assertThatThrownBy(
            () -> new GatewayFixture(directory, Map.of("breakwater.gateway.admin", taken)))
        .isInstanceOf(GatewayServer.CannotListen.class)
        .hasMessageContaining("cannot listen on " + taken + ": ")
        .hasMessageContaining("set another breakwater.gateway.admin");
    first.close();
  }

  @Test
  void says_what_is_wrong_with_the_cluster_secret() {
    assertThatThrownBy(
            () ->
                new GatewayFixture(directory, Map.of("breakwater.cluster.secret-file", "/nowhere")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cluster secret file: /nowhere (expected: a readable file)");
  }
}
