package io.breakwater.delivery.simulation;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.lane.Lane;
import io.breakwater.delivery.membership.Cluster;
import io.breakwater.delivery.membership.Standing;
import io.breakwater.delivery.membership.Standings;
import io.breakwater.delivery.node.Clocks;
import io.breakwater.delivery.node.WatchFactory;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.journal.Record;
import io.breakwater.proto.trunk.Attach;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.SendFrom;
import io.breakwater.storage.IncarnationStore.Registration;
import io.breakwater.storage.ViewStore;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One incarnation, as {@code Startup} and {@code Node} make it: production lanes and a production
 * watch over the cluster; what blocks on threads of its own is done here on virtual time.
 */
final class SimulatedNode implements WatchFactory.Listener {
  /** The own row is read this often, and the view. */
  private static final long LOOK_MS = 250;

  private static final long TICK_MS = 100;
  private static final long LEAVE_MS = 20_000;

  private final World world;
  final IncarnationId id;

  /** Where it listens: another process may do so after it. */
  final int place;

  private final Dice dice;
  private final List<LaneShell> lanes = new ArrayList<>();
  private final Map<Long, Trunk> trunks = new LinkedHashMap<>();
  private final Map<Long, SimulatedRelay.Call> relayed = new LinkedHashMap<>();
  private final Queue<Runnable> held = new ArrayDeque<>();
  private final Clocks clocks;
  private final SimulatedPeers peers;
  private final WatchFactory.Watch watch;
  private final WatchFactory.Takeovers takeovers;
  private final Set<IncarnationId> recoveries = new HashSet<>();
  private long startedAtMs;
  private long suspendedAtMs = -1;
  private long wallOffsetMs;
  private boolean gone;
  private boolean paused;

  /** Nobody else is at its place, and nobody hears of it: another process was put there. */
  private boolean isReplaced;

  private boolean isListening;
  private boolean isServing;
  private boolean isLeaving;
  private boolean stopping;
  private boolean reading;
  private long storageCutUntilMs;

  /** Of the newest view that is known here. */
  private Standings standings = Standings.none();

  /** The same as gateways are told. */
  private KnownView view = KnownView.NONE;

  private long ceiling;
  private long ceilingWanted;
  private boolean raising;
  private final long[] releasedByLane;
  private long released;
  private boolean releasing;

  SimulatedNode(World world, IncarnationId id, int place) {
    this.world = world;
    this.id = id;
    this.place = place;
    dice = world.dice.another();
    startedAtMs = world.time.nowMs();
    wallOffsetMs = world.healed ? 0 : dice.between(-3_000L, 3_000L);
    world.clockIsOff(wallOffsetMs);
    releasedByLane = new long[world.plan.lanes()];
    clocks = new Clocks(() -> Instant.ofEpochMilli(wallMs()), () -> monoMs() * 1_000_000);
    peers = new SimulatedPeers(world, this);
    watch =
        WatchFactory.watch(
            new WatchStorage(world, this),
            id,
            peers,
            new SimulatedDetector(world, this),
            trunks::size,
            clocks,
            this::soon,
            (_, _) -> {},
            this);
    takeovers =
        WatchFactory.takeovers(world::laneOf, (lane, input) -> lanes.get(lane).submit(input));
  }

  // ---- the process

  /**
   * Something reaches this process: it is held while the process is paused, lost when it is gone.
   */
  void input(Runnable what) {
    if (gone) {
      return;
    }
    if (paused) {
      held.add(what);
    } else {
      what.run();
    }
  }

  void later(long ms, Runnable what) {
    world.time.in(ms, () -> input(what));
  }

  /** In its turn: what is thrown reaches the simulation, not a stage. */
  private void soon(Runnable what) {
    later(0, what);
  }

  <T> void call(Supplier<CompletionStage<T>> work, Consumer<T> answered, Runnable failed) {
    call(StorageNetwork.What.OTHER, work, answered, failed);
  }

  <T> void call(
      StorageNetwork.What what,
      Supplier<CompletionStage<T>> work,
      Consumer<T> answered,
      Runnable failed) {
    world.network.call(
        what,
        world.healed ? 0 : storageCutUntilMs,
        work,
        result -> input(() -> answered.accept(result)),
        () -> input(failed));
  }

  /** Tries until it succeeds. */
  <T> void insist(Supplier<CompletionStage<T>> work, Consumer<T> then) {
    call(work, then, () -> later(dice.between(20L, 200L), () -> insist(work, then)));
  }

  long wallMs() {
    return world.wallMs() + wallOffsetMs;
  }

  long monoMs() {
    return world.time.nowMs() - startedAtMs;
  }

  boolean isGone() {
    return gone;
  }

  boolean isPaused() {
    return paused;
  }

  /** Whether others can reach it, if nothing is between. */
  boolean isListening() {
    return isListening && !gone;
  }

  boolean isReplaced() {
    return isReplaced;
  }

  /** Whether its lanes have ended. */
  boolean isStopped() {
    return gone || stopping;
  }

  boolean isAlone() {
    return view.members().size() <= 1;
  }

  /**
   * The process dies.
   *
   * @param noticedAfterMs so long gateways do not see it
   */
  void crash(long noticedAfterMs) {
    if (gone) {
      return;
    }
    world.trace(() -> this + " is killed");
    if (lanes.stream().anyMatch(LaneShell::hasBlocksInFlight)) {
      world.happened(Sometimes.CRASH_WITH_BLOCKS_IN_FLIGHT);
    }
    end(noticedAfterMs);
  }

  private void end(long noticedAfterMs) {
    gone = true;
    lanes.forEach(LaneShell::count);
    peers.close();
    List.copyOf(relayed.values()).forEach(SimulatedRelay.Call::lost);
    List.copyOf(trunks.values()).forEach(each -> each.closedByNode(noticedAfterMs));
    trunks.clear();
  }

  private void exit(String why) {
    if (!gone) {
      world.trace(() -> this + " exits: " + why);
      end(0);
      world.exited(this);
    }
  }

  /** Another process was put in its place, since it seemed to be gone. */
  void replaced() {
    world.trace(() -> this + " is replaced");
    isReplaced = true;
    peers.broken();
    List.copyOf(relayed.values()).forEach(SimulatedRelay.Call::lost);
    if (dice.chance(0.3)) {
      pause(dice.between(300L, 5_000L));
    } else if (dice.chance(0.4)) {
      suspend(dice.between(100L, 5_000L));
    }
  }

  void pause(long forMs) {
    if (!paused && !gone) {
      world.trace(() -> this + " is paused for " + forMs + " ms");
      paused = true;
      world.time.in(forMs, this::resume);
    }
  }

  /** The whole machine is suspended: its monotonic clock stands still. */
  void suspend(long forMs) {
    if (!paused && !gone) {
      world.happened(Sometimes.SUSPENDED);
      suspendedAtMs = world.time.nowMs();
      pause(forMs);
    }
  }

  void resume() {
    if (paused) {
      if (suspendedAtMs >= 0) {
        startedAtMs += world.time.nowMs() - suspendedAtMs;
        suspendedAtMs = -1;
      }
      world.trace(() -> this + " resumes");
      paused = false;
      while (!held.isEmpty() && !paused) {
        Runnable next = held.remove();
        if (!gone) {
          next.run();
        }
      }
    }
  }

  void stepClock(long byMs) {
    world.trace(() -> this + " clock steps by " + byMs + " ms");
    world.happened(Sometimes.CLOCK_STEP);
    wallOffsetMs += byMs;
    world.clockIsOff(wallOffsetMs);
  }

  void cutFromStorage(long forMs) {
    world.trace(() -> this + " is cut off from storage for " + forMs + " ms");
    storageCutUntilMs = world.time.nowMs() + forMs;
  }

  /** What goes between this node and others is reset. */
  void breakRelays() {
    peers.broken();
  }

  @Override
  public String toString() {
    return name(id);
  }

  static String name(IncarnationId id) {
    return "node-" + Long.toHexString(id.high() >>> 48);
  }

  // ---- start

  void start() {
    insist(
        () ->
            world
                .storage
                .incarnations()
                .register(id, world.addressOf(place), world.plan.lanes(), 0),
        _ ->
            insist(
                () -> world.storage.views().read(),
                decided ->
                    insist(
                        () -> world.storage.incarnations().list(),
                        rows -> raiseFirst(decided, rows))));
  }

  private void raiseFirst(Optional<ViewStore.View> decided, List<Registration> rows) {
    long issued = decided.map(ViewStore.View::idFloor).orElse(0L);
    for (Registration row : rows) {
      issued = Math.max(issued, row.idCeiling());
    }
    long firstId = issued + 1;
    ceiling = firstId + world.plan.ceilingAhead();
    insist(() -> raise(ceiling), _ -> begin(firstId));
  }

  private CompletionStage<Void> raise(long to) {
    world.oracle.ceilingRaised(to);
    return world.storage.incarnations().raiseCeiling(id, to);
  }

  private void begin(long firstId) {
    for (int lane = 0; lane < world.plan.lanes(); lane++) {
      lanes.add(new LaneShell(world, this, lane, firstId, ceiling));
    }
    Standings none = standings;
    lanes.forEach(shell -> shell.in(lane -> lane.adopt(none, 0)));
    repeat(TICK_MS, () -> lanes.forEach(LaneShell::tick));
    repeat(LOOK_MS, this::readOwnRow);
  }

  private void repeat(long everyMs, Runnable what) {
    if (gone) {
      return;
    }
    if (!paused) {
      what.run();
    }
    world.time.in(everyMs, () -> repeat(everyMs, what));
  }

  private void readOwnRow() {
    if (reading || stopping) {
      return;
    }
    reading = true;
    long startedAtMono = monoMs();
    call(
        () -> world.storage.incarnations().read(id),
        row -> {
          reading = false;
          if (row.isPresent() && !row.get().sealed()) {
            lanes.forEach(shell -> shell.in(lane -> lane.cleanRead(startedAtMono)));
            listenIfClean();
          } else if (!stopping) {
            condemned("sealed");
          }
        },
        () -> reading = false);
  }

  /** Others can reach it now, and it joins. */
  private void listenIfClean() {
    if (!isListening && lanes.stream().allMatch(LaneShell::isHealthy)) {
      isListening = true;
      world.trace(() -> this + " listens");
      repeat(LOOK_MS, watch::look);
    }
  }

  private void condemned(String why) {
    lanes.forEach(shell -> shell.in(Lane::sealed));
    if (world.rules.contains(io.breakwater.delivery.lane.Rule.SEAL) || world.healed) {
      exit(why);
    }
  }

  // ---- the cluster

  Standings standings() {
    return standings;
  }

  /** Number of the newest view that is known here. */
  long view() {
    return standings.view();
  }

  KnownView knownView() {
    return view;
  }

  WatchFactory.Takeovers takeovers() {
    return takeovers;
  }

  void heardOf(long number) {
    if (number > standings.view() && isListening) {
      soon(watch::look);
    }
  }

  /** Another node asks something on its relay. */
  void askedBy(IncarnationId other) {
    if (watch.askedBy(other) && isListening) {
      soon(watch::look);
    }
  }

  Optional<IncarnationId> homeElsewhere(UserId user) {
    return standings.ownerOf(Shard.of(user)).filter(owner -> !owner.equals(id));
  }

  Optional<SimulatedRelay> relayToHomeOf(UserId user) {
    return homeElsewhere(user).flatMap(peers::relay);
  }

  @Override
  public void adopt(Cluster cluster, Standings latest, long idsBelow) {
    // Whatever is thrown would stay in a stage.
    soon(() -> adoptNow(cluster, latest, idsBelow));
  }

  private void adoptNow(Cluster cluster, Standings latest, long idsBelow) {
    boolean isNew = latest.view() != standings.view();
    standings = latest;
    List<IncarnationId> members = cluster.view().members();
    if (isNew) {
      world.trace(() -> this + " adopts view " + latest.view() + ": " + names(members));
      view = new KnownView(latest.view(), members);
      trunks.values().forEach(this::tellView);
    }
    lanes.forEach(shell -> shell.submit(lane -> lane.adopt(latest, idsBelow)));
    if (!isServing && members.contains(id) && latest.count(Standing.GAINING) == 0) {
      world.trace(() -> this + " serves");
      isServing = true;
      if (members.size() > 1 && world.oracle.sentCount() > 0 && !world.healed) {
        world.happened(Sometimes.JOINED_UNDER_LOAD);
      }
    }
  }

  private static List<String> names(List<IncarnationId> ids) {
    return ids.stream().map(SimulatedNode::name).toList();
  }

  private void tellView(Trunk trunk) {
    KnownView told = view;
    trunk.toGateway(() -> trunk.gateway.learn(told));
  }

  @Override
  public void removed(ViewStore.View by) {
    soon(() -> condemned("not in view " + by.number()));
  }

  @Override
  public void keptOut(List<Registration> by) {
    world.happened(Sometimes.KEPT_OUT);
    world.trace(() -> this + " does not join, since it does not see " + by.size() + " members");
  }

  @Override
  public void recover(Registration dead) {
    if (!stopping && recoveries.add(dead.incarnation())) {
      new SimulatedRecovery(
              world,
              this,
              dead.incarnation(),
              () -> {
                recoveries.remove(dead.incarnation());
                watch.look();
              })
          .start();
    }
  }

  void raiseFloor(long above, Runnable then) {
    watch.raiseFloor(above).thenRun(() -> soon(then));
  }

  /** Hands entries to a node, which may be this one. */
  void resubmit(
      IncarnationId home,
      long number,
      IncarnationId owner,
      List<Record> records,
      Consumer<Optional<Boolean>> onAnswer) {
    if (home.equals(id)) {
      takeOver(number, owner, records, isPublished -> onAnswer.accept(Optional.of(isPublished)));
    } else {
      peers
          .relay(home)
          .ifPresentOrElse(
              relay -> relay.resubmit(number, owner, records, onAnswer),
              () -> onAnswer.accept(Optional.empty()));
    }
  }

  void takeOver(
      long number, IncarnationId owner, List<Record> records, Consumer<Boolean> onAnswer) {
    if (stopping) {
      // Its lanes have ended, and say nothing.
      return;
    }
    takeovers
        .take(number, owner, records)
        .thenAccept(isPublished -> soon(() -> onAnswer.accept(isPublished)));
  }

  /** Passes a message on to its home; whoever sent it is told to try again if that fails. */
  void forward(long trunk, long connection, UserId to, SendFrom from) {
    world.happened(Sometimes.FORWARDED);
    Consumer<Optional<DeliveryFrame>> onAnswer =
        answer -> {
          ByteString frame =
              answer.map(DeliveryFrame::getRelay).orElseGet(() -> tryAgain(to, from));
          if (isRefusal(frame)) {
            world.happened(Sometimes.FORWARD_REFUSED);
          }
          toTrunk(
              trunk, DeliveryFrame.newBuilder().setConnection(connection).setRelay(frame).build());
        };
    relayToHomeOf(to)
        .ifPresentOrElse(
            relay -> relay.forward(view(), to, from, onAnswer),
            () -> onAnswer.accept(Optional.empty()));
  }

  private static boolean isRefusal(ByteString frame) {
    return SimulatedGateway.parse(frame).hasSendRefused();
  }

  private ByteString tryAgain(UserId to, SendFrom from) {
    return ServerFrame.newBuilder()
        .setSendRefused(
            SendRefused.newBuilder()
                .setTo(ByteString.copyFrom(to.bytes()))
                .setClientId(from.getSend().getClientId())
                .setReason(Reason.UNAVAILABLE)
                .setReturnAfterMs(dice.between(500, 1_500)))
        .build()
        .toByteString();
  }

  /** A lane speaks for nothing any more that it has lost by this view. */
  void released(int lane, long number) {
    releasedByLane[lane] = Math.max(releasedByLane[lane], number);
    release();
  }

  private void release() {
    long all = Arrays.stream(releasedByLane).min().orElse(0);
    if (releasing || all <= released) {
      return;
    }
    releasing = true;
    call(
        () -> world.storage.incarnations().release(id, all),
        _ -> {
          releasing = false;
          released = all;
          watch.look();
          release();
        },
        () -> {
          releasing = false;
          later(200, this::release);
        });
  }

  /** As {@code Node} does, for all lanes together. */
  void raiseCeiling(long atLeast) {
    ceilingWanted = Math.max(ceilingWanted, atLeast);
    if (raising || ceilingWanted <= ceiling) {
      return;
    }
    raising = true;
    long target = ceilingWanted;
    if (!world.healed && dice.chance(world.plan.ceilingFailures())) {
      later(dice.between(50L, 1_500L), this::ceilingFailed);
      return;
    }
    call(
        () -> raise(target),
        _ -> {
          raising = false;
          ceiling = target;
          lanes.forEach(shell -> shell.submit(lane -> lane.ceilingRaised(target)));
        },
        this::ceilingFailed);
  }

  private void ceilingFailed() {
    raising = false;
    lanes.forEach(shell -> shell.submit(Lane::ceilingFailed));
  }

  // ---- a planned end

  /** Whether a planned stop has begun. */
  boolean isLeaving() {
    return isLeaving;
  }

  /** It is asked to stop: others take over, if there are any. */
  void leave() {
    if (isLeaving || gone) {
      return;
    }
    world.trace(() -> this + " leaves");
    isLeaving = true;
    if (!isListening) {
      exit("asked to, before it began");
      return;
    }
    watch.leave();
    later(LEAVE_MS, () -> exit("asked to, and late"));
    awaitLeft();
  }

  private void awaitLeft() {
    switch (watch.left()) {
      case UNDER_WAY -> later(dice.between(20L, 60L), this::awaitLeft);
      case ALONE -> {
        lanes.forEach(shell -> shell.in(Lane::hurry));
        awaitSettled(0);
      }
      case DONE -> leaveNothing();
    }
  }

  private void awaitSettled(int rounds) {
    boolean isSettled = !watch.isOwed() && lanes.stream().allMatch(LaneShell::isSettled);
    if (isSettled && rounds == 1) {
      stop();
      insistOnce(
          () -> world.storage.views().read(),
          decided -> decided.ifPresent(this::raiseFloorAndLeave));
    } else {
      later(20, () -> awaitSettled(isSettled ? rounds + 1 : 0));
    }
  }

  private void raiseFloorAndLeave(ViewStore.View current) {
    ViewStore.View next =
        new ViewStore.View(
            current.number() + 1,
            current.members(),
            current.earlier(),
            Math.max(current.idFloor(), Math.max(ceiling, ceilingWanted)));
    if (!current.members().contains(id)) {
      exit("somebody has come");
      return;
    }
    insistOnce(
        () -> world.storage.views().change(next),
        change -> {
          if (change instanceof ViewStore.Change.Decided) {
            markRecovered();
          } else {
            exit("somebody has come");
          }
        });
  }

  private void leaveNothing() {
    stop();
    markRecovered();
  }

  private void stop() {
    stopping = true;
    watch.end();
  }

  private void markRecovered() {
    insistOnce(
        () -> world.storage.incarnations().markRecovered(id),
        _ -> {
          if (view.members().size() > 1 || !view.members().contains(id)) {
            world.happened(Sometimes.LEFT_BY_PLAN);
          }
          exit("has left");
        });
  }

  private <T> void insistOnce(Supplier<CompletionStage<T>> work, Consumer<T> then) {
    call(work, then, () -> exit("asked to, and storage does not answer"));
  }

  // ---- trunks and relays

  void trunkOpened(Trunk trunk) {
    trunks.put(trunk.id, trunk);
    tellView(trunk);
  }

  void trunkClosed(Trunk trunk) {
    trunks.remove(trunk.id);
    closed(trunk.id);
  }

  private void closed(long number) {
    lanes.forEach(shell -> shell.in(lane -> lane.trunkClosed(number)));
  }

  void relayOpened(SimulatedRelay.Call relay) {
    relayed.put(relay.number, relay);
  }

  void relayClosed(SimulatedRelay.Call relay) {
    relayed.remove(relay.number);
    closed(relay.number);
  }

  void toTrunk(long number, DeliveryFrame frame) {
    Trunk trunk = trunks.get(number);
    if (trunk != null) {
      world.oracle.shownBy(this, frame);
      checkRevoked(trunk, frame);
      trunk.toGateway(() -> trunk.gateway.fromNode(trunk, frame));
      return;
    }
    SimulatedRelay.Call relay = relayed.get(number);
    if (relay != null && frame.hasRelay()) {
      relay.toOwner(frame);
    }
  }

  /** Nobody serves a device once its user was told that it is signed out. */
  private void checkRevoked(Trunk trunk, DeliveryFrame frame) {
    if (world.oracle.devices.anyRevoked()) {
      trunk
          .gateway
          .holder(trunk, frame.getConnection())
          .ifPresent(reader -> world.oracle.served(reader, frame, isHomeOf(reader.user())));
    }
  }

  /** By the decided view, and by what it knows itself. */
  private boolean isHomeOf(UserId user) {
    return standings.of(Shard.of(user)) == Standing.HOME
        && world.decidedView().homeOf(user).filter(id::equals).isPresent();
  }

  /** A frame for the home of a user. */
  void laneInput(UserId user, Consumer<Lane> frame) {
    laneOf(user).in(frame);
  }

  LaneShell laneOf(UserId user) {
    return lanes.get(world.laneOf(user));
  }

  void attach(Trunk trunk, long connection, long seen, UserId user, Attach attach) {
    heardOf(seen);
    noteWaiting(user);
    laneInput(user, lane -> lane.attach(trunk.id, connection, seen, user, attach));
  }

  void send(Trunk trunk, long connection, long seen, UserId to, SendFrom from) {
    heardOf(seen);
    noteWaiting(to);
    laneInput(to, lane -> lane.send(trunk.id, connection, seen, to, from));
  }

  private void noteWaiting(UserId user) {
    if (standings.of(Shard.of(user)) == Standing.GAINING) {
      world.happened(Sometimes.GAIN_WAITED);
    }
  }

  // ---- for the end

  /** Whether it is a member, and everything is settled. */
  boolean isSettled() {
    return isServing && !gone && !stopping && lanes.stream().allMatch(LaneShell::isSettled);
  }

  String describe() {
    StringBuilder text = new StringBuilder(toString());
    text.append(" view ")
        .append(standings.view())
        .append(isListening ? "" : ", does not listen")
        .append(isServing ? "" : ", does not serve")
        .append(recoveries.isEmpty() ? "" : ", recovers " + names(List.copyOf(recoveries)))
        .append(", released ")
        .append(Arrays.toString(releasedByLane));
    lanes.forEach(shell -> text.append(shell.describe()));
    return text.toString();
  }
}
