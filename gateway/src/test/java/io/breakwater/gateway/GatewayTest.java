package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.breakwater.common.secret.CredentialMint;
import io.breakwater.common.secret.Credentials;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Deliver;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Sent;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignUp;
import io.breakwater.proto.client.SignedUp;
import io.breakwater.proto.trunk.AttachRefused;
import io.breakwater.proto.trunk.Ended;
import io.breakwater.proto.trunk.GatewayFrame;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway between real sockets and a real trunk. */
final class GatewayTest {
  @TempDir Path directory;
  private GatewayFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = new GatewayFixture(directory, Map.of());
    await().until(() -> fixture.delivery.streams().size() == 2);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  @Test
  void welcomes_a_device_when_its_home_has_attached_it() throws Exception {
    Credentials ann = fixture.user(1);
    try (TestClient client = fixture.connect()) {
      client.write(TestClient.hello(ann, 41));

      ServerFrame welcome = client.read();
      assertThat(welcome.getWelcome().getServerTimeMs()).isEqualTo(ScriptedDelivery.SERVER_TIME_MS);
      assertThat(welcome.getWelcome().getMailboxHead()).isEqualTo(ScriptedDelivery.HEAD);
      assertThat(welcome.getWelcome().getMaxPayloadBytes()).isEqualTo(65_536);
      assertThat(welcome.getWelcome().getWindow()).isEqualTo(256);
      assertThat(welcome.getWelcome().getRetryForMs()).isEqualTo(ScriptedDelivery.RETRY_FOR_MS);
      GatewayFrame attach = fixture.delivery.next(GatewayFrame.BodyCase.ATTACH).frame();
      assertThat(attach.getUser().toByteArray()).isEqualTo(ann.user().bytes());
      assertThat(attach.getAttach().getDevice()).isEqualTo(ann.device().value());
      assertThat(attach.getAttach().getTokenHash().toByteArray())
          .isEqualTo(ann.token().hash().bytes());
      assertThat(attach.getAttach().getGeneration()).isZero();
      assertThat(attach.getAttach().getCursor().getEntryId()).isEqualTo(41);
    }
  }

  @Test
  void carries_a_message_to_its_home_and_the_answer_back() throws Exception {
    Credentials ann = fixture.user(1);
    Credentials bob = fixture.user(2);
    try (TestClient client = fixture.connected(ann)) {
      client.write(TestClient.send(bob, 1, "hello"));

      ScriptedDelivery.Arrival sent = fixture.delivery.next(GatewayFrame.BodyCase.SEND);
      assertThat(sent.frame().getUser().toByteArray()).isEqualTo(bob.user().bytes());
      assertThat(sent.frame().getPriority()).isEqualTo(1);
      assertThat(sent.frame().getSend().getSender().toByteArray()).isEqualTo(ann.user().bytes());
      assertThat(sent.frame().getSend().getSend().getPayload().toStringUtf8()).isEqualTo("hello");
      ServerFrame answer =
          ServerFrame.newBuilder().setSent(Sent.newBuilder().setClientId(1)).build();
      sent.stream().relay(sent.frame().getConnection(), answer);
      assertThat(client.read()).isEqualTo(answer);
    }
  }

  @Test
  void passes_nothing_on_that_it_does_not_know() throws Exception {
    ClientFrame known = TestClient.send(fixture.user(2), 1, "hi");
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(
                15,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFrom(new byte[50_000]))
                    .build())
            .build();
    try (TestClient client = fixture.connected(fixture.user(1))) {
      client.write(
          known.toBuilder()
              .setUnknownFields(unknown)
              .setSend(known.getSend().toBuilder().setUnknownFields(unknown))
              .build());
      GatewayFrame sent = fixture.delivery.next(GatewayFrame.BodyCase.SEND).frame();
      assertThat(sent.getSend().getSend()).isEqualTo(known.getSend());
      assertThat(sent.getSerializedSize()).isLessThan(200);
    }
  }

  @Test
  void signs_up_and_says_hello_on_the_same_connection() throws Exception {
    Credentials ann = fixture.user(1);
    ServerFrame signedUp =
        ServerFrame.newBuilder()
            .setSignedUp(SignedUp.newBuilder().setUser(ByteString.copyFrom(ann.user().bytes())))
            .build();
    try (TestClient client = fixture.connect()) {
      client.write(
          ClientFrame.newBuilder()
              .setSignUp(
                  SignUp.newBuilder()
                      .setSignUpId(ByteString.copyFrom(new byte[16]))
                      .setHandle("ann"))
              .build());
      ScriptedDelivery.Arrival asked = fixture.delivery.next(GatewayFrame.BodyCase.SIGN_UP);
      asked.stream().relay(asked.frame().getConnection(), signedUp);
      assertThat(client.read()).isEqualTo(signedUp);

      client.write(TestClient.hello(ann));
      assertThat(client.read().hasWelcome()).isTrue();
    }
  }

  @Test
  void turns_a_forged_and_a_foreign_token_away_without_asking_a_home() throws Exception {
    byte[] otherSecret = HexFormat.of().parseHex("6b".repeat(32));
    ClientFrame.Builder forged = TestClient.hello(fixture.user(1)).toBuilder();
    forged.getHelloBuilder().setToken(ByteString.copyFrom(new byte[48]));
    ClientFrame foreign = TestClient.hello(new CredentialMint(otherSecret).signUp(new byte[16]));
    for (ClientFrame hello : new ClientFrame[] {forged.build(), foreign}) {
      try (TestClient client = fixture.connect()) {
        client.write(hello);
        assertThat(client.read().getError().getReason()).isEqualTo(Reason.UNAUTHENTICATED);
        assertThat(client.isEnded()).isTrue();
      }
    }
    assertThat(fixture.delivery.rest()).isEmpty();
  }

  @Test
  void passes_the_home_s_refusal_on() throws Exception {
    fixture.delivery.script(
        (stream, frame) ->
            stream.refused(
                frame.getConnection(),
                AttachRefused.newBuilder()
                    .setReason(Reason.OVERLOADED)
                    .setReturnAfterMs(12_345)
                    .build()));
    try (TestClient client = fixture.connect()) {
      client.write(TestClient.hello(fixture.user(1)));
      Error error = client.read().getError();
      assertThat(error.getReason()).isEqualTo(Reason.OVERLOADED);
      assertThat(error.getReturnAfterMs()).isEqualTo(12_345);
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void tells_the_older_of_two_connections_of_a_device_that_it_is_displaced() throws Exception {
    Credentials ann = fixture.user(1);
    try (TestClient older = fixture.connected(ann)) {
      ScriptedDelivery.Arrival first = fixture.delivery.next(GatewayFrame.BodyCase.ATTACH);
      try (TestClient newer = fixture.connected(ann)) {
        first.stream().ended(first.frame().getConnection(), 1, Ended.Cause.DISPLACED);

        assertThat(older.read().hasDisplaced()).isTrue();
        assertThat(older.isEnded()).isTrue();
        newer.write(TestClient.ping());
        assertThat(fixture.delivery.next(GatewayFrame.BodyCase.PING).frame().getConnection())
            .isNotZero();
        assertThat(fixture.meter("displaced")).isEqualTo(1);
      }
    }
  }

  @Test
  void refuses_oversized_frames_before_and_after_the_welcome() throws Exception {
    try (TestClient client = fixture.connect()) {
      client.writeLength(4_097);
      Error error = client.read().getError();
      assertThat(error.getReason()).isEqualTo(Reason.MALFORMED);
      assertThat(error.getDetail()).isEqualTo("frame size: 4097 (expected: 1..4096)");
      assertThat(client.isEnded()).isTrue();
    }
    try (TestClient client = fixture.connected(fixture.user(1))) {
      client.writeLength(200_000);
      client.writeRaw(new byte[200_000]);
      Error error = client.read().getError();
      assertThat(error.getReason()).isEqualTo(Reason.MALFORMED);
      assertThat(error.getDetail()).isEqualTo("frame size: 200000 (expected: 1..131072)");
      assertThat(client.isEnded()).isTrue();
    }
    assertThat(fixture.delivery.next(GatewayFrame.BodyCase.DETACH).frame().hasDetach()).isTrue();
  }

  @Test
  void refuses_garbage_and_outlives_truncated_frames() throws Exception {
    try (TestClient client = fixture.connect()) {
      client.writeLength(3);
      client.writeRaw(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff});
      Error error = client.read().getError();
      assertThat(error.getReason()).isEqualTo(Reason.MALFORMED);
      assertThat(error.getDetail()).isEqualTo("frame: 3 bytes that are no ClientFrame");
      assertThat(client.isEnded()).isTrue();
    }
    try (TestClient client = fixture.connect()) {
      client.writeLength(1_000);
      client.writeRaw(new byte[500]);
    }
    await().until(() -> fixture.meter("connections") == 0);
  }

  @Test
  void tells_the_home_when_a_connection_is_gone() throws Exception {
    Credentials ann = fixture.user(1);
    long connection;
    try (TestClient client = fixture.connected(ann)) {
      connection = fixture.delivery.next(GatewayFrame.BodyCase.ATTACH).frame().getConnection();
      client.write(TestClient.ping());
    }
    GatewayFrame detach = fixture.delivery.next(GatewayFrame.BodyCase.DETACH).frame();
    assertThat(detach.getConnection()).isEqualTo(connection);
    assertThat(detach.getDetach().getDevice()).isEqualTo(ann.device().value());
    assertThat(detach.getDetach().getGeneration()).isEqualTo(1);
  }

  @Test
  void closes_what_is_late() throws Exception {
    try (TestClient mute = fixture.connect();
        TestClient slow = fixture.connected(fixture.user(1));
        TestClient idle = fixture.connected(fixture.user(2));
        TestClient busy = fixture.connected(fixture.user(3))) {
      await().until(() -> fixture.meter("connections") == 4);
      slow.writeLength(1_000);
      busy.write(TestClient.ping());
      fixture.delivery.next(GatewayFrame.BodyCase.PING);

      fixture.nowMs.addAndGet(8_000);
      assertTimedOut(mute);
      fixture.nowMs.addAndGet(15_000);
      assertTimedOut(slow);
      fixture.nowMs.addAndGet(60_000);
      busy.write(TestClient.ping());
      fixture.delivery.next(GatewayFrame.BodyCase.PING);
      fixture.nowMs.addAndGet(7_000);
      assertTimedOut(idle);

      busy.write(TestClient.ping());
      assertThat(fixture.delivery.next(GatewayFrame.BodyCase.PING).frame().hasPing()).isTrue();
      assertThat(fixture.refusals("timed_out")).isEqualTo(3);
    }
  }

  private static void assertTimedOut(TestClient client) throws IOException {
    assertThat(client.read().getError().getReason()).isEqualTo(Reason.TIMED_OUT);
    assertThat(client.isEnded()).isTrue();
  }

  @Test
  void cuts_an_ended_connection_whose_client_does_not_let_go() throws Exception {
    try (TestClient quiet = fixture.connect();
        TestClient loud = fixture.connect()) {
      for (TestClient client : List.of(quiet, loud)) {
        client.writeLength(0);
        assertThat(client.read().getError().getReason()).isEqualTo(Reason.MALFORMED);
        assertThat(client.isEnded()).isTrue();
      }
      loud.writeRaw(new byte[256 * 1024 + 1]);
      await().until(() -> fixture.meter("lingers.cut") == 1);
      fixture.nowMs.addAndGet(500);
      await().until(() -> fixture.meter("connections") == 0);
      assertThat(fixture.meter("lingers.cut")).isEqualTo(2);
    }
  }

  @Test
  void counts_an_attach_that_nobody_waits_for_any_more_and_that_has_no_answer() throws Exception {
    fixture.delivery.script((_, _) -> {});
    try (TestClient client = fixture.connect()) {
      client.write(TestClient.hello(fixture.user(1)));
      fixture.delivery.next(GatewayFrame.BodyCase.ATTACH);
    }
    await()
        .until(
            () -> {
              fixture.nowMs.addAndGet(8_000);
              return fixture.meter("attaches.unanswered") == 1;
            });
    assertThat(fixture.meter("connections")).isZero();
  }

  @Test
  void closes_a_client_that_does_not_read() throws Exception {
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4_096);
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), fixture.gateway.port()));
      TestClient client = new TestClient(socket);
      client.write(TestClient.hello(fixture.user(1)));
      assertThat(client.read().hasWelcome()).isTrue();
      ScriptedDelivery.Arrival attach = fixture.delivery.next(GatewayFrame.BodyCase.ATTACH);
      ServerFrame large =
          ServerFrame.newBuilder()
              .setDeliver(
                  Deliver.newBuilder()
                      .addEntries(
                          Entry.newBuilder()
                              .setMessage(
                                  Message.newBuilder()
                                      .setPayload(ByteString.copyFrom(new byte[65_536])))))
              .build();
      for (int i = 0; i < 256; i++) {
        attach.stream().relay(attach.frame().getConnection(), large);
      }

      assertThat(fixture.delivery.next(GatewayFrame.BodyCase.DETACH).frame().getConnection())
          .isEqualTo(attach.frame().getConnection());
      assertThat(fixture.meter("slow.consumers")).isEqualTo(1);
    }
  }

  @Test
  void hands_a_large_burst_to_a_client_that_reads() throws Exception {
    try (TestClient client = fixture.connected(fixture.user(1))) {
      ScriptedDelivery.Arrival attach = fixture.delivery.next(GatewayFrame.BodyCase.ATTACH);
      for (int i = 0; i < 20_000; i++) {
        ServerFrame sent =
            ServerFrame.newBuilder().setSent(Sent.newBuilder().setClientId(i)).build();
        attach.stream().relay(attach.frame().getConnection(), sent);
      }
      for (int i = 0; i < 20_000; i++) {
        assertThat(client.read().getSent().getClientId()).isEqualTo(i);
      }
    }
  }

  @Test
  void keeps_many_connections_apart() throws Exception {
    List<TestClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 64; i++) {
        clients.add(fixture.connected(fixture.user(i)));
      }
      fixture.delivery.script(
          (stream, frame) ->
              stream.relay(
                  frame.getConnection(),
                  ServerFrame.newBuilder()
                      .setSent(
                          Sent.newBuilder()
                              .setClientId(frame.getSend().getSend().getClientId())
                              .setTo(frame.getSend().getSender()))
                      .build()));
      for (int round = 1; round <= 20; round++) {
        for (TestClient client : clients) {
          client.write(TestClient.send(fixture.user(99), round, "x"));
        }
      }
      for (int i = 0; i < clients.size(); i++) {
        for (int round = 1; round <= 20; round++) {
          Sent sent = clients.get(i).read().getSent();
          assertThat(sent.getClientId()).isEqualTo(round);
          assertThat(sent.getTo().toByteArray()).isEqualTo(fixture.user(i).user().bytes());
        }
      }
      assertThat(fixture.delivery.streams())
          .extracting(stream -> stream.hello().getEventLoop())
          .containsExactlyInAnyOrder(0, 1);
    } finally {
      for (TestClient client : clients) {
        client.close();
      }
    }
    await().until(() -> fixture.meter("connections") == 0);
  }
}
