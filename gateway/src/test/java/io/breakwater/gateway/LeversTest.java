package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.ByteString;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Pong;
import io.breakwater.proto.client.Queued;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignUp;
import io.breakwater.proto.client.SignedUp;
import io.breakwater.proto.trunk.Credit;
import io.breakwater.proto.trunk.Credits;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.GatewayFrame;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A gateway whose levers are moved while it runs. */
final class LeversTest {
  private static final int RESUME = 2;

  @TempDir Path directory;
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.breakwater.common.lever");
  private final List<ILoggingEvent> logged = new CopyOnWriteArrayList<>();
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private final List<TestClient> clients = new ArrayList<>();
  private GatewayFixture fixture;
  private boolean isGatewayClosed;

  @BeforeEach
  void start() throws Exception {
    appender.list = logged;
    appender.start();
    logger.addAppender(appender);
    fixture =
        new GatewayFixture(
            directory,
            new HashMap<>(
                Map.of(
                    "breakwater.gateway.event-loops", "1",
                    "breakwater.gateway.rate.exempt", "none",
                    "breakwater.gateway.trunk-backoff-max-ms", "200")));
    await().until(() -> fixture.meter("trunks.open") == 1);
  }

  @AfterEach
  void stop() throws Exception {
    for (TestClient client : clients) {
      client.close();
    }
    if (isGatewayClosed) {
      fixture.delivery.close();
    } else {
      fixture.close();
    }
    logger.detachAppender(appender);
  }

  private TestClient comes(int number) throws Exception {
    fixture.wallMs.addAndGet(10);
    TestClient client = fixture.connect();
    clients.add(client);
    client.write(
        ClientFrame.newBuilder()
            .setSignUp(
                SignUp.newBuilder()
                    .setSignUpId(
                        ByteString.copyFrom(ByteBuffer.allocate(16).putInt(number).array()))
                    .setHandle("ann" + number))
            .build());
    return client;
  }

  private Queued waits(int number) throws Exception {
    return comes(number).read().getQueued();
  }

  private void signsEverybodyUp() {
    fixture.delivery.script(
        (stream, frame) -> {
          if (frame.hasSignUp()) {
            stream.relay(
                frame.getConnection(),
                ServerFrame.newBuilder().setSignedUp(SignedUp.getDefaultInstance()).build());
          }
        });
  }

  @Test
  void a_smaller_waiting_room_holds_from_the_next_sign_up_on_and_nobody_loses_a_place()
      throws Exception {
    fixture.delivery.kill();
    await().until(() -> fixture.meter("trunks.open") == 0);
    waits(1);
    waits(2);
    assertThat(fixture.lever("line.places=1")).isEqualTo("200 line.places: 100000 -> 1\n");

    Queued third = waits(3);
    assertThat(third.getReturnAfterMs()).isBetween(5_000, 60_000);
    assertThat(fixture.meter("line.length")).isEqualTo(2);
    assertThat(fixture.meter("levers.moved")).isEqualTo(1);
    assertThat(fixture.admin("/levers?line.places"))
        .containsPattern("line\\.places +1 +100000 +sign-ups +1\\.\\.10000000 +ann from 127");
    assertThat(logged)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("lever line.places: 100000 -> 1, by ann from 127.0.0.1");

    assertThat(fixture.lever("line.places=default")).startsWith("200 ");
    assertThat(waits(4).getPlace()).isEqualTo(3);
  }

  @Test
  void who_waits_is_told_as_often_as_the_lever_says() throws Exception {
    fixture.delivery.kill();
    await().until(() -> fixture.meter("trunks.open") == 0);
    waits(1);
    assertThat(fixture.lever("line.tell-ms=500")).startsWith("200 ");
    fixture.nowMs.addAndGet(500);
    assertThat(clients.getFirst().read().getQueued().getPlace()).isEqualTo(1);
  }

  @Test
  void while_the_line_is_closed_everybody_waits_and_asks_for_nothing() throws Exception {
    signsEverybodyUp();
    assertThat(comes(1).read().hasSignedUp()).isTrue();
    assertThat(fixture.lever("line.open=false")).startsWith("200 ");

    assertThat(waits(2).getPlace()).isEqualTo(1);
    assertThat(waits(3).getPlace()).isEqualTo(2);
    assertThat(fixture.delivery.streams())
        .allSatisfy(stream -> assertThat(stream.demand().getSignUps()).isZero());

    assertThat(fixture.lever("line.open=true")).startsWith("200 ");
    assertThat(clients.get(1).read(ServerFrame.BodyCase.SIGNED_UP).hasSignedUp()).isTrue();
    assertThat(clients.get(2).read(ServerFrame.BodyCase.SIGNED_UP).hasSignedUp()).isTrue();
  }

  @Test
  void a_rate_holds_from_the_next_frame_on() throws Exception {
    try (TestClient _ = fixture.connected(fixture.user(1))) {
      assertThat(fixture.lever("rate.address.hellos=1/h:1"))
          .isEqualTo("200 rate.address.hellos: 100/s:4000 -> 1/h:1\n");
      try (TestClient second = fixture.connected(fixture.user(2));
          TestClient third = fixture.connect()) {
        third.write(TestClient.hello(fixture.user(3)));
        assertThat(third.read().getError().getReason()).isEqualTo(Reason.RATE_LIMITED);

        assertThat(fixture.lever("rate.address.hellos=off")).startsWith("200 ");
        fixture.connected(fixture.user(4)).close();

        assertThat(fixture.lever("rate.device.sends=1/h:1")).startsWith("200 ");
        second.write(TestClient.send(fixture.user(1), 1, "one"));
        fixture.delivery.next(GatewayFrame.BodyCase.SEND);
        second.write(TestClient.send(fixture.user(1), 2, "two"));
        assertThat(second.read().getSendRefused().getReason()).isEqualTo(Reason.RATE_LIMITED);
      }
    }
  }

  @Test
  void return_windows_are_those_of_the_levers() throws Exception {
    assertThat(fixture.lever("return-after-max-ms=500")).startsWith("200 ");
    assertThat(fixture.lever("return-after-min-ms=9000")).startsWith("200 ");
    try (TestClient other = fixture.connected(fixture.user(2));
        TestClient client = fixture.connect()) {
      DeliveryFrame none =
          DeliveryFrame.newBuilder()
              .setCredits(
                  Credits.newBuilder()
                      .addCredits(Credit.newBuilder().setPriority(RESUME).setUpTo(1)))
              .build();
      fixture.delivery.streams().forEach(stream -> stream.put(none));
      other.write(TestClient.ping());
      ScriptedDelivery.Arrival ping = fixture.delivery.next(GatewayFrame.BodyCase.PING);
      ping.stream()
          .relay(
              ping.frame().getConnection(),
              ServerFrame.newBuilder().setPong(Pong.getDefaultInstance()).build());
      other.read(ServerFrame.BodyCase.PONG);
      client.write(TestClient.hello(fixture.user(1)));
      await()
          .until(
              () ->
                  fixture
                          .metrics
                          .get("breakwater.gateway.credits.waiting")
                          .tag("priority", "2")
                          .gauge()
                          .value()
                      == 1);
      fixture.nowMs.addAndGet(1_000);
      Error error = client.read().getError();
      assertThat(error.getReturnAfterMs()).isBetween(9_000, 9_500);
    }
  }

  @Test
  void sessions_attach_again_as_fast_as_the_lever_says() throws Exception {
    for (int i = 1; i <= 4; i++) {
      clients.add(fixture.connected(fixture.user(i)));
    }
    assertThat(fixture.lever("reattach-per-second=4")).startsWith("200 ");
    fixture.delivery.kill();
    await().until(() -> fixture.meter("trunks.open") == 0);
    fixture.delivery.restart();
    fixture.delivery.next(GatewayFrame.BodyCase.ATTACH);
    long first = System.nanoTime();
    for (int i = 2; i <= 4; i++) {
      fixture.delivery.next(GatewayFrame.BodyCase.ATTACH);
    }
    assertThat(System.nanoTime() - first).isGreaterThan(500_000_000L);
  }

  @Test
  void the_drain_window_is_that_of_the_lever() throws Exception {
    for (int i = 0; i < 40; i++) {
      clients.add(fixture.connected(fixture.user(i)));
    }
    assertThat(fixture.lever("drain-window-ms=0")).isEqualTo("200 drain-window-ms: 25000 -> 0\n");
    CompletableFuture<Void> closed = CompletableFuture.runAsync(fixture.gateway::close);
    int longestMs = 0;
    for (TestClient client : clients) {
      longestMs =
          Math.max(
              longestMs, client.read(ServerFrame.BodyCase.GO_AWAY).getGoAway().getReturnAfterMs());
    }
    assertThat(longestMs).as("told at once, and not after so long").isGreaterThan(200);
    closed.join();
    isGatewayClosed = true;
  }

  @Test
  void a_lower_limit_on_arrivals_holds_at_once_and_so_does_a_higher_one() throws Exception {
    assertThat(fixture.lever("accept.under-way=7")).startsWith("400 ");
    assertThat(fixture.lever("accept.under-way=8")).isEqualTo("200 accept.under-way: 8192 -> 8\n");
    connect(20);
    await().until(() -> fixture.meter("accepts.paused") > 0);
    assertThat(fixture.meter("arrivals")).isBetween(1.0, 8.0);
    assertThat(fixture.lever("accept.under-way=default")).startsWith("200 ");
    connect(20);
    await().until(() -> fixture.meter("arrivals") > 16);
  }

  private void connect(int many) throws Exception {
    for (int i = 0; i < many; i++) {
      clients.add(fixture.connect());
    }
  }

  @Test
  void the_ramp_is_as_long_as_the_lever_says() throws Exception {
    assertThat(fixture.lever("accept.ramp-ms=60000")).isEqualTo("200 accept.ramp-ms: 0 -> 60000\n");
    clients.add(fixture.connect());
    await().until(() -> fixture.meter("accepts.rate") < 900);
    assertThat(fixture.lever("accept.ramp-ms=default")).startsWith("200 ");
    clients.add(fixture.connect());
    await().until(() -> fixture.meter("accepts.rate") == 1_000);
  }

  @Test
  void every_lever_stands_in_the_documentation() throws Exception {
    String page =
        Files.readString(
            Path.of(System.getProperty("breakwater.root", ".."), "docs", "configuration.md"));
    assertThat(fixture.admin("/levers").lines().skip(1))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(page).contains('`' + line.split(" ", 2)[0] + '`'));
  }

  @Test
  void a_value_that_is_none_changes_nothing_and_is_told_what_is() throws Exception {
    assertThat(fixture.lever("line.places=many"))
        .isEqualTo("400 line.places: many (expected: 1..10000000 sign-ups, or default)");
    assertThat(fixture.lever("rate.address.sign-ups=10"))
        .startsWith("400 rate.address.sign-ups: 10 (expected: off, or as 10/s:600, ");
    assertThat(fixture.lever("rate.device.payload-bytes=1/s:1"))
        .startsWith("400 ")
        .contains("at least 65536 at once");
    assertThat(fixture.lever("reattach-per-second=0")).startsWith("400 ");
    assertThat(fixture.lever("speed=1")).startsWith("404 lever: speed (expected: one of line.open");
    assertThat(fixture.meter("levers.moved")).isZero();
    assertThat(logged).isEmpty();
  }
}
