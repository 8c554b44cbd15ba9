package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.breakwater.common.secret.Credentials;
import io.breakwater.proto.client.Ack;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Sent;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.Ended;
import io.breakwater.proto.trunk.GatewayFrame;
import io.breakwater.proto.trunk.Member;
import io.breakwater.proto.trunk.View;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Delivery nodes that join, leave and come back, under a gateway that hears of it by its trunks.
 */
final class ViewsTest {
  private static final int LOOPS = 2;

  @TempDir Path directory;
  private GatewayFixture fixture;
  private ScriptedDelivery seed;
  private ScriptedDelivery joining;

  @BeforeEach
  void start() throws Exception {
    fixture = new GatewayFixture(directory, Map.of());
    seed = fixture.delivery;
    joining = new ScriptedDelivery(Optional.empty());
    fixture.nodes.add(joining);
    awaitTrunks(1);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private void awaitTrunks(int nodes) {
    await()
        .untilAsserted(
            () -> {
              assertThat(fixture.meter("trunks.open")).isEqualTo(LOOPS * nodes);
              assertThat(fixture.meter("trunks.wanted")).isEqualTo(LOOPS * nodes);
            });
  }

  private View join() {
    View both = fixture.decided(2, seed, joining);
    joining.knows(both);
    return both;
  }

  @Test
  void opens_trunks_to_a_node_that_joins_and_says_which_view_it_knows() throws Exception {
    try (TestClient ann = fixture.connected(fixture.user(1))) {
      assertThat(seed.next(GatewayFrame.BodyCase.ATTACH).stream().view()).isEqualTo(1);
      seed.learns(join());
      awaitTrunks(2);
      assertThat(fixture.meter("view")).isEqualTo(2);
      assertThat(joining.streams()).hasSize(LOOPS).allMatch(stream -> stream.view() == 2);

      Credentials bob = fixture.userAt(joining, 1);
      ann.write(TestClient.send(bob, 1, "hello"));
      assertThat(joining.next(GatewayFrame.BodyCase.SEND).stream().view()).isEqualTo(2);
    }
  }

  @Test
  void moves_sessions_to_their_new_home_under_their_generations() throws Exception {
    View both = join();
    Credentials mover = fixture.userAt(joining, 1);
    try (TestClient moving = fixture.connected(mover);
        TestClient staying = fixture.connected(fixture.userAt(seed, 1))) {
      seed.rest();
      moving.write(
          ClientFrame.newBuilder()
              .setAck(Ack.newBuilder().setCursor(Cursor.newBuilder().setEntryId(42)))
              .build());
      ScriptedDelivery.Arrival ack = seed.next(GatewayFrame.BodyCase.ACK);
      seed.learns(both);
      ack.stream().ended(ack.frame().getConnection(), 0, Ended.Cause.UNKNOWN);

      assertThat(moving.read().getReattached().getMailboxHead()).isEqualTo(ScriptedDelivery.HEAD);
      GatewayFrame attach = joining.next(GatewayFrame.BodyCase.ATTACH).frame();
      assertThat(attach.getAttach().getGeneration()).isEqualTo(1);
      assertThat(attach.getAttach().getCursor().getEntryId()).isEqualTo(42);
      moving.write(TestClient.ping());
      joining.next(GatewayFrame.BodyCase.PING);
      staying.write(TestClient.ping());
      seed.next(GatewayFrame.BodyCase.PING);
      assertThat(joining.rest()).isEmpty();
      assertThat(seed.rest()).isEmpty();
    }
  }

  @Test
  void hears_of_a_view_before_the_hello() throws Exception {
    seed.kill();
    await().until(() -> fixture.meter("trunks.open") == 0);
    seed.knows(join());
    seed.saysViewFirst();
    seed.restart();
    awaitTrunks(2);
    assertThat(fixture.meter("view")).isEqualTo(2);
  }

  @Test
  void ignores_older_and_malformed_views() throws Exception {
    View both = join();
    seed.learns(
        View.newBuilder()
            .setNumber(9)
            .addMembers(Member.newBuilder().setIncarnation(ByteString.copyFromUtf8("x")))
            .build());
    seed.learns(both);
    awaitTrunks(2);
    seed.learns(ScriptedDelivery.view(1, seed));
    joining.learns(ScriptedDelivery.view(2, joining));
    try (TestClient ann = fixture.connected(fixture.userAt(joining, 1));
        TestClient bob = fixture.connected(fixture.userAt(seed, 1))) {
      ann.write(TestClient.send(fixture.userAt(seed, 2), 1, "hello"));
      seed.next(GatewayFrame.BodyCase.SEND);
      bob.write(TestClient.ping());
      seed.next(GatewayFrame.BodyCase.PING);
    }
    assertThat(fixture.meter("view")).isEqualTo(2);
    assertThat(fixture.meter("trunks.lost")).isZero();
  }

  @Test
  void keeps_a_trunk_to_a_node_that_left_for_a_minute_and_hears_its_answers() throws Exception {
    seed.learns(join());
    awaitTrunks(2);
    Credentials bob = fixture.userAt(joining, 1);
    try (TestClient ann = fixture.connected(fixture.userAt(seed, 1))) {
      ann.write(TestClient.send(bob, 1, "hello"));
      ScriptedDelivery.Arrival send = joining.next(GatewayFrame.BodyCase.SEND);
      seed.learns(fixture.decided(3, seed));
      await().until(() -> fixture.meter("trunks.wanted") == LOOPS);
      ann.write(TestClient.send(bob, 2, "hello"));
      seed.next(GatewayFrame.BodyCase.SEND);
      ServerFrame answer =
          ServerFrame.newBuilder().setSent(Sent.newBuilder().setClientId(1)).build();
      send.stream().relay(send.frame().getConnection(), answer);
      assertThat(ann.read()).isEqualTo(answer);
      assertThat(fixture.meter("trunks.open")).isEqualTo(LOOPS * 2);

      fixture.nowMs.addAndGet(60_000);
      awaitTrunks(1);
      await().until(() -> joining.streams().isEmpty());
      assertThat(fixture.meter("trunks.lost")).isZero();
    }
  }

  @Test
  void learns_from_the_node_that_came_back_as_another_and_attaches_there() throws Exception {
    try (TestClient ann = fixture.connected(fixture.user(1))) {
      seed.next(GatewayFrame.BodyCase.ATTACH);
      seed.kill();
      await().until(() -> fixture.meter("trunks.open") == 0);
      seed.rejoin();
      // Its view is the earlier one, in which it is no member.
      await().until(() -> fixture.meter("trunks.open") == LOOPS);
      assertThat(fixture.admin("/readyz")).startsWith("503 no member of view 1 can be reached");
      ann.write(TestClient.send(fixture.user(2), 1, "hello"));
      assertThat(ann.read().getSendRefused().getReason()).isEqualTo(Reason.UNAVAILABLE);

      seed.learns(fixture.decided(2, seed));
      assertThat(ann.read().hasReattached()).isTrue();
      assertThat(seed.next(GatewayFrame.BodyCase.ATTACH).frame().getAttach().getGeneration())
          .isEqualTo(1);
      await().until(() -> fixture.admin("/readyz").equals("200 ready"));
      awaitTrunks(1);
    }
  }

  @Test
  void asks_the_seed_again_when_all_members_are_gone() throws Exception {
    seed.learns(join());
    awaitTrunks(2);
    seed.learns(fixture.decided(3, joining));
    await().until(() -> fixture.meter("trunks.wanted") == LOOPS);
    joining.kill();
    await().until(() -> fixture.meter("trunks.open") == LOOPS);
    seed.kill();
    await().until(() -> fixture.meter("trunks.open") == 0);

    seed.rejoin();
    seed.knows(fixture.decided(4, seed));
    awaitTrunks(1);
    fixture.connected(fixture.user(1)).close();
  }

  @Test
  void attaches_many_sessions_at_the_new_home_each_once() throws Exception {
    View moved = fixture.decided(2, joining);
    joining.knows(moved);
    List<TestClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        clients.add(fixture.connected(fixture.user(i)));
      }
      seed.learns(moved);
      for (TestClient client : clients) {
        assertThat(client.read().hasReattached()).isTrue();
      }
      assertThat(joining.rest().stream().filter(GatewayFrame::hasAttach)).hasSize(200);
    } finally {
      for (TestClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void waits_for_a_view_and_says_so() throws Exception {
    Path other = Files.createDirectories(directory.resolve("other"));
    GatewayFixture early =
        new GatewayFixture(
            other, Map.of("breakwater.gateway.delivery", "127.0.0.1:" + joining.port()));
    try (TestClient ann = early.connect()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(early.admin("/readyz"))
                      .isEqualTo(
                          "503 no delivery node has said which nodes there are (expected: a view)"));
      ann.write(TestClient.hello(early.user(1)));
      joining.learns(ScriptedDelivery.view(1, joining));
      assertThat(ann.read().hasWelcome()).isTrue();
      await().until(() -> early.admin("/readyz").equals("200 ready"));
    } finally {
      early.close();
    }
  }
}
