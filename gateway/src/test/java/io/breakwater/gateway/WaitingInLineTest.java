package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Queued;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignUp;
import io.breakwater.proto.client.SignedUp;
import io.breakwater.proto.client.WorkDemand;
import io.breakwater.proto.trunk.GatewayFrame;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Newcomers in line, on real sockets, at gateways that share nothing but the secret. */
final class WaitingInLineTest {
  @TempDir Path directory;
  private final List<GatewayFixture> gateways = new ArrayList<>();
  private final List<TestClient> clients = new ArrayList<>();
  private GatewayFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = gateway(Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    for (TestClient client : clients) {
      client.close();
    }
    for (GatewayFixture gateway : gateways) {
      gateway.close();
    }
  }

  /** One whose trunks are open. */
  private GatewayFixture gateway(Map<String, String> overrides) throws Exception {
    Map<String, String> values = new HashMap<>(overrides);
    values.put("breakwater.gateway.trunk-backoff-max-ms", "200");
    GatewayFixture gateway = new GatewayFixture(directory, values);
    gateways.add(gateway);
    await().until(() -> gateway.meter("trunks.open") == gateway.meter("trunks.wanted"));
    await().until(() -> gateway.meter("trunks.open") > 0);
    return gateway;
  }

  private static void losesDelivery(GatewayFixture gateway) throws InterruptedException {
    gateway.delivery.kill();
    await().until(() -> gateway.meter("trunks.open") == 0);
  }

  private static ClientFrame signUp(int number, ByteString ticket) {
    return ClientFrame.newBuilder()
        .setSignUp(
            SignUp.newBuilder()
                .setSignUpId(idOf(number))
                .setHandle("ann" + number)
                .setTicket(ticket))
        .build();
  }

  private static ByteString idOf(int number) {
    return ByteString.copyFrom(ByteBuffer.allocate(16).putInt(number).array());
  }

  private TestClient comes(GatewayFixture to, int number, ByteString ticket) throws Exception {
    to.wallMs.addAndGet(10);
    TestClient client = to.connect();
    clients.add(client);
    client.write(signUp(number, ticket));
    return client;
  }

  private Queued waits(GatewayFixture at, int number) throws Exception {
    return comes(at, number, ByteString.EMPTY).read().getQueued();
  }

  private static int nextAt(ScriptedDelivery node) throws InterruptedException {
    GatewayFrame frame = node.next(GatewayFrame.BodyCase.SIGN_UP).frame();
    return frame.getSignUp().getSignUpId().asReadOnlyByteBuffer().getInt();
  }

  private static void signsEverybodyUp(ScriptedDelivery node) {
    node.script(
        (stream, frame) -> {
          if (frame.hasSignUp()) {
            stream.relay(
                frame.getConnection(),
                ServerFrame.newBuilder()
                    .setSignedUp(SignedUp.newBuilder().setUser(frame.getSignUp().getSignUpId()))
                    .build());
          }
        });
  }

  @Test
  void the_newest_connection_of_a_sign_up_has_its_place_at_whatever_event_loop() throws Exception {
    losesDelivery(fixture);
    TestClient earlier = comes(fixture, 1, ByteString.EMPTY);
    ByteString ticket = earlier.read().getQueued().getTicket();
    for (int i = 0; i < 6; i++) {
      TestClient later = comes(fixture, 1, i % 2 == 0 ? ticket : ByteString.EMPTY);
      assertThat(later.read().hasQueued()).isTrue();
      ServerFrame last = earlier.read();
      while (last.hasQueued()) {
        last = earlier.read();
      }
      assertThat(last.hasDisplaced()).isTrue();
      await().until(() -> fixture.meter("line.length") == 1);
      earlier = later;
    }
    assertThat(fixture.meter("displaced")).isEqualTo(6);
  }

  @Test
  void newcomers_wait_while_no_delivery_node_takes_them_and_are_told_their_places()
      throws Exception {
    losesDelivery(fixture);
    for (int i = 1; i <= 6; i++) {
      Queued queued = waits(fixture, i);
      assertThat(queued.getPlace()).isEqualTo(i);
      assertThat(queued.getReturnAfterMs()).isZero();
    }
    assertThat(fixture.meter("line.length")).isEqualTo(6);
    assertThat(fixture.meter("line.estimate")).isPositive();

    // Everybody again once it is time.
    fixture.nowMs.addAndGet(3_000);
    for (int i = 1; i <= 6; i++) {
      assertThat(clients.get(i - 1).read().getQueued().getPlace()).isEqualTo(i);
    }
    // Who is before the others leaves.
    clients.getFirst().close();
    await().until(() -> fixture.meter("line.length") == 5);
    fixture.nowMs.addAndGet(3_000);
    assertThat(clients.getLast().read().getQueued().getPlace()).isEqualTo(5);

    signsEverybodyUp(fixture.delivery);
    fixture.delivery.restart();
    for (int i = 2; i <= 6; i++) {
      SignedUp done = clients.get(i - 1).read(ServerFrame.BodyCase.SIGNED_UP).getSignedUp();
      assertThat(done.getUser()).isEqualTo(idOf(i));
    }
    assertThat(fixture.meter("line.length")).isZero();
    assertThat(fixture.refusals("unavailable")).isZero();
    assertThat(fixture.metrics.get("breakwater.gateway.line.waited").timer().count()).isEqualTo(5);
  }

  @Test
  void those_who_came_first_go_on_first_whatever_connections_they_have_had() throws Exception {
    GatewayFixture single = gateway(Map.of("breakwater.gateway.event-loops", "1"));
    losesDelivery(single);
    Queued first = waits(single, 1);
    waits(single, 2);
    waits(single, 3);
    clients.getFirst().close();
    await().until(() -> single.meter("line.length") == 2);
    assertThat(comes(single, 1, first.getTicket()).read().getQueued().getPlace()).isEqualTo(1);
    single.delivery.restart();
    assertThat(nextAt(single.delivery)).isEqualTo(1);
    assertThat(nextAt(single.delivery)).isEqualTo(2);
    assertThat(nextAt(single.delivery)).isEqualTo(3);
  }

  @Test
  void a_ticket_is_good_at_every_gateway_and_a_forged_one_at_none() throws Exception {
    GatewayFixture other = gateway(Map.of());
    losesDelivery(fixture);
    losesDelivery(other);
    Queued ann = waits(fixture, 1);
    clients.getFirst().close();
    other.wallMs.set(fixture.wallMs.get() + 1_000);
    waits(other, 2);
    waits(other, 3);
    assertThat(comes(other, 1, ann.getTicket()).read().getQueued().getPlace()).isEqualTo(1);
    byte[] forged = ann.getTicket().toByteArray();
    forged[4] ^= 1;
    assertThat(comes(other, 4, ByteString.copyFrom(forged)).read().getQueued().getPlace())
        .isEqualTo(4);
    assertThat(other.counted("line.tickets.refused", "fault", "forged")).isEqualTo(1);
  }

  @Test
  void a_full_room_says_when_to_come_back_and_closes() throws Exception {
    GatewayFixture small = gateway(Map.of("breakwater.gateway.line.places", "2"));
    losesDelivery(small);
    waits(small, 1);
    waits(small, 2);
    TestClient third = comes(small, 3, ByteString.EMPTY);
    Queued queued = third.read().getQueued();
    assertThat(queued.getReturnAfterMs()).isBetween(5_000, 60_000);
    assertThat(queued.getTicket().size()).isBetween(1, 128);
    assertThat(third.isEnded()).isTrue();
    assertThat(small.meter("line.full")).isEqualTo(1);
    assertThat(small.meter("line.length")).isEqualTo(2);
  }

  @Test
  void hears_nothing_of_a_node_that_has_no_time_for_it() throws Exception {
    CompletableFuture<Void> again = new CompletableFuture<>();
    fixture.delivery.script(
        (stream, frame) -> {
          if (again.isDone()) {
            stream.relay(
                frame.getConnection(),
                ServerFrame.newBuilder().setSignedUp(SignedUp.getDefaultInstance()).build());
          } else {
            again.complete(null);
            stream.relay(
                frame.getConnection(),
                ServerFrame.newBuilder()
                    .setError(Error.newBuilder().setReason(Reason.OVERLOADED))
                    .build());
          }
        });
    TestClient client = comes(fixture, 1, ByteString.EMPTY);
    assertThat(client.read().getQueued().getPlace()).isEqualTo(1);
    assertThat(client.read().hasSignedUp()).isTrue();
    assertThat(fixture.meter("line.sent.back")).isEqualTo(1);
  }

  @Test
  void who_waits_when_the_gateway_stops_has_a_fresh_ticket_for_another() throws Exception {
    GatewayFixture other = gateway(Map.of());
    losesDelivery(fixture);
    losesDelivery(other);
    TestClient client = comes(fixture, 1, ByteString.EMPTY);
    assertThat(client.read().hasQueued()).isTrue();
    fixture.wallMs.addAndGet(100_000);
    gateways.remove(fixture);
    CompletableFuture<Void> closed = CompletableFuture.runAsync(fixture.gateway::close);
    ByteString ticket = client.read().getQueued().getTicket();
    assertThat(client.read().hasGoAway()).isTrue();
    assertThat(client.isEnded()).isTrue();
    closed.join();

    other.wallMs.set(fixture.wallMs.get() + 60_000);
    waits(other, 2);
    assertThat(comes(other, 1, ticket).read().getQueued().getPlace()).isEqualTo(1);
  }

  @Test
  void who_works_is_in_line_and_who_does_not_is_told_to_come_back() throws Exception {
    fixture.lever("line.places=4");
    losesDelivery(fixture);
    waits(fixture, 1);
    assertThat(waits(fixture, 2).hasWork()).as("it is off").isFalse();
    assertThat(fixture.lever("line.work-bits=12")).isEqualTo("200 line.work-bits: 0 -> 12\n");
    assertThat(fixture.meter("line.work.bits")).isEqualTo(10);

    TestClient worker = comes(fixture, 3, ByteString.EMPTY);
    Queued asked = worker.read().getQueued();
    assertThat(asked.getWork().getBits()).isEqualTo(10);
    ClientFrame work = worked(3, asked.getWork());
    worker.write(work);
    Queued inLine = worker.read().getQueued();
    assertThat(inLine.hasWork()).isFalse();
    assertThat(inLine.getPlace()).isEqualTo(3);
    assertThat(fixture.meter("line.length")).isEqualTo(3);

    // The same work for another sign-up.
    TestClient thief = comes(fixture, 4, ByteString.EMPTY);
    assertThat(thief.read().getQueued().hasWork()).isTrue();
    ClientFrame.Builder stolen = work.toBuilder();
    stolen.getSignUpBuilder().setSignUpId(idOf(4));
    thief.write(stolen.build());
    Queued last = thief.read().getQueued();
    assertThat(last.getReturnAfterMs()).isPositive();
    assertThat(last.getTicket().isEmpty()).isTrue();
    assertThat(thief.isEnded()).isTrue();
    assertThat(fixture.meter("line.length")).isEqualTo(3);
    assertThat(fixture.counted("line.work.refused", "fault", "forged")).isEqualTo(1);
    assertThat(fixture.meter("line.work.demanded")).isEqualTo(2);
    assertThat(fixture.meter("line.work.done")).isEqualTo(1);

    assertThat(fixture.lever("line.work-bits=default")).startsWith("200 ");
    assertThat(waits(fixture, 5).getTicket().isEmpty()).isFalse();
  }

  private static ClientFrame worked(int number, WorkDemand demand) throws Exception {
    byte[] challenge = demand.getChallenge().toByteArray();
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    long nonce = -1;
    long head = -1;
    while (head >>> (64 - demand.getBits()) != 0) {
      nonce++;
      sha.update(challenge);
      head = ByteBuffer.wrap(sha.digest(longBytes(nonce))).getLong();
    }
    ClientFrame.Builder frame = signUp(number, ByteString.EMPTY).toBuilder();
    frame.getSignUpBuilder().getWorkBuilder().setChallenge(demand.getChallenge()).setNonce(nonce);
    return frame.build();
  }

  private static byte[] longBytes(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }
}
