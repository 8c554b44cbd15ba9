package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.GatewayFrame;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
