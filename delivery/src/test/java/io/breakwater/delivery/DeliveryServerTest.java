package io.breakwater.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.google.protobuf.ByteString;
import io.breakwater.cli.cassandra.TestCassandra;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.secret.CredentialMint;
import io.breakwater.common.testing.FreePorts;
import io.breakwater.common.testing.Relay;
import io.breakwater.delivery.lane.LaneLimits;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.Sent;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignedUp;
import io.breakwater.storage.IncarnationStore.Registration;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.cassandra.CassandraConfig;
import io.breakwater.storage.cassandra.CassandraStorage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A delivery node on a real Cassandra, spoken to over a real trunk. */
final class DeliveryServerTest {
  private static final byte[] CLUSTER_SECRET = new byte[32];
  private static final CredentialMint MINT = new CredentialMint(CLUSTER_SECRET);
  private static final Cursor START = Cursor.getDefaultInstance();

  @Test
  void a_message_is_accepted_delivered_and_known_again_after_two_losses_of_the_node()
      throws Exception {
    int port = FreePorts.forTrunks();
    SignedUp alice;
    SignedUp bob;
    Send send;
    Sent first;
    DeliveryServer lost = start("losses", port, 1);
    try (TestGateway gateway = new TestGateway(port)) {
      alice = gateway.signUp(1, id(1), "alice");
      bob = gateway.signUp(2, id(2), "bob");
      gateway.attach(1, alice, MINT, START);
      send =
          Send.newBuilder()
              .setClientId(1)
              .setTo(bob.getUser())
              .setFirstTriedMs(System.currentTimeMillis())
              .setPayload(ByteString.copyFromUtf8("hello"))
              .build();
      gateway.send(1, alice, send);
      first = gateway.relayed(1, ServerFrame::hasSent).getSent();
    }
    lost.abandon();

    // At once: the entry is only in the journal.
    DeliveryServer second = start("losses", port, 2);
    try (TestGateway gateway = new TestGateway(port)) {
      assertThat(gateway).isNotNull();
    }
    second.abandon();

    DeliveryServer third = start("losses", port, 3);
    try (TestGateway gateway = new TestGateway(port)) {
      gateway.attach(1, alice, MINT, START);
      gateway.send(1, alice, send.toBuilder().setRetry(true).build());
      assertThat(gateway.relayed(1, ServerFrame::hasSent).getSent()).isEqualTo(first);

      gateway.attach(2, bob, MINT, START);
      ServerFrame delivered = gateway.relayed(2, ServerFrame::hasDeliver);
      assertThat(delivered.getDeliver().getEntriesList()).hasSize(1);
      Entry entry = delivered.getDeliver().getEntries(0);
      assertThat(entry.getMessage().getMessageId()).isEqualTo(first.getMessageId());
      assertThat(entry.getMessage().getPayload()).isEqualTo(send.getPayload());
      gateway.ack(2, bob, Cursor.newBuilder().setEntryId(entry.getEntryId()).build());
      assertThat(gateway.relayed(2, ServerFrame::hasSynced).hasSynced()).isTrue();
    }
    third.close();
  }

  @Test
  void a_start_without_cassandra_waits_live_and_not_ready_and_goes_on_by_itself() throws Exception {
    InetSocketAddress later =
        InetSocketAddress.createUnresolved("127.0.0.1", FreePorts.forTrunks());
    DeliveryServer.Config config =
        config(CassandraConfig.forOneMachine(later, "later"), FreePorts.forTrunks());
    CompletableFuture<DeliveryServer> started = new CompletableFuture<>();
    Thread starter =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    started.complete(start(config, 1));
                  } catch (Exception e) {
                    started.completeExceptionally(e);
                  }
                });
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> get(config, "/readyz"),
            equalTo(
                "503 Cassandra: no answer at 127.0.0.1:%d (expected: a node of the cluster)"
                    .formatted(later.getPort())));
    assertThat(get(config, "/livez")).isEqualTo("200 live");
    assertThat(started).isNotDone();

    try (Relay relay = new Relay(later.getPort(), TestCassandra.shared().contactPoint())) {
      assertThat(relay).isNotNull();
      DeliveryServer server = started.get(60, TimeUnit.SECONDS);
      assertThat(get(config, "/readyz")).isEqualTo("200 ready");
      server.close();
    }
    starter.join();
  }

  private static String get(DeliveryServer.Config config, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + config.admin().getPort() + path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }
  }

  @Test
  void what_was_settled_before_a_stop_is_not_recovered_and_still_known() throws Exception {
    int port = FreePorts.forTrunks();
    DeliveryServer first = start("settled", port, 1);
    SignedUp alice;
    SignedUp bob;
    Send send;
    Sent sent;
    try (TestGateway gateway = new TestGateway(port)) {
      alice = gateway.signUp(1, id(3), "alice");
      bob = gateway.signUp(2, id(4), "bob");
      gateway.attach(1, alice, MINT, START);
      send =
          Send.newBuilder()
              .setClientId(1)
              .setTo(bob.getUser())
              .setFirstTriedMs(System.currentTimeMillis())
              .setPayload(ByteString.copyFromUtf8("kept"))
              .build();
      gateway.send(1, alice, send);
      sent = gateway.relayed(1, ServerFrame::hasSent).getSent();
    }
    first.close();
    assertThatNoIdIsIssuedAgainOnceTheRowHasExpired("settled");

    DeliveryServer second = start("settled", port, 2);
    try (TestGateway gateway = new TestGateway(port)) {
      assertThat(second.scrape()).contains("breakwater_delivery_entries_recovered_total 0.0");
      gateway.attach(1, alice, MINT, START);
      gateway.send(1, alice, send.toBuilder().setRetry(true).build());
      assertThat(gateway.relayed(1, ServerFrame::hasSent).getSent()).isEqualTo(sent);
      gateway.attach(2, bob, MINT, START);
      ServerFrame delivered = gateway.relayed(2, ServerFrame::hasDeliver);
      assertThat(delivered.getDeliver().getEntries(0).getMessage().getMessageId())
          .isEqualTo(sent.getMessageId());
    }
    second.close();
  }

  private static void assertThatNoIdIsIssuedAgainOnceTheRowHasExpired(String keyspace)
      throws Exception {
    DeliveryServer.Config config = config(keyspace, FreePorts.forTrunks());
    try (CassandraStorage storage =
        CassandraStorage.connect(config.cassandra(), config.layout(), new SimpleMeterRegistry())) {
      Registration stopped =
          storage
              .incarnations()
              .read(new IncarnationId(1, 1))
              .toCompletableFuture()
              .get(10, TimeUnit.SECONDS)
              .orElseThrow();
      assertThat(stopped.recovered()).isTrue();
      assertThat(
              storage
                  .views()
                  .read()
                  .toCompletableFuture()
                  .get(10, TimeUnit.SECONDS)
                  .orElseThrow()
                  .idFloor())
          .isGreaterThanOrEqualTo(stopped.idCeiling());
    }
  }

  private static DeliveryServer start(String keyspace, int port, long incarnation)
      throws Exception {
    return start(config(keyspace, port), incarnation);
  }

  private static DeliveryServer start(DeliveryServer.Config config, long incarnation)
      throws Exception {
    DeliveryServer server =
        DeliveryServer.start(config, new IncarnationId(incarnation, incarnation), why -> {});
    server.join();
    return server;
  }

  private static DeliveryServer.Config config(String keyspace, int port) throws Exception {
    return config(
        CassandraConfig.forOneMachine(TestCassandra.shared().contactPoint(), keyspace), port);
  }

  private static DeliveryServer.Config config(CassandraConfig cassandra, int port)
      throws Exception {
    return new DeliveryServer.Config(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        4096,
        Optional.empty(),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.forTrunks()),
        2,
        LaneLimits.standard(),
        cassandra,
        StorageLayout.forOneMachine(),
        MINT,
        Duration.ofSeconds(10));
  }

  private static byte[] id(int number) {
    byte[] id = new byte[16];
    id[0] = (byte) number;
    return id;
  }
}
