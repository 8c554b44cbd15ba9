package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.Deliver;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Sent;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.GatewayFrame;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many sockets that take nothing, or never finish what they begin. */
final class SlowSocketsTest {
  private static final int MIB = 1 << 20;

  @TempDir Path directory;
  private final List<GatewayFixture> started = new ArrayList<>();
  private final List<TestClient> clients = new ArrayList<>();

  private GatewayFixture start(Map<String, String> settings) throws Exception {
    GatewayFixture fixture = new GatewayFixture(directory, settings);
    started.add(fixture);
    await().until(() -> fixture.delivery.streams().size() == 2);
    return fixture;
  }

  @AfterEach
  void stop() throws Exception {
    for (TestClient client : clients) {
      client.close();
    }
    for (GatewayFixture fixture : started) {
      fixture.close();
    }
  }

  /** A client whose socket takes as little as it can; it reads nothing but the welcome. */
  private void slow(GatewayFixture fixture, int number) throws Exception {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4_096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), fixture.gateway.port()));
    TestClient client = new TestClient(socket);
    clients.add(client);
    client.write(TestClient.hello(fixture.user(number)));
    assertThat(client.read().hasWelcome()).isTrue();
  }

  private static ServerFrame large() {
    return ServerFrame.newBuilder()
        .setDeliver(
            Deliver.newBuilder()
                .addEntries(
                    Entry.newBuilder()
                        .setMessage(
                            Message.newBuilder()
                                .setPayload(ByteString.copyFrom(new byte[65_536])))))
        .build();
  }

  @Test
  void clients_that_take_nothing_share_a_bounded_room_and_others_do_not_notice() throws Exception {
    // Two event loops: each has a room of 4 MiB.
    GatewayFixture fixture =
        start(Map.of("breakwater.gateway.outbound-total-bytes", Integer.toString(8 * MIB)));
    List<ScriptedDelivery.Arrival> attaches = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      slow(fixture, i);
      attaches.add(fixture.delivery.next(GatewayFrame.BodyCase.ATTACH));
    }
    try (TestClient bystander = fixture.connected(fixture.user(1_000))) {
      ScriptedDelivery.Arrival attach = fixture.delivery.next(GatewayFrame.BodyCase.ATTACH);
      for (int round = 0; round < 64; round++) {
        for (ScriptedDelivery.Arrival slow : attaches) {
          slow.stream().relay(slow.frame().getConnection(), large());
        }
        ServerFrame sent =
            ServerFrame.newBuilder().setSent(Sent.newBuilder().setClientId(round + 1)).build();
        attach.stream().relay(attach.frame().getConnection(), sent);
        assertThat(bystander.read()).isEqualTo(sent);
        // The room is looked at when a frame is written: each may have one beyond it for a moment.
        assertThat(fixture.meter("backlog")).isLessThanOrEqualTo(8.0 * MIB + 40 * 66_000);
      }
      assertThat(fixture.meter("slow.consumers")).isPositive();
      bystander.write(TestClient.ping());
      assertThat(fixture.delivery.next(GatewayFrame.BodyCase.PING).frame().getConnection())
          .isEqualTo(attach.frame().getConnection());
    }
    for (TestClient client : clients) {
      client.close();
    }
    await().until(() -> fixture.meter("connections") == 0);
    assertThat(fixture.meter("backlog")).isZero();
  }

  @Test
  void frames_that_are_never_finished_are_timed_out_one_and_all() throws Exception {
    GatewayFixture fixture = start(Map.of());
    List<TestClient> welcomed = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      TestClient before = fixture.connect();
      clients.add(before);
      before.writeLength(4_096);
      before.writeRaw(new byte[i]);
      TestClient inSession = fixture.connected(fixture.user(i));
      clients.add(inSession);
      welcomed.add(inSession);
      inSession.writeLength(131_072);
      inSession.writeRaw(new byte[i]);
    }
    await().until(() -> fixture.meter("connections") == 200);
    fixture.nowMs.addAndGet(8_000);
    await().until(() -> fixture.refusals("timed_out") == 100);
    fixture.nowMs.addAndGet(15_000);
    await().until(() -> fixture.refusals("timed_out") == 200);
    for (TestClient client : welcomed) {
      assertThat(client.read().getError().getReason()).isEqualTo(Reason.TIMED_OUT);
      assertThat(client.isEnded()).isTrue();
    }
  }
}
