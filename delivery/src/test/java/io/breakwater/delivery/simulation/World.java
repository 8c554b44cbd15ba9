package io.breakwater.delivery.simulation;

import com.google.protobuf.ByteString;
import io.breakwater.client.core.Position;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.CredentialMint;
import io.breakwater.common.secret.Credentials;
import io.breakwater.delivery.lane.Rule;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.ViewStore;
import io.breakwater.storage.ViewStore.Change;
import io.breakwater.storage.ViewStore.View;
import io.breakwater.storage.testing.InMemoryStorage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the parts of a simulation share, and which nodes there are. */
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

  /** Every incarnation that ever was. */
  private final Map<IncarnationId, SimulatedNode> incarnations = new HashMap<>();

  /** Processes that run, those that were replaced as well. */
  private final List<SimulatedNode> nodes = new ArrayList<>();

  private final List<Place> places = new ArrayList<>();
  private final Map<Way, Long> cutUntilMs = new HashMap<>();
  private final Set<Line> cutLines = new HashSet<>();
  private final Set<Integer> closedPlaces = new HashSet<>();
  private int moves;
  private long nextTrunk = 1;
  private long leaptMs;
  private long clockErrorMs;
  private boolean isAsleep;
  boolean healed;

  /** Where a node may run. */
  private static final class Place {
    @Nullable SimulatedNode node;

    /** Nobody wants a node there: one has left by plan. */
    boolean isUnwanted;

    /** The machine is gone, not only the process. */
    boolean isDown;
  }

  /** Two places; whoever runs there. */
  private record Line(int one, int other) {}

  /** From one incarnation to another. */
  private record Way(IncarnationId from, IncarnationId to) {}

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
    for (int i = 0; i < plan.fleet().nodes(); i++) {
      places.add(new Place());
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
    isAsleep = true;
    List.copyOf(nodes).forEach(this::crash);
    gateways.forEach(SimulatedGateway::crash);
    time.in(
        DRAIN_MS,
        () -> {
          trace(() -> "---- " + days + " days pass");
          leap(days);
          devices.forEach(SimulatedDevice::daysPassed);
          isAsleep = false;
          startNodes();
        });
  }

  /** Only the clocks go on. */
  void leap(int days) {
    leaptMs += days * DAY_MS;
  }

  int laneOf(UserId user) {
    return io.breakwater.common.id.Shard.of(user).number() % plan.lanes();
  }

  // ---- nodes

  /** Processes that run. */
  List<SimulatedNode> nodes() {
    return nodes;
  }

  /** An incarnation that was or is. */
  SimulatedNode node(IncarnationId id) {
    return Objects.requireNonNull(incarnations.get(id), () -> "nobody made " + id);
  }

  /** The process that listens there. */
  @Nullable SimulatedNode listenerAt(int place) {
    SimulatedNode node = places.get(place).node;
    return node != null && node.isListening() ? node : null;
  }

  boolean isHostDown(int place) {
    return places.get(place).isDown;
  }

  /** Numbers of trunks and relays. */
  long nextTrunk() {
    return nextTrunk++;
  }

  /** Whether nothing gets from one to the other. */
  boolean isCut(SimulatedNode from, SimulatedNode to) {
    if (from.isReplaced() || to.isReplaced()) {
      return true;
    }
    if (cutLines.contains(new Line(from.place, to.place))) {
      return true;
    }
    return !healed
        && !cutUntilMs.isEmpty()
        && time.nowMs() < cutUntilMs.getOrDefault(new Way(from.id, to.id), 0L);
  }

  /** Whoever runs in one of these places does not reach the other, nor do those started later. */
  void cutLine(int one, int other) {
    cutLines.add(new Line(one, other));
    cutLines.add(new Line(other, one));
  }

  /**
   * Nobody can connect to whoever runs there, as behind a firewall; it can connect to others. What
   * was open breaks.
   */
  void close(int place) {
    closedPlaces.add(place);
    gateways.forEach(gateway -> gateway.closed(place));
    nodes.forEach(SimulatedNode::breakRelays);
  }

  boolean isClosed(int place) {
    return closedPlaces.contains(place);
  }

  /** All lines between places are there again, and no place is closed. */
  void mendLines() {
    cutLines.clear();
    closedPlaces.clear();
  }

  /** The process in a place dies, and is started again. */
  void restart(int place) {
    SimulatedNode node = places.get(place).node;
    if (node != null) {
      ended(node);
      node.crash(0);
    }
    startSoon(place, dice.between(500L, 1_500L));
  }

  String addressOf(int place) {
    return "host-" + place + (moves == 0 ? "" : "-" + moves);
  }

  /** How many processes were started until now. */
  int starts() {
    return incarnations.size();
  }

  int placeCount() {
    return places.size();
  }

  /** All nodes die at once, and are started again. */
  void restartAll() {
    List.copyOf(nodes)
        .forEach(
            node -> {
              ended(node);
              node.crash(0);
            });
    for (int place = 0; place < places.size(); place++) {
      startSoon(place, dice.between(500L, 1_500L));
    }
  }

  /** The same, and they have other addresses then. */
  void moveAll() {
    moves++;
    restartAll();
  }

  KnownView decidedView() {
    return storage
        .views()
        .peek()
        .toCompletableFuture()
        .join()
        .map(view -> new KnownView(view.number(), view.members()))
        .orElse(KnownView.NONE);
  }

  void viewChange(SimulatedNode by, Change change) {
    switch (change) {
      case Change.Decided(View view) ->
          trace(
              () ->
                  by
                      + " decides view "
                      + view.number()
                      + ": "
                      + view.members().stream().map(SimulatedNode::name).toList()
                      + ", earlier "
                      + view.earlier().stream().map(ViewStore.Earlier::number).toList());
      case Change.Superseded _ -> happened(Sometimes.VIEW_SUPERSEDED);
    }
  }

  /** Starts a node in each place, one after the other. */
  void startNodes() {
    for (int i = 0; i < places.size(); i++) {
      int place = i;
      time.in(i == 0 ? 0 : dice.between(0L, 4_000L), () -> start(place));
    }
  }

  private void start(int number) {
    Place place = places.get(number);
    if (isAsleep || place.node != null || place.isUnwanted) {
      return;
    }
    place.isDown = false;
    SimulatedNode node =
        new SimulatedNode(this, new IncarnationId(dice.anyLong(), dice.anyLong()), number);
    place.node = node;
    nodes.add(node);
    incarnations.put(node.id, node);
    trace(() -> node + " starts at " + number);
    node.start();
  }

  private Optional<SimulatedNode> anyNode() {
    return nodes.isEmpty() ? Optional.empty() : Optional.of(dice.pick(nodes));
  }

  /** A node dies at once; another starts in its place after a while. */
  void crashNode() {
    anyNode()
        .ifPresent(
            node -> {
              crash(node);
              startSoon(node.place, healed ? 100 : dice.between(0L, 2_000L));
            });
  }

  private void crash(SimulatedNode node) {
    boolean isMachine = !healed && dice.chance(0.3);
    ended(node);
    places.get(node.place).isDown = isMachine && !node.isReplaced();
    node.crash(isMachine ? dice.between(0L, 4_000L) : 0);
  }

  private void ended(SimulatedNode node) {
    nodes.remove(node);
    Place place = places.get(node.place);
    if (place.node == node) {
      place.node = null;
    }
  }

  private void startSoon(int place, long inMs) {
    time.in(inMs, () -> start(place));
  }

  /** Another node is put in a place although one lives there: paused, cut off, or just fine. */
  void replaceNode() {
    anyNode()
        .filter(node -> !node.isReplaced())
        .ifPresent(
            node -> {
              places.get(node.place).node = null;
              node.replaced();
              start(node.place);
            });
  }

  /** A node has ended by itself. */
  void exited(SimulatedNode node) {
    Place place = places.get(node.place);
    boolean isLast = places.stream().noneMatch(each -> each.node != null && each.node != node);
    if (place.node == node && node.isLeaving() && !healed && !isLast) {
      place.isUnwanted = true;
      time.in(
          dice.between(500L, 8_000L),
          () -> {
            place.isUnwanted = false;
            start(node.place);
          });
    }
    ended(node);
    startSoon(node.place, healed ? 100 : dice.between(0L, 1_000L));
  }

  /** A node is asked to stop. */
  void leaveNode() {
    anyNode().filter(node -> !node.isReplaced()).ifPresent(SimulatedNode::leave);
  }

  /** Some nodes hear nothing of others for a while. */
  void partition() {
    if (nodes.size() < 2) {
      return;
    }
    SimulatedNode one = dice.pick(nodes);
    long untilMs = time.nowMs() + dice.between(300L, 12_000L);
    boolean isOneWay = dice.chance(0.4);
    boolean isReset = dice.chance(0.4);
    boolean isWhole = dice.chance(0.6);
    for (SimulatedNode other : nodes) {
      if (other != one && (isWhole || dice.chance(0.5))) {
        happened(Sometimes.PARTITIONED);
        trace(() -> one + (isOneWay ? " does not reach " : " and ") + other + " until " + untilMs);
        cutUntilMs.put(new Way(one.id, other.id), untilMs);
        if (!isOneWay) {
          cutUntilMs.put(new Way(other.id, one.id), untilMs);
        }
      }
    }
    if (isReset) {
      one.breakRelays();
    }
  }

  void cutFromStorage() {
    anyNode().ifPresent(node -> node.cutFromStorage(dice.between(300L, 9_000L)));
  }

  void cutFromGateway() {
    SimulatedGateway gateway = dice.pick(gateways);
    anyNode().ifPresent(node -> gateway.cutFrom(node, dice.between(300L, 6_000L)));
  }

  void stepClock() {
    anyNode().ifPresent(node -> node.stepClock(dice.between(-6_000L, 6_000L)));
  }

  void pauseNode() {
    anyNode()
        .ifPresent(
            node -> {
              long forMs =
                  dice.chance(0.15) ? dice.between(3_000L, 12_000L) : dice.between(50L, 3_000L);
              if (dice.chance(0.5)) {
                node.pause(forMs);
              } else {
                node.suspend(forMs);
              }
            });
  }

  void heal() {
    healed = true;
    network.heal();
    gateways.forEach(SimulatedGateway::heal);
    places.forEach(place -> place.isUnwanted = false);
    List.copyOf(nodes).forEach(SimulatedNode::resume);
    for (int place = 0; place < places.size(); place++) {
      startSoon(place, 100);
    }
  }

  /** Whether one view has all nodes, nobody waits for anybody, and all is settled. */
  boolean isSettled() {
    View view = storage.views().peek().toCompletableFuture().join().orElse(View.NONE);
    return view.earlier().isEmpty()
        && nodes.stream()
            .map(node -> node.id)
            .collect(Collectors.toSet())
            .equals(Set.copyOf(view.members()))
        && nodes.stream().allMatch(node -> node.view() == view.number() && node.isSettled())
        && places.stream().allMatch(place -> place.node != null);
  }

  String describe() {
    View view = storage.views().peek().toCompletableFuture().join().orElse(View.NONE);
    return "view "
        + view.number()
        + ": "
        + view.members().stream().map(SimulatedNode::name).toList()
        + ", earlier "
        + view.earlier()
        + "; "
        + nodes.stream().map(SimulatedNode::describe).toList();
  }

  void end() {
    List.copyOf(nodes).forEach(node -> node.crash(0));
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
