package io.breakwater.delivery.simulation;

import com.google.protobuf.ByteString;
import io.breakwater.client.core.Position;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.CredentialMint;
import io.breakwater.common.secret.Credentials;
import io.breakwater.delivery.lane.Rule;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.testing.InMemoryStorage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the parts of a simulation share, and which node there is. */
final class World {
  /** When virtual time begins, milliseconds since 1970. */
  static final long BEGINNING_MS = 1_700_000_000_000L;

  /** A write takes effect within this time, or never, ms. */
  private static final long DRAIN_MS = 9_000;

  private static final long DAY_MS = 24L * 3600 * 1000;

  private static final boolean TRACE = Boolean.getBoolean("sim.trace");

  final long seed;
  final Dice dice;
  final Plan plan;
  final Set<Rule> rules;
  final Set<Sabotage> sabotages;
  final VirtualTime time = new VirtualTime();
  final InMemoryStorage storage = new InMemoryStorage(StorageLayout.forOneMachine());
  final StorageNetwork network;
  final CredentialMint mint;
  final Oracle oracle;
  final List<SimulatedGateway> gateways = new ArrayList<>();
  final Map<Sometimes, Long> counters = new EnumMap<>(Sometimes.class);
  final List<SimulatedDevice> devices = new ArrayList<>();
  private final List<SimulatedNode> zombies = new ArrayList<>();
  private long leaptMs;
  private long clockErrorMs;
  @Nullable SimulatedNode current;
  boolean healed;

  World(long seed, Dice dice, Plan plan, Set<Rule> rules, Set<Sabotage> sabotages) {
    this.seed = seed;
    this.dice = dice;
    this.plan = plan;
    this.rules = rules;
    this.sabotages = sabotages;
    network = new StorageNetwork(this, dice.another());
    mint = new CredentialMint(dice.bytes(32));
    oracle = new Oracle(this);
    for (int i = 0; i < 2; i++) {
      gateways.add(new SimulatedGateway(this, i));
    }
  }

  /** The true time, milliseconds since 1970. */
  long wallMs() {
    return BEGINNING_MS + leaptMs + time.nowMs();
  }

  /** By how much the wall clock is ahead of virtual time, since days have passed at once. */
  long leaptMs() {
    return leaptMs;
  }

  /** A clock of a node is off by this much. */
  void clockIsOff(long byMs) {
    clockErrorMs = Math.max(clockErrorMs, Math.abs(byMs));
  }

  /** What times that were taken from clocks of two nodes, on whatever way, may be wrong by. */
  long clockToleranceMs() {
    return 2 * clockErrorMs + 2_000;
  }

  /** A device that a user has just linked. */
  void addLinked(
      Credentials expected, io.breakwater.client.core.Credentials answered, Position start) {
    if (!answered.token().equals(ByteString.copyFrom(expected.token().bytes()))) {
      throw violation(Promise.DEVICES, "a token that nobody made for " + expected.device());
    }
    SimulatedDevice device = SimulatedDevice.linked(this, expected, start);
    devices.add(device);
    time.in(
        healed ? 10 : dice.between(0L, 3_000L),
        () -> {
          device.launch();
          device.goOnline();
        });
  }

  /**
   * Everything is down, and nobody online, for days. What was on its way to storage has come to its
   * end before.
   */
  void letDaysPass(int days) {
    SimulatedNode node = current;
    if (node == null) {
      time.in(100, () -> letDaysPass(days));
      return;
    }
    current = null;
    node.crash();
    zombies.forEach(SimulatedNode::crash);
    zombies.clear();
    gateways.forEach(SimulatedGateway::crash);
    time.in(
        DRAIN_MS,
        () -> {
          trace(() -> "---- " + days + " days pass");
          leap(days);
          devices.forEach(SimulatedDevice::daysPassed);
          startNode();
        });
  }

  /** Only the clocks go on. */
  void leap(int days) {
    leaptMs += days * DAY_MS;
  }

  int laneOf(UserId user) {
    return io.breakwater.common.id.Shard.of(user).number() % plan.lanes();
  }

  /** Starts a node; whoever was current is no longer. */
  void startNode() {
    SimulatedNode node = new SimulatedNode(this, new IncarnationId(dice.anyLong(), dice.anyLong()));
    current = node;
    trace(() -> node + " starts");
    node.start();
  }

  /** The current node dies at once; another starts after a while. */
  void crashNode() {
    SimulatedNode node = current;
    if (node != null) {
      current = null;
      node.crash();
      time.in(healed ? 100 : dice.between(0L, 2_000L), this::startNode);
    }
  }

  /** Another node starts although the current one lives: it is paused, cut off, or just fine. */
  void suspectNode() {
    SimulatedNode node = current;
    if (node != null) {
      zombies.add(node);
      node.becomeZombie();
      startNode();
    }
  }

  /** A node has ended by itself. */
  void exited(SimulatedNode node) {
    trace(() -> node + " exits");
    zombies.remove(node);
    if (node == current) {
      current = null;
      time.in(healed ? 100 : dice.between(0L, 1_000L), this::startNode);
    }
  }

  void heal() {
    healed = true;
    network.heal();
    gateways.forEach(SimulatedGateway::heal);
    List.copyOf(zombies).forEach(SimulatedNode::resume);
    if (current != null) {
      current.resume();
    }
  }

  void happened(Sometimes what) {
    happened(what, 1);
  }

  void happened(Sometimes what, long times) {
    if (times > 0) {
      counters.merge(what, times, Long::sum);
    }
  }

  Violation violation(Promise promise, String what) {
    return new Violation(promise, seed, time.nowMs(), what);
  }

  void trace(Supplier<String> what) {
    if (TRACE) {
      System.out.printf("%8d %s%n", time.nowMs(), what.get());
    }
  }
}
