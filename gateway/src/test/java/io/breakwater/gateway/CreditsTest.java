package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.breakwater.common.secret.Credentials;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.LookUp;
import io.breakwater.proto.client.Pong;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignUp;
import io.breakwater.proto.client.SignedUp;
import io.breakwater.proto.trunk.Credit;
import io.breakwater.proto.trunk.Credits;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.GatewayFrame;
import java.nio.ByteBuffer;
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
  private static final int LOOK_UP = 5;

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

  /** Its answer goes the same way as the grant before it, which the gateway has heard then. */
  private static void ping(TestClient client, ScriptedDelivery delivery) throws Exception {
    client.write(TestClient.ping());
    ScriptedDelivery.Arrival ping = delivery.next(GatewayFrame.BodyCase.PING);
    ping.stream()
        .relay(
            ping.frame().getConnection(),
            ServerFrame.newBuilder().setPong(Pong.getDefaultInstance()).build());
    client.read(ServerFrame.BodyCase.PONG);
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

  /** The node is at this step, and grants so many look-ups. */
  private void isAt(int brownOut, long lookUps) {
    DeliveryFrame frame =
        DeliveryFrame.newBuilder()
            .setCredits(
                Credits.newBuilder()
                    .setBrownOut(brownOut)
                    .addCredits(Credit.newBuilder().setPriority(LOOK_UP).setUpTo(lookUps)))
            .build();
    fixture.delivery.streams().forEach(stream -> stream.put(frame));
  }

  private static ClientFrame lookUp(int request) {
    return ClientFrame.newBuilder()
        .setLookUp(LookUp.newBuilder().setRequest(request).setHandle("bob"))
        .build();
  }

  private double trunksAt(String step) {
    return fixture.metrics.get("breakwater.gateway.brown.out").tag("step", step).gauge().value();
  }

  @Test
  void a_look_up_waits_for_credit_until_its_node_paces_history_and_is_then_refused_at_once()
      throws Exception {
    try (TestClient client = fixture.connected(fixture.user(1))) {
      isAt(3, 0);
      ping(client, fixture.delivery);
      client.write(lookUp(1));
      await().until(() -> waiting(LOOK_UP) == 1);
      assertThat(trunksAt("receipts_coalesced")).isEqualTo(1);
      isAt(4, 1);
      assertThat(fixture.delivery.next(GatewayFrame.BodyCase.LOOK_UP).frame().getLookUp())
          .isEqualTo(lookUp(1).getLookUp());
      ping(client, fixture.delivery);
      client.write(lookUp(2));
      // The gateway's clock stands still: it has not waited at all.
      Error error = client.read(ServerFrame.BodyCase.ERROR).getError();
      assertThat(error.getRequest()).isEqualTo(2);
      assertThat(error.getReason()).isEqualTo(Reason.UNAVAILABLE);
      assertThat(error.getReturnAfterMs()).isBetween(500, 2_000);
      assertThat(trunksAt("history_paced")).isEqualTo(1);
      assertThat(trunksAt("receipts_coalesced")).isZero();
    }
  }

  @Test
  void who_signs_up_stands_in_line_first_while_sign_ups_wait_and_goes_straight_on_otherwise()
      throws Exception {
    fixture.delivery.script(
        (stream, frame) ->
            stream.relay(
                frame.getConnection(),
                ServerFrame.newBuilder().setSignedUp(SignedUp.getDefaultInstance()).build()));
    assertThat(signUp(1)).isEqualTo(ServerFrame.BodyCase.SIGNED_UP);
    isAt(5, 0);
    await().until(() -> trunksAt("sign_ups_wait") == 1);
    assertThat(signUp(2)).isEqualTo(ServerFrame.BodyCase.QUEUED);
    isAt(4, 0);
    await().until(() -> trunksAt("sign_ups_wait") == 0);
    assertThat(signUp(3)).isEqualTo(ServerFrame.BodyCase.SIGNED_UP);
  }

  @Test
  void a_node_that_is_gone_is_at_no_step() throws Exception {
    isAt(6, 0);
    await().until(() -> trunksAt("sends_by_level") == 1);
    fixture.delivery.kill();
    await().until(() -> trunksAt("sends_by_level") == 0);
  }

  /** What a newcomer is told first; it is signed up in the end. */
  private ServerFrame.BodyCase signUp(int number) throws Exception {
    try (TestClient client = fixture.connect()) {
      client.write(
          ClientFrame.newBuilder()
              .setSignUp(
                  SignUp.newBuilder()
                      .setSignUpId(
                          ByteString.copyFrom(ByteBuffer.allocate(16).putInt(number).array()))
                      .setHandle("ann" + number))
              .build());
      ServerFrame.BodyCase first = client.read().getBodyCase();
      if (first != ServerFrame.BodyCase.SIGNED_UP) {
        client.read(ServerFrame.BodyCase.SIGNED_UP);
      }
      return first;
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
