package io.breakwater.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.breakwater.cli.cassandra.TestCassandra;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.common.id.ShardMap;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.CredentialMint;
import io.breakwater.common.testing.FreePorts;
import io.breakwater.delivery.lane.LaneLimits;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.Sent;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignedUp;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.cassandra.CassandraConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Two delivery nodes on a real Cassandra, with real relays and the real failure detector. */
final class ClusterTest {
  private static final CredentialMint MINT = new CredentialMint(new byte[32]);
  private static final Cursor START = Cursor.getDefaultInstance();
  private static final IncarnationId FIRST = new IncarnationId(1, 1);
  private static final IncarnationId SECOND = new IncarnationId(2, 2);
  private static final ShardMap BOTH = new ShardMap(List.of(FIRST, SECOND));

  private final int port = FreePorts.forTrunks();

  /** Somebody who signed up, and whose home is this node once there are two. */
  private static SignedUp signUp(TestGateway gateway, IncarnationId home, int from) {
    for (int number = from; number < from + 40; number++) {
      byte[] id = new byte[16];
      id[0] = (byte) number;
      SignedUp account = gateway.signUp(1_000 + number, id, "user" + number);
      if (BOTH.ownerOf(Shard.of(UserId.of(account.getUser().toByteArray()))).equals(home)) {
        return account;
      }
    }
    throw new AssertionError("40 users with one home");
  }

  private static Send send(SignedUp to, String text) {
    return Send.newBuilder()
        .setClientId(1)
        .setTo(to.getUser())
        .setFirstTriedMs(System.currentTimeMillis())
        .setPayload(ByteString.copyFromUtf8(text))
        .build();
  }

  private static Entry delivered(TestGateway gateway, long connection) {
    return gateway.relayed(connection, ServerFrame::hasDeliver).getDeliver().getEntries(0);
  }

  @Test
  void a_message_at_the_wrong_node_is_passed_on_and_delivered_by_its_home() throws Exception {
    try (DeliveryServer first = start("passed", 1);
        DeliveryServer second = start("passed", 2);
        TestGateway toFirst = new TestGateway(address(1), port);
        TestGateway toSecond = new TestGateway(address(2), port)) {
      awaitMembers(2, first, second);
      assertThat(shards(first, "home") + shards(second, "home")).isEqualTo(Shard.COUNT);
      SignedUp alice = signUp(toFirst, FIRST, 1);
      SignedUp bob = signUp(toSecond, SECOND, 50);
      toFirst.attach(1, alice, MINT, START);
      toSecond.attach(2, bob, MINT, START);

      toFirst.send(1, alice, send(bob, "hello"));

      Sent sent = toFirst.relayed(1, ServerFrame::hasSent).getSent();
      Entry entry = delivered(toSecond, 2);
      assertThat(entry.getMessage().getMessageId()).isEqualTo(sent.getMessageId());
      assertThat(value(first, "breakwater_delivery_forwards_total")).isEqualTo(1);
      toSecond.ack(2, bob, Cursor.newBuilder().setEntryId(entry.getEntryId()).build());
      // The copy for the sender's other devices is answered by its home, over the relay.
      await().until(() -> value(second, "breakwater_delivery_tail_entries") == 0);
    }
  }

  @Test
  void what_a_killed_node_has_accepted_is_delivered_by_the_other() throws Exception {
    DeliveryServer first = start("killed", 1);
    DeliveryServer second = start("killed", 2);
    try (TestGateway toFirst = new TestGateway(address(1), port);
        TestGateway toSecond = new TestGateway(address(2), port)) {
      awaitMembers(2, first, second);
      SignedUp alice = signUp(toFirst, FIRST, 1);
      SignedUp bob = signUp(toSecond, SECOND, 50);
      toSecond.send(1, alice, send(bob, "durable"));
      Sent sent = toSecond.relayed(1, ServerFrame::hasSent).getSent();

      second.abandon();
      awaitMembers(1, first);

      toFirst.attach(2, bob, MINT, START);
      assertThat(delivered(toFirst, 2).getMessage().getMessageId()).isEqualTo(sent.getMessageId());
      assertThat(value(first, "breakwater_delivery_recoveries_total")).isEqualTo(1);
      toFirst.send(1, alice, send(bob, "durable").toBuilder().setRetry(true).build());
      assertThat(toFirst.relayed(1, ServerFrame::hasSent).getSent()).isEqualTo(sent);
    } finally {
      first.close();
    }
  }

  @Test
  void a_node_that_stops_hands_everything_over_and_leaves_nothing_to_recover() throws Exception {
    DeliveryServer first = start("stops", 1);
    DeliveryServer second = start("stops", 2);
    try (TestGateway toFirst = new TestGateway(address(1), port);
        TestGateway toSecond = new TestGateway(address(2), port)) {
      awaitMembers(2, first, second);
      SignedUp alice = signUp(toFirst, FIRST, 1);
      SignedUp bob = signUp(toSecond, SECOND, 50);
      toSecond.send(1, alice, send(bob, "handed over"));
      Sent sent = toSecond.relayed(1, ServerFrame::hasSent).getSent();

      second.close();

      awaitMembers(1, first);
      toFirst.attach(2, bob, MINT, START);
      assertThat(delivered(toFirst, 2).getMessage().getMessageId()).isEqualTo(sent.getMessageId());
      assertThat(value(first, "breakwater_delivery_recoveries_total")).isZero();
    } finally {
      first.close();
    }
  }

  private static void awaitMembers(int count, DeliveryServer... nodes) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                Stream.of(nodes).mapToLong(node -> shards(node, "home")).sum() == Shard.COUNT
                    && Stream.of(nodes)
                        .allMatch(node -> shards(node, "home") <= Shard.COUNT * 3L / 2 / count));
  }

  private static long shards(DeliveryServer node, String standing) {
    return value(node, "breakwater_delivery_shards{standing=\"" + standing + "\"}");
  }

  private static long value(DeliveryServer node, String meter) {
    Matcher line =
        Pattern.compile("(?m)^" + Pattern.quote(meter) + " (\\S+)$").matcher(node.scrape());
    assertThat(line.find()).as(meter).isTrue();
    return (long) Double.parseDouble(line.group(1));
  }

  private static String address(int node) {
    return "127.0.0." + node;
  }

  private DeliveryServer start(String keyspace, int node) throws Exception {
    InetSocketAddress listen = new InetSocketAddress(InetAddress.getByName(address(node)), port);
    DeliveryServer server =
        DeliveryServer.start(
            new DeliveryServer.Config(
                listen,
                listen,
                4096,
                Optional.empty(),
                new InetSocketAddress(listen.getAddress(), FreePorts.forTrunks()),
                2,
                LaneLimits.standard(),
                CassandraConfig.forOneMachine(TestCassandra.shared().contactPoint(), keyspace),
                StorageLayout.forOneMachine(),
                MINT,
                Duration.ofSeconds(10)),
            new IncarnationId(node, node),
            why -> {});
    server.join();
    return server;
  }
}
