package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.trunk.GatewayFrame;
import io.netty.channel.epoll.Epoll;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that has as many arrivals under way as it may. */
final class AcceptingTest {
  @TempDir Path directory;
  private GatewayFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture =
        new GatewayFixture(
            directory,
            Map.of(
                "breakwater.gateway.accept.under-way",
                "2",
                "breakwater.gateway.transport",
                "auto"));
    await().until(() -> fixture.delivery.streams().size() == 2);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private Socket silent() throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port());
    socket.setSoTimeout(300);
    return socket;
  }

  private double ended(String how) {
    return fixture
        .metrics
        .get("breakwater.gateway.arrivals.ended")
        .tag("end", how)
        .functionCounter()
        .count();
  }

  /** Who has said hello to a home that does not answer. */
  private TestClient unanswered(int number) throws Exception {
    TestClient client = fixture.connect();
    client.write(TestClient.hello(fixture.user(number)));
    fixture.delivery.next(GatewayFrame.BodyCase.ATTACH);
    return client;
  }

  @Test
  void accepts_the_next_when_one_is_gone_and_those_who_are_there_notice_nothing() throws Exception {
    TestClient there = fixture.connected(fixture.user(1));
    fixture.delivery.next(GatewayFrame.BodyCase.ATTACH);
    fixture.delivery.script((stream, frame) -> {});
    TestClient first = unanswered(5);
    try (TestClient second = unanswered(6)) {
      assertThat(fixture.meter("arrivals")).isEqualTo(2);
      fixture.delivery.attachesEverybody();
      Socket socket = silent();
      TestClient next = new TestClient(socket);
      socket.setSoTimeout(300);
      next.write(TestClient.hello(fixture.user(2)));
      assertThatThrownBy(next::read).isInstanceOf(SocketTimeoutException.class);
      assertThat(fixture.meter("connections")).isEqualTo(3);
      there.write(TestClient.ping());
      assertThat(fixture.delivery.next(GatewayFrame.BodyCase.PING).frame().hasPing()).isTrue();

      first.close();
      socket.setSoTimeout(10_000);
      assertThat(next.read().hasWelcome()).isTrue();
      assertThat(fixture.meter("accepts.paused")).isPositive();
      next.close();
      second.write(TestClient.ping());
    }
    there.close();
    await().until(() -> fixture.meter("arrivals") == 0);
  }

  @Test
  void does_nothing_for_a_client_that_has_gone_before_its_turn() throws Exception {
    Assumptions.assumeTrue(Epoll.isAvailable(), "NIO cannot tell");
    fixture.delivery.script((stream, frame) -> {});
    TestClient first = unanswered(5);
    try (TestClient second = unanswered(6)) {
      fixture.delivery.attachesEverybody();
      TestClient gone = fixture.connect();
      gone.write(TestClient.hello(fixture.user(3)));
      gone.close();
      TestClient next = fixture.connect();
      next.write(TestClient.hello(fixture.user(4)));

      first.close();
      assertThat(next.read().hasWelcome()).isTrue();
      assertThat(ended("gone")).isEqualTo(1);
      assertThat(fixture.delivery.next(GatewayFrame.BodyCase.ATTACH).frame().getUser())
          .isEqualTo(ByteString.copyFrom(fixture.user(4).user().bytes()));
      next.close();
      second.write(TestClient.ping());
    }
  }

  @Test
  void closes_the_oldest_silent_ones_for_those_who_come_and_says_so() throws Exception {
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      silent.add(silent());
    }
    try (TestClient honest = fixture.connected(fixture.user(7))) {
      honest.write(TestClient.ping());
      assertThat(fixture.delivery.next(GatewayFrame.BodyCase.PING).frame().hasPing()).isTrue();
      Error told = new TestClient(silent.getFirst()).read().getError();
      assertThat(told.getReason()).isEqualTo(Reason.OVERLOADED);
      assertThat(told.getReturnAfterMs()).isPositive();
      assertThat(ended("crowded_out")).isGreaterThanOrEqualTo(18);
      assertThat(ended("served")).isEqualTo(1);
    } finally {
      for (Socket each : silent) {
        each.close();
      }
    }
  }

  @Test
  void who_has_begun_to_speak_is_closed_after_those_who_have_said_nothing() throws Exception {
    TestClient slow = fixture.connect();
    byte[] hello = TestClient.bytes(TestClient.hello(fixture.user(8)));
    slow.writeRaw(Arrays.copyOf(hello, 3));
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      silent.add(silent());
    }
    await().until(() -> ended("crowded_out") >= 19);
    slow.writeRaw(Arrays.copyOfRange(hello, 3, hello.length));
    assertThat(slow.read().hasWelcome()).isTrue();
    slow.close();
    for (Socket each : silent) {
      each.close();
    }
  }

  @Test
  void who_says_nothing_in_time_is_not_served() throws Exception {
    TestClient silent = fixture.connect();
    TestClient begun = fixture.connect();
    begun.writeLength(100);
    await().until(() -> fixture.meter("connections") == 2);
    fixture.nowMs.addAndGet(60_000);
    assertThat(silent.read().getError().getReason()).isEqualTo(Reason.TIMED_OUT);
    assertThat(begun.read().getError().getReason()).isEqualTo(Reason.TIMED_OUT);
    silent.close();
    begun.close();
    await().until(() -> ended("dropped") == 2);
    assertThat(ended("served")).isZero();
  }

  @Test
  void who_waits_for_a_home_that_is_away_keeps_nobody_out() throws Exception {
    fixture.delivery.kill();
    List<TestClient> waiting = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      TestClient client = fixture.connect();
      client.write(TestClient.hello(fixture.user(10 + i)));
      waiting.add(client);
    }
    await().until(() -> ended("waiting") == 5);
    assertThat(fixture.meter("arrivals")).isZero();
    fixture.delivery.rejoin();
    for (TestClient client : waiting) {
      client.close();
    }
  }
}
