package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.common.testing.Relay;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A delivery node that is gone without a word. Real time: gRPC pings after 10 s at the soonest. */
final class TrunkSilenceTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  @TempDir Path directory;

  @Test
  void a_delivery_node_that_is_gone_without_a_word_is_noticed() throws Exception {
    ScriptedDelivery delivery = new ScriptedDelivery(Optional.empty());
    try (Relay relay = new Relay(0, new InetSocketAddress(HERE, delivery.port()))) {
      GatewayFixture fixture =
          new GatewayFixture(
              directory,
              Map.of(
                  "breakwater.gateway.delivery",
                  HERE.getHostAddress() + ':' + relay.port(),
                  "breakwater.gateway.event-loops",
                  "1"));
      try {
        await().until(() -> fixture.meter("trunks.open") == 1);
        relay.freeze();
        // No other watch can notice: its clock stands still.
        await().atMost(Duration.ofSeconds(30)).until(() -> fixture.meter("trunks.lost") == 1);
        assertThat(fixture.meter("trunks.stuck")).isZero();
      } finally {
        fixture.close();
      }
    } finally {
      delivery.close();
    }
  }
}
