package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.breakwater.common.secret.Credentials;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.trunk.GatewayFrame;
import io.netty.channel.epoll.Epoll;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that has as many arrivals as it may that have not said what they want. */
final class AcceptingTest {
  private static final int ATTEMPTS = 10;

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

  @Test
  void a_home_that_does_not_answer_keeps_nobody_out_who_lives_elsewhere() throws Exception {
    fixture.delivery.script((stream, frame) -> {});
    List<TestClient> waiting = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      TestClient client = fixture.connect();
      client.write(TestClient.hello(fixture.user(5 + i)));
      fixture.delivery.next(GatewayFrame.BodyCase.ATTACH);
      waiting.add(client);
    }
    assertThat(fixture.meter("arrivals")).isEqualTo(8);
    assertThat(fixture.meter("arrivals.unheard")).isZero();
    fixture.delivery.attachesEverybody();
    try (TestClient next = fixture.connect()) {
      next.write(TestClient.hello(fixture.user(2)));
      assertThat(next.read().hasWelcome()).isTrue();
    }
    for (TestClient each : waiting) {
      each.close();
    }
    await().until(() -> fixture.meter("arrivals") == 0);
  }

  /** Nothing comes, and not the end either. */
  private static void assertIsOpen(Socket socket) {
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
  }

  /** Both are under way, unless this took so long that one has made room. */
  private void fill(double crowdedOutBefore) {
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                fixture.meter("arrivals.unheard") == 2 || ended("crowded_out") > crowdedOutBefore);
  }

  /** After 250 ms the gate makes room by itself: whether the test was in time is seen after it. */
  @Test
  void accepts_the_next_when_one_is_gone_and_those_who_are_there_notice_nothing() throws Exception {
    TestClient there = fixture.connected(fixture.user(1));
    boolean isInTime = false;
    for (int i = 0; i < ATTEMPTS && !isInTime; i++) {
      double before = ended("crowded_out");
      Socket first = silent();
      try (Socket second = silent()) {
        fill(before);
        TestClient next = fixture.connect();
        next.write(TestClient.hello(fixture.user(20 + i)));
        there.write(TestClient.ping());
        assertThat(fixture.delivery.next(GatewayFrame.BodyCase.PING).frame().hasPing()).isTrue();
        first.close();
        assertThat(next.read().hasWelcome()).isTrue();
        isInTime = ended("crowded_out") == before;
        if (isInTime) {
          assertIsOpen(second);
        }
        next.close();
      }
      await().until(() -> fixture.meter("arrivals") == 0);
    }
    assertThat(isInTime).isTrue();
    there.close();
  }

  @Test
  void does_nothing_for_a_client_that_has_gone_before_its_turn() throws Exception {
    Assumptions.assumeTrue(Epoll.isAvailable(), "NIO cannot tell");
    boolean isInTime = false;
    for (int i = 0; i < ATTEMPTS && !isInTime; i++) {
      double before = ended("crowded_out");
      double goneBefore = ended("gone");
      Credentials goneUser = fixture.user(20 + i);
      Credentials nextUser = fixture.user(40 + i);
      Socket first = silent();
      try (Socket second = silent()) {
        fill(before);
        TestClient gone = fixture.connect();
        gone.write(TestClient.hello(goneUser));
        gone.close();
        TestClient next = fixture.connect();
        next.write(TestClient.hello(nextUser));
        isInTime = ended("crowded_out") == before;
        first.close();
        assertThat(next.read().hasWelcome()).isTrue();
        List<ByteString> attached = attachedUntil(nextUser);
        if (isInTime) {
          assertThat(ended("gone")).isEqualTo(goneBefore + 1);
          assertThat(attached).doesNotContain(idOf(goneUser));
        }
        if (ended("crowded_out") == before) {
          assertIsOpen(second);
        }
        next.close();
      }
      await().until(() -> fixture.meter("arrivals") == 0);
    }
    assertThat(isInTime).isTrue();
  }

  private List<ByteString> attachedUntil(Credentials last) throws Exception {
    List<ByteString> users = new ArrayList<>();
    do {
      users.add(fixture.delivery.next(GatewayFrame.BodyCase.ATTACH).frame().getUser());
    } while (!users.getLast().equals(idOf(last)));
    return users;
  }

  private static ByteString idOf(Credentials who) {
    return ByteString.copyFrom(who.user().bytes());
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
