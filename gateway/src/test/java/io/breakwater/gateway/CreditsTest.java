package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.common.secret.Credentials;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.trunk.Credit;
import io.breakwater.proto.trunk.Credits;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.GatewayFrame;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway whose delivery node grants credits, or does not; the gateway's clock stands still. */
final class CreditsTest {
  private static final int SEND = 1;
  private static final int RESUME = 2;

  @TempDir Path directory;
  private GatewayFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = new GatewayFixture(directory, Map.of("breakwater.gateway.event-loops", "1"));
    await().until(() -> fixture.meter("trunks.open") == 1);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private void grant(int priority, long upTo) {
    DeliveryFrame frame =
        DeliveryFrame.newBuilder()
            .setCredits(
                Credits.newBuilder()
                    .addCredits(Credit.newBuilder().setPriority(priority).setUpTo(upTo)))
            .build();
    fixture.delivery.streams().forEach(stream -> stream.put(frame));
  }

  private double waiting(int priority) {
    return fixture
        .metrics
        .get("breakwater.gateway.credits.waiting")
        .tag("priority", String.valueOf(priority))
        .gauge()
        .value();
  }

  /** A ping goes the same way as the grant before it, and back. */
  private static void ping(TestClient client, ScriptedDelivery delivery) throws Exception {
    client.write(TestClient.ping());
    delivery.next(GatewayFrame.BodyCase.PING);
  }

  @Test
  void a_message_without_credit_waits_is_spoken_of_and_goes_when_there_is_some() throws Exception {
    Credentials ann = fixture.user(1);
    try (TestClient client = fixture.connected(ann)) {
      grant(SEND, 1);
      ping(client, fixture.delivery);
      client.write(TestClient.send(fixture.user(2), 1, "one"));
      assertThat(fixture.delivery.next(GatewayFrame.BodyCase.SEND).frame().getPriority())
          .isEqualTo(SEND);
      client.write(TestClient.send(fixture.user(2), 2, "two"));
      await()
          .until(
              () ->
                  fixture.delivery.streams().stream()
                      .anyMatch(
                          stream ->
                              stream.demand().getWaitingList().stream()
                                  .anyMatch(
                                      each ->
                                          each.getPriority() == SEND && each.getFrames() == 1)));
      assertThat(waiting(SEND)).isEqualTo(1);
      // Control is not held back.
      ping(client, fixture.delivery);
      grant(SEND, 2);
      GatewayFrame second = fixture.delivery.next(GatewayFrame.BodyCase.SEND).frame();
      assertThat(second.getSend().getSend().getClientId()).isEqualTo(2);
      await()
          .until(
              () ->
                  waiting(SEND) == 0
                      && fixture.delivery.streams().stream()
                          .allMatch(stream -> stream.demand().getWaitingCount() == 0));
    }
  }

  @Test
  void a_message_that_has_waited_a_quarter_of_a_second_is_refused_with_a_time_to_come_back()
      throws Exception {
    try (TestClient client = fixture.connected(fixture.user(1))) {
      grant(SEND, 0);
      ping(client, fixture.delivery);
      client.write(TestClient.send(fixture.user(2), 1, "hello"));
      await().until(() -> waiting(SEND) == 1);
      fixture.nowMs.addAndGet(250);
      SendRefused refused = client.read().getSendRefused();
      assertThat(refused.getFinal()).isFalse();
      assertThat(refused.getReturnAfterMs()).isBetween(500, 2_000);
      assertThat(fixture.counted("credits.shed", "priority", "1")).isEqualTo(1);
      assertThat(waiting(SEND)).isZero();
    }
  }

  @Test
  void who_cannot_attach_within_a_second_is_told_when_to_come_back() throws Exception {
    try (TestClient other = fixture.connected(fixture.user(2));
        TestClient client = fixture.connect()) {
      grant(RESUME, 1);
      ping(other, fixture.delivery);
      client.write(TestClient.hello(fixture.user(1)));
      await().until(() -> waiting(RESUME) == 1);
      fixture.nowMs.addAndGet(1_000);
      Error error = client.read().getError();
      assertThat(error.getReason()).isEqualTo(Reason.OVERLOADED);
      assertThat(error.getReturnAfterMs()).isBetween(500, 2_000);
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void a_node_that_is_silent_for_a_second_grants_nothing() throws Exception {
    try (TestClient client = fixture.connected(fixture.user(1))) {
      grant(SEND, 100);
      ping(client, fixture.delivery);
      fixture.nowMs.addAndGet(1_001);
      client.write(TestClient.send(fixture.user(2), 1, "hello"));
      await().until(() -> waiting(SEND) == 1);
      grant(SEND, 100);
      assertThat(fixture.delivery.next(GatewayFrame.BodyCase.SEND).frame().hasSend()).isTrue();
    }
  }

  @Test
  void a_node_of_an_earlier_release_that_grants_nothing_gets_all() throws Exception {
    try (TestClient client = fixture.connected(fixture.user(1))) {
      for (int i = 1; i <= 100; i++) {
        client.write(ClientFrame.newBuilder(TestClient.send(fixture.user(2), i, "hello")).build());
        fixture.delivery.next(GatewayFrame.BodyCase.SEND);
      }
    }
  }

  @Test
  void frames_of_a_user_carry_the_users_level_and_not_the_recipients() throws Exception {
    Credentials ann = fixture.user(1);
    try (TestClient client = fixture.connected(ann)) {
      int level = fixture.delivery.next(GatewayFrame.BodyCase.ATTACH).frame().getLevel();
      for (int i = 1; i <= 5; i++) {
        client.write(TestClient.send(fixture.user(10 + i), i, "hello"));
        assertThat(fixture.delivery.next(GatewayFrame.BodyCase.SEND).frame().getLevel())
            .isEqualTo(level);
      }
    }
  }
}
