package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.breakwater.common.secret.Credentials;
import io.breakwater.proto.client.Ack;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.LookUp;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.GatewayFrame;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A delivery node that dies, comes back, or hangs, under a gateway that stays. */
final class TrunkLossTest {
  @TempDir Path directory;
  private GatewayFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture =
        new GatewayFixture(
            directory,
            Map.of(
                "breakwater.gateway.trunk-queue-bytes", "1000000",
                "breakwater.gateway.rate.device.payload-bytes", "off"));
    awaitTrunks();
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private void awaitTrunks() {
    await().until(() -> fixture.meter("trunks.open") == 2);
  }

  private void kill() throws InterruptedException {
    fixture.delivery.kill();
    await().until(() -> fixture.meter("trunks.open") == 0);
  }

  @Test
  void keeps_its_sockets_and_attaches_the_sessions_again() throws Exception {
    Credentials ann = fixture.user(1);
    try (TestClient client = fixture.connected(ann)) {
      client.write(
          ClientFrame.newBuilder()
              .setAck(Ack.newBuilder().setCursor(Cursor.newBuilder().setEntryId(42)))
              .build());
      fixture.delivery.next(GatewayFrame.BodyCase.ACK);

      kill();
      client.write(TestClient.send(fixture.user(2), 1, "hello"));
      SendRefused refused = client.read().getSendRefused();
      assertThat(refused.getReason()).isEqualTo(Reason.UNAVAILABLE);
      assertThat(refused.getFinal()).isFalse();
      assertThat(refused.getReturnAfterMs()).isBetween(500, 2_000);
      client.write(TestClient.ping());
      assertThat(client.read().getPong().getServerTimeMs())
          .isEqualTo(ScriptedDelivery.SERVER_TIME_MS);
      client.write(ClientFrame.newBuilder().setLookUp(LookUp.newBuilder().setRequest(5)).build());
      Error error = client.read().getError();
      assertThat(error.getReason()).isEqualTo(Reason.UNAVAILABLE);
      assertThat(error.getRequest()).isEqualTo(5);
      assertThat(error.getReturnAfterMs()).isBetween(500, 2_000);

      fixture.delivery.restart();
      ServerFrame reattached = client.read();
      assertThat(reattached.getReattached().getMailboxHead()).isEqualTo(ScriptedDelivery.HEAD);
      GatewayFrame attach = fixture.delivery.next(GatewayFrame.BodyCase.ATTACH).frame();
      assertThat(attach.getAttach().getGeneration()).isEqualTo(1);
      assertThat(attach.getAttach().getCursor().getEntryId()).isEqualTo(42);
      client.write(TestClient.send(fixture.user(2), 1, "hello"));
      assertThat(fixture.delivery.next(GatewayFrame.BodyCase.SEND).frame().hasSend()).isTrue();
      assertThat(fixture.meter("reattaches")).isEqualTo(1);
    }
  }

  @Test
  void sends_its_clients_elsewhere_if_the_node_stays_away() throws Exception {
    try (TestClient client = fixture.connected(fixture.user(1))) {
      kill();
      fixture.nowMs.addAndGet(60_000);
      client.write(TestClient.ping());
      assertThat(client.read().getPong().getMailboxHead()).isZero();
      fixture.nowMs.addAndGet(60_000);
      Error error = client.read().getError();
      assertThat(error.getReason()).isEqualTo(Reason.UNAVAILABLE);
      assertThat(error.getReturnAfterMs()).isBetween(500, 30_000);
      assertThat(client.isEnded()).isTrue();
      assertThat(fixture.meter("unreached")).isEqualTo(1);
    }
  }

  @Test
  void attaches_every_session_again_under_its_own_generation() throws Exception {
    List<TestClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) {
        clients.add(fixture.connected(fixture.user(i)));
      }
      kill();
      fixture.delivery.restart();
      for (TestClient client : clients) {
        assertThat(client.read().hasReattached()).isTrue();
      }
      Set<Long> generations = new HashSet<>();
      for (int i = 0; i < clients.size(); i++) {
        generations.add(
            fixture
                .delivery
                .next(GatewayFrame.BodyCase.ATTACH)
                .frame()
                .getAttach()
                .getGeneration());
      }
      assertThat(generations).hasSize(300).doesNotContain(0L);
    } finally {
      for (TestClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void lets_a_hello_wait_for_the_trunk() throws Exception {
    kill();
    try (TestClient client = fixture.connect()) {
      client.write(TestClient.hello(fixture.user(1)));
      fixture.nowMs.addAndGet(7_000);
      fixture.delivery.restart();
      assertThat(client.read().hasWelcome()).isTrue();
    }
  }

  @Test
  void tells_a_hello_when_to_return_if_the_trunk_stays_down() throws Exception {
    kill();
    try (TestClient client = fixture.connect()) {
      client.write(TestClient.hello(fixture.user(1)));
      // Whether the hello was read before or after the clock moved: it is late in the end.
      await()
          .until(
              () -> {
                fixture.nowMs.addAndGet(4_000);
                return fixture.refusals("unavailable") == 1;
              });
      Error error = client.read().getError();
      assertThat(error.getReason()).isEqualTo(Reason.UNAVAILABLE);
      assertThat(error.getReturnAfterMs()).isBetween(500, 2_000);
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void is_ready_only_while_a_delivery_node_can_be_reached() throws Exception {
    await().until(() -> fixture.admin("/readyz").equals("200 ready"));
    kill();
    await()
        .untilAsserted(
            () ->
                assertThat(fixture.admin("/readyz"))
                    .startsWith("503 no delivery node can be reached: 127.0.0.1:")
                    .contains("Connection refused"));
    assertThat(fixture.admin("/livez")).isEqualTo("200 live");
    fixture.delivery.restart();
    await().until(() -> fixture.admin("/readyz").equals("200 ready"));
    assertThat(fixture.admin("/metrics"))
        .contains("breakwater_gateway_connections", "breakwater_gateway_refusals_total");
  }

  @Test
  void refuses_sends_when_the_home_stops_reading_and_recovers_by_a_new_trunk() throws Exception {
    Credentials ann = fixture.user(1);
    Send.Builder send =
        TestClient.send(fixture.user(2), 1, "").getSend().toBuilder()
            .setPayload(ByteString.copyFrom(new byte[60_000]));
    kill();
    fixture.delivery.reads(3);
    fixture.delivery.restart();
    awaitTrunks();
    fixture.delivery.reads(Integer.MAX_VALUE);
    try (TestClient client = fixture.connected(ann)) {
      // Windows of gRPC and sockets, then the queue: after some megabytes the answer is no.
      for (int i = 1; i <= 200; i++) {
        client.write(ClientFrame.newBuilder().setSend(send.setClientId(i)).build());
      }
      SendRefused refused = client.read(ServerFrame.BodyCase.SEND_REFUSED).getSendRefused();
      assertThat(refused.getReason()).isEqualTo(Reason.UNAVAILABLE);
      assertThat(refused.getReturnAfterMs()).isBetween(500, 2_000);
      assertThat(fixture.meter("trunk.queued")).isPositive().isLessThanOrEqualTo(2_000_000);

      await()
          .until(
              () -> {
                fixture.nowMs.addAndGet(5_000);
                return fixture.meter("trunks.stuck") > 0;
              });
      assertThat(client.read(ServerFrame.BodyCase.REATTACHED).hasReattached()).isTrue();
      assertThat(fixture.meter("trunk.queued")).isZero();
    }
  }

  @Test
  void a_batch_over_the_cap_costs_one_trunk_and_no_socket() throws Exception {
    Credentials ann = fixture.user(1);
    try (TestClient client = fixture.connected(ann)) {
      ScriptedDelivery.Arrival attach = fixture.delivery.next(GatewayFrame.BodyCase.ATTACH);
      attach.stream()
          .put(
              DeliveryFrame.newBuilder()
                  .setConnection(attach.frame().getConnection())
                  .setRelay(ByteString.copyFrom(new byte[4 * 1024 * 1024]))
                  .build());

      await().until(() -> fixture.meter("trunks.lost") == 1);
      awaitTrunks();
      assertThat(client.read(ServerFrame.BodyCase.REATTACHED).hasReattached()).isTrue();
      assertThat(fixture.meter("trunks.lost")).isEqualTo(1);
    }
  }

  @Test
  void a_node_that_answers_with_more_metadata_than_the_cap_is_not_connected_to() throws Exception {
    kill();
    fixture.delivery.metadata(8 * 1024);
    fixture.delivery.restart();
    long greetings = fixture.delivery.greetings();
    double failed = fixture.meter("trunks.failed");
    await()
        .until(
            () -> {
              fixture.nowMs.addAndGet(1_000);
              return fixture.delivery.greetings() > greetings + 2
                  && fixture.meter("trunks.failed") > failed + 2;
            });
    assertThat(fixture.meter("trunks.open")).isZero();

    fixture.delivery.metadata(0);
    awaitTrunks();
  }

  @Test
  void does_not_trust_a_delivery_node_of_another_trunk_version() throws Exception {
    kill();
    fixture.delivery.version(2);
    fixture.delivery.restart();
    await().until(() -> fixture.delivery.greetings() >= 4 && fixture.meter("trunks.failed") >= 4);
    assertThat(fixture.meter("trunks.open")).isZero();
    fixture.delivery.version(1);
    awaitTrunks();
  }
}
