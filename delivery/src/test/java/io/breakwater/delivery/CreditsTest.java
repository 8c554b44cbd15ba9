package io.breakwater.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.breakwater.cli.cassandra.TestCassandra;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.secret.CredentialMint;
import io.breakwater.common.testing.FreePorts;
import io.breakwater.delivery.lane.LaneLimits;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignUp;
import io.breakwater.proto.client.SignedUp;
import io.breakwater.proto.trunk.Demand;
import io.breakwater.proto.trunk.GatewayFrame;
import io.breakwater.proto.trunk.SendFrom;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.cassandra.CassandraConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a delivery node grants to gateways, over real trunks, on a real Cassandra. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CreditsTest {
  private static final int SEND = 1;
  private static final int SIGN_UP = 6;
  private static final CredentialMint MINT = new CredentialMint(new byte[32]);

  private final int port = FreePorts.forTrunks();
  private final int adminPort = FreePorts.forTrunks();
  private DeliveryServer server;
  private int accounts;

  @BeforeAll
  void start() throws Exception {
    server =
        DeliveryServer.start(
            new DeliveryServer.Config(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                8,
                Optional.empty(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), adminPort),
                2,
                LaneLimits.standard(),
                CassandraConfig.forOneMachine(TestCassandra.shared().contactPoint(), "credits"),
                StorageLayout.forOneMachine(),
                MINT,
                Duration.ofSeconds(10)),
            new IncarnationId(port, port),
            why -> {});
    server.join();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private SignedUp signUp(TestGateway gateway, long connection) {
    accounts++;
    gateway.put(
        GatewayFrame.newBuilder()
            .setConnection(connection)
            .setPriority(SIGN_UP)
            .setSignUp(
                SignUp.newBuilder()
                    .setSignUpId(
                        ByteString.copyFrom(
                            ByteBuffer.allocate(16).putInt(port).putInt(accounts).array()))
                    .setHandle("c" + port + '_' + accounts))
            .build());
    return gateway.relayed(connection, ServerFrame::hasSignedUp).getSignedUp();
  }

  @Test
  void a_trunk_is_granted_credits_before_the_hello_and_then_at_least_each_half_second() {
    try (TestGateway gateway = new TestGateway(port)) {
      assertThat(gateway.wasGrantedBeforeHello()).isTrue();
      long before = gateway.timesGranted();
      await().atMost(Duration.ofSeconds(10)).until(() -> gateway.timesGranted() >= before + 6);
      for (int priority = SEND; priority < 8; priority++) {
        assertThat(gateway.mayHaveSent(priority)).as("class %s", priority).isPositive();
      }
      assertThat(gateway.mayHaveSent(0)).isNegative();
    }
  }

  @Test
  void credits_for_sign_ups_go_on_as_long_as_they_are_spent() {
    try (TestGateway gateway = new TestGateway(port)) {
      for (int i = 0; i < 10; i++) {
        int spent = i;
        await().until(() -> gateway.mayHaveSent(SIGN_UP) > spent);
        signUp(gateway, i + 1);
      }
      gateway.say(
          Demand.newBuilder()
              .setSignUps(100)
              .setFirstArrivedMs(System.currentTimeMillis())
              .build());
      await().until(() -> gateway.mayHaveSent(SIGN_UP) >= 10 + 8);
    }
  }

  @Test
  void what_a_gateway_that_dies_had_goes_to_others() {
    Demand line =
        Demand.newBuilder().setSignUps(1_000).setFirstArrivedMs(System.currentTimeMillis()).build();
    try (TestGateway survivor = new TestGateway(port)) {
      try (TestGateway dead = new TestGateway(port)) {
        dead.say(line);
        await().until(() -> dead.mayHaveSent(SIGN_UP) >= 8);
        await().until(() -> metric("credits_trunks") == 2);
      }
      await().until(() -> metric("credits_trunks") == 1);
      await()
          .until(
              () -> {
                survivor.say(line);
                return survivor.mayHaveSent(SIGN_UP) >= 12;
              });
    }
  }

  @Test
  void messages_are_measured_until_they_are_published() {
    double signUps = Math.max(0, metric("credits_spent_total{priority=\"6\"}"));
    try (TestGateway gateway = new TestGateway(port)) {
      SignedUp alice = signUp(gateway, 1);
      SignedUp bob = signUp(gateway, 2);
      gateway.attach(1, alice, MINT, Cursor.getDefaultInstance());
      for (int i = 1; i <= 100; i++) {
        gateway.put(
            GatewayFrame.newBuilder()
                .setConnection(1)
                .setPriority(SEND)
                .setUser(bob.getUser())
                .setSend(
                    SendFrom.newBuilder()
                        .setSender(alice.getUser())
                        .setDevice(alice.getDevice())
                        .setSend(
                            Send.newBuilder()
                                .setClientId(i)
                                .setPrev(i - 1)
                                .setTo(bob.getUser())
                                .setFirstTriedMs(System.currentTimeMillis())
                                .setPayload(ByteString.copyFromUtf8("hello"))))
                .build());
        gateway.relayed(1, ServerFrame::hasSent);
      }
      await().until(() -> metric("delay_ms{priority=\"1\"}") > 0);
      await().until(() -> metric("credits_used{priority=\"1\"}") == 0);
      assertThat(metric("credits_spent_total{priority=\"1\"}")).isEqualTo(100);
      assertThat(metric("credits_spent_total{priority=\"6\"}")).isEqualTo(signUps + 2);
      assertThat(gateway.mayHaveSent(SEND)).isGreaterThan(100);
    }
  }

  @Test
  void gateways_are_told_the_step_of_the_brown_out_ladder_at_once() throws Exception {
    try (TestGateway gateway = new TestGateway(port)) {
      assertThat(gateway.brownOut()).isZero();
      double ups = metric("brown_out_moves_total{direction=\"up\"}");
      assertThat(lever("brown-out=history-paced"))
          .startsWith("200 brown-out: auto -> history-paced");
      await().until(() -> gateway.brownOut() == 4);
      try (TestGateway later = new TestGateway(port)) {
        await().until(() -> later.brownOut() == 4);
      }
      await().until(() -> metric("brown_out") == 4);
      assertThat(metric("brown_out_moves_total{direction=\"up\"}")).isEqualTo(ups + 1);
      assertThat(lever("brown-out=dim")).startsWith("400 brown-out: dim (expected: auto, none, ");
      assertThat(lever("brown-out=none")).startsWith("200 ");
      await().until(() -> gateway.brownOut() == 0);
      assertThat(lever("brown-out=auto")).startsWith("200 ");
    }
  }

  @Test
  void what_credits_aim_at_is_a_lever() throws Exception {
    double before = metric("delay_target_ms");
    double calm = metric("delay_calm_ms");
    assertThat(before).isLessThan(3 * calm);
    assertThat(lever("target.sends=3")).startsWith("200 target.sends: 1.2 -> 3.0");
    await().until(() -> metric("delay_target_ms") >= 2.9 * metric("delay_calm_ms"));
    assertThat(metric("levers_moved")).isEqualTo(1);
    assertThat(lever("target.sends=0.5"))
        .isEqualTo("400 target.sends: 0.5 (expected: 1.05..10.0 times calm, or default)");
    assertThat(lever("sign-up.writes-most=8")).startsWith("200 ");
    await().until(() -> metric("signups_writes_limit") <= 8);
    assertThat(lever("all=default")).startsWith("200 ");
    await().until(() -> metric("delay_target_ms") < 2 * metric("delay_calm_ms"));
  }

  @Test
  void a_node_says_how_many_there_should_be_and_why() throws Exception {
    await().until(() -> metric("lanes_busy") > 0);
    assertThat(metric("lanes_busy")).isLessThanOrEqualTo(1);
    assertThat(metric("recommended")).isBetween(1.0, 2.0);
    assertThat(ask(page("/scale")))
        .startsWith("200 breakwater.delivery.recommended ")
        .contains("breakwater.delivery.members 1\n")
        .contains("breakwater.delivery.delay.ms{priority=1} ")
        .contains("breakwater.delivery.credits.starved{priority=6} ");
  }

  private HttpRequest.Builder page(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path));
  }

  private String lever(String move) throws Exception {
    return ask(
        page("/levers?" + move)
            .header("Breakwater-By", "ann")
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  private static String ask(HttpRequest.Builder request) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }
  }

  private double metric(String name) {
    return server
        .scrape()
        .lines()
        .filter(line -> line.startsWith("breakwater_delivery_" + name + ' '))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .findFirst()
        .orElse(-1);
  }

  @Test
  void gateways_are_told_how_many_there_are_and_what_they_have() {
    try (TestGateway one = new TestGateway(port)) {
      try (TestGateway two = new TestGateway(port)) {
        one.has(100);
        two.has(20);
        assertThat(one.tierOf(2).getSessions()).isEqualTo(120);
        assertThat(two.tierOf(2).getSpread().getFewest()).isEqualTo(20);
        one.has(90);
      }
      assertThat(one.tierOf(1).getSessions()).isEqualTo(90);
    }
  }
}
