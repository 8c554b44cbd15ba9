package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.breakwater.gateway.line.Line;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.SignUp;
import io.breakwater.proto.trunk.Credit;
import io.breakwater.proto.trunk.Credits;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.GatewayFrame;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two delivery nodes that grant nothing, and people in line; the gateway's clock stands still. */
final class PartsOfALineTest {
  private static final int SIGN_UP = 6;

  @TempDir Path directory;
  private GatewayFixture fixture;
  private final List<TestClient> clients = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    fixture = new GatewayFixture(directory, 2, Map.of("breakwater.gateway.event-loops", "1"));
    await().until(() -> fixture.meter("trunks.open") == 2);
    Credit none = Credit.newBuilder().setPriority(SIGN_UP).setUpTo(0).build();
    DeliveryFrame grant =
        DeliveryFrame.newBuilder().setCredits(Credits.newBuilder().addCredits(none)).build();
    for (ScriptedDelivery node : fixture.nodes) {
      node.streams().forEach(stream -> stream.put(grant));
      // A ping goes the same way as the grant before it, and back.
      TestClient user = fixture.connected(fixture.userAt(node, clients.size()));
      clients.add(user);
      user.write(TestClient.ping());
      node.next(GatewayFrame.BodyCase.PING);
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (TestClient client : clients) {
      client.close();
    }
    fixture.close();
  }

  private void comes(int number) throws Exception {
    TestClient client = fixture.connect();
    clients.add(client);
    byte[] id = ByteBuffer.allocate(16).putInt(number + 1).array();
    client.write(
        ClientFrame.newBuilder()
            .setSignUp(
                SignUp.newBuilder()
                    .setSignUpId(ByteString.copyFrom(id))
                    .setHandle("newcomer" + number))
            .build());
    assertThat(client.read().hasQueued()).isTrue();
  }

  private List<Integer> told() {
    return fixture.nodes.stream()
        .map(node -> node.streams().stream().mapToInt(each -> each.demand().getSignUps()).sum())
        .toList();
  }

  @Test
  void nodes_are_told_of_parts_that_together_are_the_line() throws Exception {
    for (int i = 0; i < 5; i++) {
      comes(i);
    }
    fixture.nowMs.addAndGet(Line.PART_MS);
    await().until(() -> told().stream().mapToInt(Integer::intValue).sum() == 5);
    assertThat(told()).containsExactlyInAnyOrder(2, 3);
  }

  @Test
  void who_waits_is_offered_to_another_node_in_a_moment() throws Exception {
    comes(0);
    await().until(() -> told().contains(1));
    List<Integer> first = told();
    assertThat(first).containsExactlyInAnyOrder(0, 1);
    fixture.nowMs.addAndGet(Line.PART_MS);
    await().until(() -> told().equals(first.reversed()));
  }
}
