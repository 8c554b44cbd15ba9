package io.breakwater.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.client.model.ModelServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Devices and a model server on virtual time. For each seed: frames delayed, connections cut and
 * refused, the server's memory lost with its unpublished messages and unanswered sends, sends
 * refused for a while, devices crashed between any two steps and started again from what was
 * written. {@code -Dbreakwater.seeds=10000} runs more.
 */
final class SimulationTest {
  private static final long FAULTS_UNTIL_MS = 90_000;
  private static final long END_MS = 1_800_000;

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("breakwater.seeds", 150));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void every_message_is_answered_once_and_delivered_once_in_order(long seed) {
    World world = new World(seed, 86_400_000);
    world.run();
    for (SimulatedDevice device : world.devices) {
      assertThat(device.outboxMessages()).as("outbox of a device").isZero();
      assertThat(accepted(world, device)).as("accepted").isEqualTo(expected(device));
      assertThat(world.server.accepted()).containsAllEntriesOf(device.acceptedEvents);
    }
    checkDelivered(world);
    checkOrder(world);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void a_message_given_up_as_unknown_was_delivered_at_most_once(long seed) {
    World world = new World(seed, 3_000);
    world.run();
    for (SimulatedDevice device : world.devices) {
      assertThat(device.outboxMessages()).as("outbox of a device").isZero();
      assertThat(world.server.accepted()).containsAllEntriesOf(device.acceptedEvents);
    }
    checkDelivered(world);
    checkOrder(world);
  }

  private static Set<Origin> accepted(World world, SimulatedDevice device) {
    Set<Origin> accepted = new HashSet<>();
    for (Origin origin : world.server.accepted().keySet()) {
      if (origin.stream().sender().equals(device.credentials.user())
          && origin.stream().senderDevice() == device.credentials.device()) {
        accepted.add(origin);
      }
    }
    return accepted;
  }

  private static Set<Origin> expected(SimulatedDevice device) {
    Set<Origin> expected = new HashSet<>(device.taken);
    device.refused.forEach(expected::remove);
    return expected;
  }

  private static void checkDelivered(World world) {
    for (SimulatedDevice device : world.devices) {
      UserId user = device.credentials.user();
      List<Origin> origins = device.received.stream().map(ReceivedMessage::origin).toList();
      assertThat(origins).as("received by a device").doesNotHaveDuplicates();
      Set<Origin> due = new HashSet<>();
      for (Origin origin : world.server.accepted().keySet()) {
        ConversationId conversation = origin.stream().conversation();
        boolean member = conversation.high() == user.high() || conversation.low() == user.high();
        if (member && origin.stream().senderDevice() != device.credentials.device()) {
          due.add(origin);
        }
      }
      assertThat(new HashSet<>(origins)).as("received by a device").isEqualTo(due);
    }
  }

  private static void checkOrder(World world) {
    for (SimulatedDevice device : world.devices) {
      Map<Origin.Stream, ReceivedMessage> last = new HashMap<>();
      for (ReceivedMessage message : device.received) {
        ReceivedMessage before = last.put(message.origin().stream(), message);
        if (before != null) {
          assertThat(message.origin().clientId()).isGreaterThan(before.origin().clientId());
          assertThat(message.messageId()).isGreaterThan(before.messageId());
        }
      }
      device.seenBefore.forEach(
          (origin, seen) -> {
            MessageId id = world.server.accepted().get(origin);
            if (id != null) {
              assertThat(id).as("id of a message after what its author saw").isGreaterThan(seen);
            }
          });
    }
  }

  /** Three users, one of them with two devices. */
  private static final class World {
    final VirtualTime time = new VirtualTime();
    final SplittableRandom random;
    final ModelServer server;
    final List<SimulatedDevice> devices = new ArrayList<>();

    World(long seed, long retryForMs) {
      random = new SplittableRandom(seed);
      ModelServer.Faults faults =
          new ModelServer.Faults(
              random.nextInt(3) == 0 ? 0.05 : 0,
              random.nextInt(3) == 0 ? 0.05 : 0,
              random.nextLong(1, 60),
              random.nextInt(4, 40));
      server = new ModelServer(random.split(), time::nowMs, time::after, faults, retryForMs);
      double crash = random.nextInt(3) == 0 ? 0 : 0.003;
      Credentials first = server.account("a");
      List<Credentials> all =
          List.of(first, server.device(first.user()), server.account("b"), server.account("c"));
      for (Credentials credentials : all) {
        devices.add(new SimulatedDevice(time, server, random.split(), credentials, crash));
      }
    }

    void run() {
      devices.forEach(SimulatedDevice::start);
      for (int i = 0; i < 150; i++) {
        time.at(random.nextLong(FAULTS_UNTIL_MS), this::sendSomething);
      }
      for (int i = 0; i < 12; i++) {
        SimulatedDevice device = devices.get(random.nextInt(devices.size()));
        time.at(
            random.nextLong(FAULTS_UNTIL_MS),
            random.nextBoolean() ? device::cut : device::crashNow);
      }
      for (int i = random.nextInt(5); i > 0; i--) {
        time.at(random.nextLong(FAULTS_UNTIL_MS), server::crash);
      }
      for (long ms = 0; ms < END_MS; ms += 1_000) {
        time.at(ms, server::tick);
      }
      time.at(FAULTS_UNTIL_MS, () -> devices.forEach(device -> device.faulty = false));
      time.runUntil(END_MS);
    }

    private void sendSomething() {
      SimulatedDevice device = devices.get(random.nextInt(devices.size()));
      SimulatedDevice peer = devices.get(random.nextInt(devices.size()));
      if (device.credentials.user().equals(peer.credentials.user())) {
        return;
      }
      for (int i = random.nextInt(1, 15); i > 0; i--) {
        byte[] payload = {(byte) (random.nextInt(30) == 0 ? ModelServer.REFUSED : 'm'), 1};
        device.send(peer.credentials.user(), ByteString.copyFrom(payload));
      }
    }
  }
}
