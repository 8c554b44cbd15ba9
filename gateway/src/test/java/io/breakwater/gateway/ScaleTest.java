package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.Tier;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a gateway that runs says of itself to whoever decides how many there are. */
final class ScaleTest {
  @TempDir Path directory;

  @Test
  void a_gateway_says_how_many_there_should_be_and_why() throws Exception {
    GatewayFixture fixture = new GatewayFixture(directory, Map.of());
    try {
      await()
          .until(
              () -> {
                fixture.connect().close();
                return fixture.meter("accepted") > 0;
              });
      await().until(() -> fixture.meter("loop.busy") > 0);
      String page = fixture.admin("/scale");
      assertThat(page)
          .startsWith("200 breakwater.gateway.recommended ")
          .contains("breakwater.gateway.load ")
          .contains("breakwater.gateway.loop.delay ")
          .contains("breakwater.gateway.accepts.paused 0\n")
          .contains("breakwater.gateway.arrivals ")
          .contains("breakwater.gateway.arrivals.limit ")
          .contains("breakwater.gateway.line.length 0\n")
          .contains("breakwater.gateway.credits.waiting{priority=6} 0\n")
          .contains("breakwater.gateway.brown.out{step=sign_ups_wait} 0\n");
      assertThat(fixture.meter("loop.busy")).isBetween(0.0, 1.0);
      told(fixture, 3);
      await().until(() -> fixture.meter("tier.gateways") == 3);
      assertThat(fixture.meter("recommended")).isBetween(1.0, 6.0);
      assertThat(fixture.lever("x=1")).startsWith("404 ");
    } finally {
      fixture.close();
    }
  }

  private static void told(GatewayFixture fixture, int gateways) {
    DeliveryFrame frame =
        DeliveryFrame.newBuilder()
            .setTier(Tier.newBuilder().setGateways(gateways).setSessions(10))
            .build();
    fixture.delivery.streams().forEach(stream -> stream.put(frame));
  }

  @Test
  void what_was_heard_of_other_gateways_is_shown_for_five_seconds_only() throws Exception {
    GatewayFixture fixture = new GatewayFixture(directory, Map.of());
    try {
      assertThat(fixture.admin("/scale")).contains("breakwater.gateway.recommended -\n");
      await().until(() -> fixture.meter("trunks.open") == 2);
      told(fixture, 3);
      await().until(() -> fixture.meter("tier.gateways") == 3);
      assertThat(fixture.meter("tier.sessions")).isEqualTo(10);
      assertThat(fixture.meter("recommended")).isPositive();
      fixture.nowMs.addAndGet(5_001);
      assertThat(fixture.meter("tier.gateways")).isNaN();
      assertThat(fixture.meter("tier.sessions")).isNaN();
      assertThat(fixture.admin("/scale"))
          .contains("breakwater.gateway.recommended -\n")
          .contains("breakwater.gateway.tier.gateways -\n");
    } finally {
      fixture.close();
    }
  }
}
