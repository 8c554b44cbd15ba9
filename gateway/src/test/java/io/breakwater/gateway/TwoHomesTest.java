package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.common.secret.Credentials;
import io.breakwater.proto.client.Pong;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.GatewayFrame;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two delivery nodes, one of which dies while the other one holds the session. */
final class TwoHomesTest {
  @TempDir Path directory;
  private GatewayFixture fixture;
  private ScriptedDelivery home;
  private ScriptedDelivery other;

  @BeforeEach
  void start() throws Exception {
    fixture = new GatewayFixture(directory, 2, Map.of());
    home = fixture.nodes.get(0);
    other = fixture.nodes.get(1);
    await().until(() -> fixture.meter("trunks.open") == 4);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private void killOther() throws InterruptedException {
    other.kill();
    await().until(() -> fixture.meter("trunks.open") == 2);
  }

  @Test
  void says_that_the_answer_to_a_send_may_be_lost_with_the_home_that_had_it() throws Exception {
    Credentials bob = fixture.userAt(other, 2);
    try (TestClient ann = fixture.connected(fixture.userAt(home, 1))) {
      ann.write(TestClient.send(bob, 1, "hello"));
      other.next(GatewayFrame.BodyCase.SEND);
      killOther();

      assertThat(ann.read().getReattached().getServerTimeMs())
          .isEqualTo(ScriptedDelivery.SERVER_TIME_MS);
      home.next(GatewayFrame.BodyCase.SYNC);
      ann.write(TestClient.send(bob, 1, "hello"));
      SendRefused refused = ann.read().getSendRefused();
      assertThat(refused.getReason()).isEqualTo(Reason.UNAVAILABLE);
      assertThat(refused.getFinal()).isFalse();

      other.restart();
      await().until(() -> fixture.meter("trunks.open") == 4);
      ann.write(TestClient.send(bob, 1, "hello"));
      GatewayFrame again = other.next(GatewayFrame.BodyCase.SEND).frame();
      assertThat(again.getSend().getSend().getClientId()).isEqualTo(1);
    }
  }

  @Test
  void says_nothing_to_a_client_that_is_owed_nothing() throws Exception {
    try (TestClient ann = fixture.connected(fixture.userAt(home, 1))) {
      ann.write(TestClient.send(fixture.userAt(home, 2), 1, "hello"));
      home.next(GatewayFrame.BodyCase.SEND);
      killOther();

      ann.write(TestClient.ping());
      ScriptedDelivery.Arrival ping = home.next(GatewayFrame.BodyCase.PING);
      ping.stream()
          .relay(
              ping.frame().getConnection(),
              ServerFrame.newBuilder().setPong(Pong.getDefaultInstance()).build());
      assertThat(ann.read().hasPong()).isTrue();
    }
  }
}
