package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.breakwater.gateway.loop.Transport;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sockets and trunks work on every transport that this machine has. */
final class TransportsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"auto", "nio", "epoll", "io_uring"})
  void serves_a_device(String name) throws Exception {
    Transport transport = available(name);
    GatewayFixture fixture =
        new GatewayFixture(directory, Map.of("breakwater.gateway.transport", name));
    try (TestClient client = fixture.connected(fixture.user(1))) {
      client.write(TestClient.ping());
      assertThat(fixture.delivery.streams()).isNotEmpty();
      assertThat(fixture.admin("/metrics"))
          .contains("breakwater_gateway_transport{name=\"" + transport + "\"} 1.0");
    } finally {
      fixture.close();
    }
  }

  private static Transport available(String name) {
    try {
      return Transport.named(name);
    } catch (IllegalArgumentException e) {
      return abort(e.getMessage());
    }
  }
}
