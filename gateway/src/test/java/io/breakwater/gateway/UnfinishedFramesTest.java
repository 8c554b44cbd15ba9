package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Sent;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.GatewayFrame;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many who have sent nearly all of a frame, and one who does not notice. */
final class UnfinishedFramesTest {
  private static final int MIB = 1 << 20;
  private static final int LARGEST = 131_072;
  private static final int GREEDY = 40;

  @TempDir Path directory;
  private GatewayFixture fixture;
  private final List<AutoCloseable> clients = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    fixture =
        new GatewayFixture(
            directory, Map.of("breakwater.gateway.inbound-total-bytes", Integer.toString(MIB)));
    await().until(() -> fixture.delivery.streams().size() == 2);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable client : clients) {
      client.close();
    }
    fixture.close();
  }

  private TestClient greedy(int number) throws Exception {
    TestClient client = fixture.connected(fixture.user(number));
    clients.add(client);
    fixture.delivery.next(GatewayFrame.BodyCase.ATTACH);
    return client;
  }

  private WebSocketClient greedyOnTheWeb(int number) throws Exception {
    WebSocketClient client = WebSocketClient.open(fixture.gateway.port());
    clients.add(client);
    client.write(TestClient.hello(fixture.user(number)));
    assertThat(client.readFrame().hasWelcome()).isTrue();
    fixture.delivery.next(GatewayFrame.BodyCase.ATTACH);
    return client;
  }

  private double refused() {
    return fixture.meter("unfinished.refused");
  }

  private static void assertOverloaded(ServerFrame last) {
    Error error = last.getError();
    assertThat(error.getReason()).isEqualTo(Reason.OVERLOADED);
    assertThat(error.getReturnAfterMs()).isBetween(500, 2_000);
  }

  /** An innocent client sends, in pieces too, and receives. */
  private void talks(TestClient client, ScriptedDelivery.Arrival attach, int from)
      throws Exception {
    byte[] send = TestClient.send(fixture.user(2_000), from + 1, "x".repeat(3_000)).toByteArray();
    client.writeLength(send.length);
    client.writeRaw(send);
    assertThat(fixture.delivery.next(GatewayFrame.BodyCase.SEND).frame().getConnection())
        .isEqualTo(attach.frame().getConnection());
    ServerFrame sent =
        ServerFrame.newBuilder().setSent(Sent.newBuilder().setClientId(from + 1)).build();
    attach.stream().relay(attach.frame().getConnection(), sent);
    assertThat(client.read()).isEqualTo(sent);
  }

  @Test
  void are_refused_when_they_get_scarce_and_others_go_on() throws Exception {
    try (TestClient bystander = fixture.connected(fixture.user(1_000))) {
      ScriptedDelivery.Arrival attach = fixture.delivery.next(GatewayFrame.BodyCase.ATTACH);
      for (int i = 0; i < GREEDY; i++) {
        TestClient client = greedy(i);
        client.writeLength(LARGEST);
        client.writeRaw(new byte[LARGEST - 1]);
        talks(bystander, attach, i);
        assertThat(fixture.meter("unfinished")).isLessThanOrEqualTo(MIB);
      }
      await().until(() -> refused() >= GREEDY - 8);
      assertThat(fixture.meter("unfinished")).isBetween(256.0 * 1_024, 512.0 * 1_024);
      TestClient last = (TestClient) clients.getLast();
      assertOverloaded(last.read());
      assertThat(last.isEnded()).isTrue();
      talks(bystander, attach, GREEDY);
    }
    for (AutoCloseable client : clients) {
      client.close();
    }
    await().until(() -> fixture.meter("unfinished") == 0);
  }

  @Test
  void of_web_sockets_are_refused_likewise_fragments_and_all() throws Exception {
    try (TestClient bystander = fixture.connected(fixture.user(1_000))) {
      ScriptedDelivery.Arrival attach = fixture.delivery.next(GatewayFrame.BodyCase.ATTACH);
      for (int i = 0; i < GREEDY; i++) {
        WebSocketClient client = greedyOnTheWeb(i);
        if (i % 2 == 0) {
          client.write(0x02, new byte[100_000]);
        } else {
          client.writeRaw(WebSocketClient.header(WebSocketClient.BINARY, 0x80, LARGEST));
          client.writeRaw(new byte[4 + LARGEST - 1]);
        }
        talks(bystander, attach, i);
        assertThat(fixture.meter("unfinished")).isLessThanOrEqualTo(MIB);
      }
      await().until(() -> refused() >= GREEDY - 8);
      WebSocketClient last = (WebSocketClient) clients.getLast();
      assertOverloaded(last.readFrame());
      assertThat(last.read().closeCode()).isEqualTo(4_002);
      assertThat(last.isEnded()).isTrue();
      talks(bystander, attach, GREEDY);
    }
    for (AutoCloseable client : clients) {
      client.close();
    }
    await().until(() -> fixture.meter("unfinished") == 0);
  }

  @Test
  void give_back_what_they_took_when_they_are_complete_or_timed_out() throws Exception {
    byte[] large =
        TestClient.send(fixture.user(2_000), 1, "x".repeat(65_536)).toByteString().toByteArray();
    TestClient completes = greedy(1);
    TestClient never = greedy(2);
    for (TestClient client : List.of(completes, never)) {
      client.writeLength(large.length);
      client.writeRaw(ByteString.copyFrom(large, 0, large.length - 1).toByteArray());
    }
    await().until(() -> fixture.meter("unfinished") == 2 * (4 + large.length));
    completes.writeRaw(new byte[] {large[large.length - 1]});
    fixture.delivery.next(GatewayFrame.BodyCase.SEND);
    await().until(() -> fixture.meter("unfinished") == 4 + large.length);
    fixture.nowMs.addAndGet(15_000);
    assertThat(never.read().getError().getReason()).isEqualTo(Reason.TIMED_OUT);
    // Given back with the last word: the client has not closed.
    await().until(() -> fixture.meter("unfinished") == 0);
    assertThat(refused()).isZero();
  }
}
