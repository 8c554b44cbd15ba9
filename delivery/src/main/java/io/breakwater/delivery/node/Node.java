package io.breakwater.delivery.node;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.breakwater.common.id.Hashes;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.census.Census;
import io.breakwater.delivery.lane.Lane;
import io.breakwater.delivery.lane.LaneLimits;
import io.breakwater.delivery.membership.Cluster;
import io.breakwater.delivery.membership.Standing;
import io.breakwater.delivery.membership.Standings;
import io.breakwater.delivery.node.Peers.Misdirected;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.journal.Record;
import io.breakwater.proto.trunk.DeliveryBatch;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.Member;
import io.breakwater.proto.trunk.View;
import io.breakwater.storage.IncarnationStore.Registration;
import io.breakwater.storage.JournalStore;
import io.breakwater.storage.JournalStore.LaneKey;
import io.breakwater.storage.Storage;
import io.breakwater.storage.ViewStore;
import io.breakwater.storage.ViewStore.Change;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One incarnation at work: its lanes, its row in the registry, its seal watch, its part in the
 * cluster. Made by {@link Startup}.
 *
 * <p>What is not a lane's is confined to one thread, {@code node}; public methods may be called
 * from any.
 */
public final class Node implements AutoCloseable, ClusterWatch.Listener, Recovery.Heirs {
  private static final Logger log = LoggerFactory.getLogger(Node.class);
  private static final long SEAL_READ_MS = 250;
  private static final long LOOK_MS = 250;

  /** Gateways are told so often what all of them have. */
  private static final long TIER_MS = 2_000;

  /** How a planned stop went. */
  public enum Departure {
    /** Others are home to everything, and nothing is left to recover. */
    LEFT,
    /** There is nobody else: {@link #settle} is what remains. */
    ALONE,
    /** Others recover what is left. */
    LATE
  }

  private final Storage storage;
  private final IncarnationId incarnation;
  private final String address;
  private final Clocks clocks;
  private final Consumer<String> onFatal;
  private final Peers peers;
  private final TrunkRegistry trunks = new TrunkRegistry();
  private final List<LaneRunner> lanes = new ArrayList<>();
  private final Resubmissions resubmissions;
  private final NodeMetrics metrics;
  private final ClusterWatch watch;
  private final NodeThread thread;
  private final Grantor grantor;
  private final Census census = new Census();

  /** The view is watched. */
  private volatile boolean joining;

  /** The lanes are settled and about to stop. */
  private volatile boolean stopping;

  /** Of the newest view that is known here. */
  private volatile Standings standings = Standings.none();

  /** The same as gateways are told. */
  private volatile View view = View.getDefaultInstance();

  /** Members that keep this node from joining. */
  private volatile int unseen;

  /** The newest view that anybody spoke of. */
  private final AtomicLong heard = new AtomicLong();

  // Owned by the node thread.
  private long ceiling;
  private long ceilingWanted;
  private boolean raising;
  private final Map<Integer, Long> checkpoints = new HashMap<>();
  private boolean checkpointing;
  private boolean reading;
  private final long[] releasedByLane;
  private long released;
  private boolean releasing;
  private final Map<IncarnationId, Thread> recoveries = new HashMap<>();

  private final CompletableFuture<Void> clean = new CompletableFuture<>();
  private final Set<Lane> cleanLanes = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> serving = new CompletableFuture<>();

  /**
   * @param firstId above every id of every earlier incarnation
   * @param ceiling durable in this incarnation's row
   * @param onFatal told, once or more, why this process has to end
   */
  Node(
      Storage storage,
      IncarnationId incarnation,
      String address,
      int laneCount,
      Lane.Maker laneMaker,
      LaneLimits limits,
      long firstId,
      long ceiling,
      Peers peers,
      Detector detector,
      Clocks clocks,
      MeterRegistry registry,
      Consumer<String> onFatal) {
    this.storage = storage;
    this.incarnation = incarnation;
    this.address = address;
    this.clocks = clocks;
    this.onFatal = onFatal;
    this.thread = new NodeThread(onFatal);
    this.ceiling = ceiling;
    this.peers = peers;
    this.releasedByLane = new long[laneCount];
    this.resubmissions = new Resubmissions(user -> laneOf(user, laneCount), this::submit);
    this.grantor = new Grantor(thread, trunks, storage, clocks, laneCount);
    this.metrics =
        new NodeMetrics(
            registry,
            incarnation,
            laneCount,
            trunks,
            grantor,
            () -> standings,
            () -> view.getMembersCount(),
            () -> unseen);
    this.watch =
        new ClusterWatch(
            storage,
            incarnation,
            peers,
            detector,
            trunks::size,
            clocks,
            thread,
            this::storageFailed,
            this);
    for (int i = 0; i < laneCount; i++) {
      int number = i;
      lanes.add(
          new LaneRunner(
              number,
              clocks,
              grantor.lane(number),
              runner ->
                  new StorageEffects(
                      number,
                      new LaneKey(incarnation, number),
                      storage,
                      this,
                      clocks,
                      grantor.lane(number),
                      runner),
              effects ->
                  laneMaker.make(effects, limits, storage.layout(), incarnation, firstId, ceiling),
              failure -> onFatal.accept("lane " + number + " is broken: " + failure)));
    }
  }

  /** Starts the lanes, which are home to nothing yet, and the seal watch. */
  void start() {
    Standings none = standings;
    lanes.forEach(
        lane -> {
          lane.submit(each -> each.adopt(none, 0));
          lane.start();
        });
    thread.repeat(this::readOwnRow, SEAL_READ_MS);
    thread.repeat(this::gatherStats, 1_000);
    thread.repeat(this::tellTier, TIER_MS);
    grantor.start();
  }

  private void tellTier() {
    trunks.tellGateways(
        DeliveryBatch.newBuilder()
            .addFrames(DeliveryFrame.newBuilder().setTier(census.tier(clocks.monoMs())))
            .build());
  }

  /**
   * Joins the cluster: from now on the view is watched. To be called when others can reach this
   * node.
   *
   * @return complete when this node is a member, and earlier owners of its shards are recovered or
   *     have released them
   */
  public CompletionStage<Void> join() {
    joining = true;
    thread.repeat(watch::look, LOOK_MS);
    return serving;
  }

  /** This start's id. */
  public IncarnationId incarnation() {
    return incarnation;
  }

  /** The open trunks. */
  public TrunkRegistry trunks() {
    return trunks;
  }

  /** Who grants gateways credits. */
  public Grantor grantor() {
    return grantor;
  }

  /** What gateways say that they have. */
  public Census census() {
    return census;
  }

  /** How many lanes there are. */
  public int laneCount() {
    return lanes.size();
  }

  /** The lane of a user: a fixed set of shards each. */
  public int laneOf(UserId user) {
    return laneOf(user, lanes.size());
  }

  static int laneOf(UserId user, int lanes) {
    return (int) Math.floorMod(Hashes.mix(Shard.of(user).number()), (long) lanes);
  }

  /** Hands an input to a lane. */
  public void submit(int lane, Consumer<Lane> input) {
    lanes.get(lane).submit(input);
  }

  /** The same for what may wait until the block under way is written, 2 ms at most. */
  public void submitPatiently(int lane, Consumer<Lane> input) {
    lanes.get(lane).submitPatiently(input);
  }

  LaneRunner lane(UserId user) {
    return lanes.get(laneOf(user));
  }

  /** Every lane learns that a trunk is gone. */
  public void trunkClosed(long trunk) {
    trunks.remove(trunk);
    lanes.forEach(lane -> lane.submit(each -> each.trunkClosed(trunk)));
  }

  /** Whether every thread gets to run. */
  public boolean isLive() {
    return lanes.stream().allMatch(LaneRunner::isAlive);
  }

  /**
   * Complete when the lanes know that this incarnation is not sealed: before that they take
   * nothing.
   */
  CompletionStage<Void> clean() {
    return clean;
  }

  // ---- the cluster

  /** The other nodes. */
  Peers peers() {
    return peers;
  }

  Resubmissions resubmissions() {
    return resubmissions;
  }

  @Override
  public Standings standings() {
    return standings;
  }

  /** The newest view that is known here, for gateways; number 0 before the first. */
  public View viewForGateways() {
    return view;
  }

  /** Another process knows this view: it is looked for if it is news. */
  public void heardOf(long number) {
    // Each gateway says so with every batch: only the first one is news.
    if (number > standings.view()
        && heard.getAndUpdate(known -> Math.max(known, number)) < number) {
      onThread(watch::look);
    }
  }

  /** Another delivery node asks something on its relay. */
  public void askedBy(IncarnationId other) {
    if (watch.askedBy(other) && joining) {
      onThread(watch::look);
    }
  }

  /** The failure detector has news. */
  public void lookAgain() {
    onThread(watch::look);
  }

  /** The home of a user if that is not this node. */
  Optional<IncarnationId> homeElsewhere(UserId user) {
    return standings.ownerOf(Shard.of(user)).filter(owner -> !owner.equals(incarnation));
  }

  @Override
  public void adopt(Cluster cluster, Standings latest, long idsBelow) {
    boolean isNew = latest.view() != standings.view();
    standings = latest;
    if (isNew) {
      view = describe(cluster);
      trunks.tellGateways(
          DeliveryBatch.newBuilder().addFrames(DeliveryFrame.newBuilder().setView(view)).build());
    }
    // Gateways first: sessions that end by this view attach where it says.
    lanes.forEach(lane -> lane.submit(each -> each.adopt(latest, idsBelow)));
    if (cluster.view().members().contains(incarnation) && latest.count(Standing.GAINING) == 0) {
      serving.complete(null);
    }
  }

  private static View describe(Cluster cluster) {
    View.Builder described = View.newBuilder().setNumber(cluster.view().number());
    for (IncarnationId member : cluster.view().members()) {
      Registration row = cluster.registry().get(member);
      described.addMembers(
          Member.newBuilder()
              .setIncarnation(UnsafeByteOperations.unsafeWrap(member.bytes()))
              .setAddress(row == null ? "" : row.address()));
    }
    return described.build();
  }

  @Override
  public void removed(ViewStore.View by) {
    lanes.forEach(lane -> lane.submit(Lane::sealed));
    onFatal.accept(
        "incarnation "
            + incarnation
            + " is no member of view "
            + by.number()
            + ": the others did not see it, or did not see it write to storage, and take over what it has");
  }

  @Override
  public void recover(Registration dead) {
    if (stopping || recoveries.containsKey(dead.incarnation())) {
      return;
    }
    log.info("recovering incarnation {} ({})", dead.incarnation(), dead.address());
    recoveries.put(
        dead.incarnation(),
        Thread.ofVirtual()
            .name("recovery-" + dead.incarnation())
            .start(() -> recover(dead.incarnation())));
  }

  @Override
  public void keptOut(List<Registration> by) {
    unseen = by.size();
    if (by.isEmpty()) {
      log.info("no member that lives keeps this node from joining any more");
    } else {
      log.warn(
          "does not join: {} do not answer this node, or do not reach it, and their beats in storage go on; it waits"
              + " until they do, or until others remove them. Is the network between delivery nodes open, both ways?",
          by.stream().map(Registration::address).collect(Collectors.joining(", ")));
    }
  }

  @Override
  public void forget(Registration idle) {
    log.info(
        "incarnation {} ({}) registered and never joined: its row will expire",
        idle.incarnation(),
        idle.address());
    observe(
        "forget",
        storage
            .incarnations()
            .seal(idle.incarnation())
            .thenCompose(_ -> storage.incarnations().markRecovered(idle.incarnation())),
        () -> {},
        () -> {});
  }

  private void recover(IncarnationId dead) {
    try {
      metrics.recovered(new Recovery(storage, this, clocks, Recovery.PATIENCE).recover(dead));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.error("incarnation {} is not recovered; it is tried again", dead, e);
    } finally {
      onThread(
          () -> {
            recoveries.remove(dead);
            watch.look();
          });
    }
  }

  private void onThread(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("the node has ended", e);
    }
  }

  @Override
  public CompletionStage<Void> raiseFloor(long above) {
    return CompletableFuture.supplyAsync(() -> watch.raiseFloor(above), thread)
        .thenCompose(Function.identity());
  }

  @Override
  public CompletionStage<Boolean> resubmit(
      IncarnationId home, long number, IncarnationId owner, List<Record> records) {
    return home.equals(incarnation)
        ? resubmissions.take(number, owner, records)
        : peers.resubmit(home, number, owner, records);
  }

  /**
   * Takes over entries, for lanes of this node.
   *
   * @param number of the view by which this is their home
   * @param owner whose they are: an earlier owner of their shards
   * @return true when all are published here; false if this node is not the home of all of them, or
   *     does not know that it is
   * @throws IllegalArgumentException if one has no user
   */
  public CompletionStage<Boolean> takeOver(long number, IncarnationId owner, List<Record> records) {
    return resubmissions.take(number, owner, records);
  }

  /** Passes a message on to its home; whoever sent it is told to try again if that fails. */
  void forward(Misdirected message) {
    metrics.forwarded();
    Standings now = standings;
    Optional<IncarnationId> home = homeElsewhere(message.to());
    CompletionStage<ByteString> answer =
        home.isPresent()
            ? peers.forward(home.get(), now.view(), message.to(), message.from())
            : CompletableFuture.failedStage(new IllegalStateException("no other home is known"));
    answer.whenComplete(
        (frame, failure) ->
            trunks.send(
                message.trunk(),
                DeliveryBatch.newBuilder()
                    .addFrames(
                        DeliveryFrame.newBuilder()
                            .setConnection(message.connection())
                            .setRelay(failure == null ? frame : tryAgain(message)))
                    .build()));
  }

  private static ByteString tryAgain(Misdirected message) {
    return ServerFrame.newBuilder()
        .setSendRefused(
            SendRefused.newBuilder()
                .setTo(UnsafeByteOperations.unsafeWrap(message.to().bytes()))
                .setClientId(message.from().getSend().getClientId())
                .setReason(Reason.UNAVAILABLE)
                .setReturnAfterMs(ThreadLocalRandom.current().nextInt(500, 1_500)))
        .build()
        .toByteString();
  }

  /** A lane speaks for nothing any more that it has lost by this view. */
  void released(int lane, long number) {
    onThread(
        () -> {
          releasedByLane[lane] = Math.max(releasedByLane[lane], number);
          release();
        });
  }

  private void release() {
    long all = Arrays.stream(releasedByLane).min().orElse(0);
    if (releasing || all <= released) {
      return;
    }
    releasing = true;
    observe(
        "release",
        storage.incarnations().release(incarnation, all),
        () -> {
          releasing = false;
          released = all;
          watch.look();
          release();
        },
        () -> {
          releasing = false;
          thread.schedule(this::release, 200);
        });
  }

  // ---- the registry row

  void raiseCeiling(long atLeast) {
    thread.execute(
        () -> {
          ceilingWanted = Math.max(ceilingWanted, atLeast);
          if (!raising && ceilingWanted > ceiling) {
            raising = true;
            long target = ceilingWanted;
            observe(
                "ceiling",
                storage.incarnations().raiseCeiling(incarnation, target),
                () -> ceilingRaised(target),
                this::ceilingFailed);
          }
        });
  }

  private void ceilingRaised(long target) {
    raising = false;
    ceiling = target;
    lanes.forEach(lane -> lane.submit(each -> each.ceilingRaised(target)));
    if (ceilingWanted > ceiling) {
      // Asked for meanwhile.
      raiseCeiling(ceilingWanted);
    }
  }

  private void ceilingFailed() {
    raising = false;
    lanes.forEach(lane -> lane.submit(Lane::ceilingFailed));
  }

  void checkpoint(int lane, long seq) {
    thread.execute(
        () -> {
          checkpoints.put(lane, seq);
          if (!checkpointing) {
            // Lanes say so within the same moment, once a second: they share a write.
            checkpointing = true;
            thread.schedule(this::writeCheckpoints, 50);
          }
        });
  }

  private void writeCheckpoints() {
    Map<Integer, Long> written = Map.copyOf(checkpoints);
    checkpoints.clear();
    observe(
        "checkpoint",
        storage.incarnations().checkpoint(incarnation, written),
        () -> {
          checkpointsDone();
          written.forEach(
              (lane, seq) ->
                  lanes
                      .get(lane)
                      .submit(each -> each.checkpointWritten(seq, JournalStore.SLICE_BLOCKS)));
        },
        () -> {
          checkpointsDone();
          written.keySet().forEach(lane -> lanes.get(lane).submit(Lane::checkpointFailed));
        });
  }

  private void checkpointsDone() {
    checkpointing = !checkpoints.isEmpty();
    if (checkpointing) {
      thread.schedule(this::writeCheckpoints, 50);
    }
  }

  private void readOwnRow() {
    if (reading || stopping) {
      return;
    }
    reading = true;
    long startedAtMono = clocks.monoMs();
    thread.after(
        storage.incarnations().read(incarnation),
        row -> {
          reading = false;
          ownRow(row, startedAtMono);
        },
        failure -> {
          reading = false;
          storageFailed("own row", failure);
        });
  }

  private void ownRow(Optional<Registration> row, long readSinceMono) {
    if (row.isPresent() && !row.get().sealed() && row.get().address().equals(address)) {
      lanes.forEach(lane -> lane.submit(each -> tellClean(each, readSinceMono)));
    } else if (!stopping) {
      lanes.forEach(lane -> lane.submit(Lane::sealed));
      onFatal.accept(
          "incarnation "
              + incarnation
              + " is sealed: another delivery process has taken its place");
    }
  }

  /** On the lane's thread. */
  private void tellClean(Lane lane, long startedAtMono) {
    lane.cleanRead(startedAtMono);
    if (!clean.isDone() && lane.isHealthy()) {
      cleanLanes.add(lane);
      if (cleanLanes.size() == lanes.size()) {
        clean.complete(null);
      }
    }
  }

  private void gatherStats() {
    metrics.sayFailures();
    for (int i = 0; i < lanes.size(); i++) {
      int number = i;
      LaneRunner runner = lanes.get(i);
      runner.submit(
          lane -> metrics.update(number, lane.stats(), runner.queued(), lane.isHealthy()));
    }
  }

  private void observe(String what, CompletionStage<Void> stage, Runnable done, Runnable failed) {
    thread.after(
        stage,
        _ -> done.run(),
        failure -> {
          storageFailed(what, failure);
          failed.run();
        });
  }

  void storageFailed(String what, Throwable failure) {
    metrics.storageFailed(what, failure);
  }

  // ---- the end

  /**
   * Hands everything to others, if there are any.
   *
   * @param deadlineMs how long it may take
   */
  public Departure leave(long deadlineMs) {
    long untilMs = clocks.monoMs() + deadlineMs;
    onThread(watch::leave);
    while (clocks.monoMs() < untilMs) {
      switch (ask(watch::left).orElse(ClusterWatch.Leave.UNDER_WAY)) {
        case UNDER_WAY -> pause();
        case ALONE -> {
          return Departure.ALONE;
        }
        case DONE -> {
          return leaveNothing(true) ? Departure.LEFT : Departure.LATE;
        }
      }
    }
    return Departure.LATE;
  }

  /** Asks on the node's thread; empty if it does not answer. */
  private <T> Optional<T> ask(Supplier<T> question) {
    try {
      return Optional.of(CompletableFuture.supplyAsync(question, thread).get(2, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      log.error("the node cannot say how far it is", e.getCause());
      return Optional.empty();
    } catch (TimeoutException | RejectedExecutionException e) {
      return Optional.empty();
    }
  }

  /**
   * Settles everything, and leaves nothing to recover.
   *
   * @param deadlineMs how long it may take
   * @return whether all was settled and the registry says so
   */
  public boolean settle(long deadlineMs) {
    long untilMs = clocks.monoMs() + deadlineMs;
    lanes.forEach(lane -> lane.submit(Lane::hurry));
    // Twice in a row: a lane that answered first may have been handed a copy by one that answered
    // later.
    int rounds = 0;
    while (clocks.monoMs() < untilMs) {
      boolean isOwed = ask(watch::isOwed).orElse(true);
      rounds = !isOwed && allLanesSettled() ? rounds + 1 : 0;
      if (rounds == 2) {
        return leaveNothing(false);
      }
      pause();
    }
    return false;
  }

  private boolean allLanesSettled() {
    List<CompletableFuture<Boolean>> answers = new ArrayList<>();
    for (LaneRunner runner : lanes) {
      CompletableFuture<Boolean> answer = new CompletableFuture<>();
      runner.submit(lane -> answer.complete(lane.isSettled()));
      answers.add(answer);
    }
    try {
      for (CompletableFuture<Boolean> answer : answers) {
        if (!answer.get(1, TimeUnit.SECONDS)) {
          return false;
        }
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  /**
   * The own row expires once it says that there is nothing to recover, so the view has to remember
   * how far ids were issued; else a start after that would issue them again.
   */
  private boolean leaveNothing(boolean hasHeirs) {
    // No lane may publish any more, and the own row will look like a seal to whoever watches it.
    stopping = true;
    onThread(watch::end);
    lanes.forEach(LaneRunner::stop);
    try {
      if (!hasHeirs && !isFloorRaised()) {
        return false;
      }
      storage
          .incarnations()
          .markRecovered(incarnation)
          .toCompletableFuture()
          .get(2, TimeUnit.SECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  private boolean isFloorRaised()
      throws InterruptedException, ExecutionException, TimeoutException {
    long issued =
        CompletableFuture.supplyAsync(() -> Math.max(ceiling, ceilingWanted), thread)
            .get(2, TimeUnit.SECONDS);
    return storage
        .views()
        .read()
        .thenCompose(current -> raiseFloor(current, issued))
        .toCompletableFuture()
        .get(2, TimeUnit.SECONDS);
  }

  private CompletionStage<Boolean> raiseFloor(Optional<ViewStore.View> decided, long issued) {
    if (decided.isEmpty() || !decided.get().members().contains(incarnation)) {
      return CompletableFuture.completedStage(false);
    }
    ViewStore.View current = decided.get();
    ViewStore.View next =
        new ViewStore.View(
            current.number() + 1,
            current.members(),
            current.earlier(),
            Math.max(current.idFloor(), issued));
    return storage.views().change(next).thenApply(change -> change instanceof Change.Decided);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stopping = true;
    onThread(() -> recoveries.values().forEach(Thread::interrupt));
    // Lanes hand work to the thread, so they end first.
    lanes.forEach(LaneRunner::stop);
    thread.close();
  }
}
