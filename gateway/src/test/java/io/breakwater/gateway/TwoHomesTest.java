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
import io.breakwater.proto.trunk.GatewayFrame;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
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

  @Test
  void a_node_that_sends_sign_ups_back_is_passed_over_and_the_other_goes_on() throws Exception {
    AtomicInteger sentBack = new AtomicInteger();
    home.script(
        (stream, frame) -> {
          if (frame.hasSignUp()) {
            sentBack.incrementAndGet();
            stream.relay(
                frame.getConnection(),
                ServerFrame.newBuilder()
                    .setError(Error.newBuilder().setReason(Reason.UNAVAILABLE))
                    .build());
          }
        });
    other.script(
        (stream, frame) -> {
          if (frame.hasSignUp()) {
            stream.relay(
                frame.getConnection(),
                ServerFrame.newBuilder().setSignedUp(SignedUp.getDefaultInstance()).build());
          }
        });
    long began = System.nanoTime();
    for (int i = 0; i < 60; i++) {
      try (TestClient newcomer = fixture.connect()) {
        newcomer.write(
            ClientFrame.newBuilder()
                .setSignUp(
                    SignUp.newBuilder()
                        .setSignUpId(ByteString.copyFrom(ByteBuffer.allocate(16).putInt(i).array()))
                        .setHandle("ann" + i))
                .build());
        ServerFrame answer = newcomer.read();
        while (answer.hasQueued()) {
          answer = newcomer.read();
        }
        assertThat(answer.hasSignedUp()).isTrue();
      }
    }
    // Of each event loop: two, and one more after each pause, which doubles.
    double tookMs = (System.nanoTime() - began) / 1e6;
    double pauses = Math.log(1 + tookMs / 100) / Math.log(2);
    assertThat(sentBack.get()).isLessThan(2 * (3 + (int) pauses));
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
  void a_sign_up_goes_to_another_node_when_the_one_that_had_it_is_lost() throws Exception {
    List<TestClient> newcomers = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        newcomers.add(fixture.connect());
        newcomers.getLast().write(signUp(i));
      }
      Set<ByteString> atHome = new HashSet<>();
      Set<ByteString> atOther = new HashSet<>();
      await()
          .until(
              () -> {
                atHome.addAll(signUps(home));
                atOther.addAll(signUps(other));
                return atHome.size() + atOther.size() == 8;
              });
      assertThat(atHome).isNotEmpty();
      assertThat(atOther).isNotEmpty();

      killOther();
      Set<ByteString> again = new HashSet<>();
      await()
          .until(
              () -> {
                again.addAll(signUps(home));
                return again.size() >= atOther.size();
              });
      assertThat(again).isEqualTo(atOther);
      assertThat(fixture.refusals("unavailable")).isZero();
    } finally {
      for (TestClient newcomer : newcomers) {
        newcomer.close();
      }
    }
  }

  private static ClientFrame signUp(int number) {
    byte[] id = ByteBuffer.allocate(16).putInt(number).array();
    return ClientFrame.newBuilder()
        .setSignUp(SignUp.newBuilder().setSignUpId(ByteString.copyFrom(id)).setHandle("ann"))
        .build();
  }

  private static List<ByteString> signUps(ScriptedDelivery node) {
    return node.rest().stream()
        .filter(GatewayFrame::hasSignUp)
        .map(frame -> frame.getSignUp().getSignUpId())
        .toList();
  }

  @Test
  void what_a_client_looks_up_again_goes_to_another_node() throws Exception {
    try (TestClient ann = fixture.connected(fixture.userAt(home, 1))) {
      ClientFrame lookUp =
          ClientFrame.newBuilder()
              .setLookUp(LookUp.newBuilder().setRequest(1).setHandle("bob"))
              .build();
      ann.write(lookUp);
      ann.write(lookUp);
      assertThat(home.next(GatewayFrame.BodyCase.LOOK_UP).frame().getLookUp())
          .isEqualTo(lookUp.getLookUp());
      assertThat(other.next(GatewayFrame.BodyCase.LOOK_UP).frame().getLookUp())
          .isEqualTo(lookUp.getLookUp());
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
