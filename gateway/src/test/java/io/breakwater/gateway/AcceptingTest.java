package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.breakwater.proto.trunk.GatewayFrame;
import io.netty.channel.epoll.Epoll;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
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

  private void full(Socket first, Socket second) {
    assertThat(first.isConnected() && second.isConnected()).isTrue();
    await().until(() -> fixture.meter("arrivals") == 2);
  }

  @Test
  void accepts_the_next_when_one_is_gone_and_those_who_are_there_notice_nothing() throws Exception {
    TestClient there = fixture.connected(fixture.user(1));
    Socket first = silent();
    try (Socket second = silent()) {
      full(first, second);
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
    }
    there.close();
    await().until(() -> fixture.meter("arrivals") == 0);
  }

  @Test
  void does_nothing_for_a_client_that_has_gone_before_its_turn() throws Exception {
    Assumptions.assumeTrue(Epoll.isAvailable(), "NIO cannot tell");
    Socket first = silent();
    try (Socket second = silent()) {
      full(first, second);
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
    }
  }
}
