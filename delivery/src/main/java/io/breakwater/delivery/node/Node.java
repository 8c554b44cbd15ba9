package io.breakwater.delivery.node;

import io.breakwater.common.id.Hashes;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.lane.Lane;
import io.breakwater.delivery.lane.LaneLimits;
import io.breakwater.proto.journal.Record;
import io.breakwater.storage.JournalStore;
import io.breakwater.storage.JournalStore.LaneKey;
import io.breakwater.storage.Storage;
import io.breakwater.storage.ViewStore.Change;
import io.breakwater.storage.ViewStore.View;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One incarnation at work: its lanes, its row in the registry, its seal watch. Made by {@link
 * Startup}.
 *
 * <p>What is not a lane's is confined to one thread, {@code node}; public methods may be called
 * from any.
 */
public final class Node implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Node.class);
  private static final long SEAL_READ_MS = 250;

  private final Storage storage;
  private final IncarnationId incarnation;
  private final String address;
  private final Clocks clocks;
  private final Consumer<String> onFatal;
  private final TrunkRegistry trunks = new TrunkRegistry();
  private final List<LaneRunner> lanes = new ArrayList<>();
  private final NodeMetrics metrics;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("node").factory());

  /** The lanes are settled and about to stop. */
  private volatile boolean stopping;

  // Owned by the node thread.
  private long ceiling;
  private long ceilingWanted;
  private boolean raising;
  private final Map<Integer, Long> checkpoints = new HashMap<>();
  private boolean checkpointing;
  private boolean reading;

  private final CompletableFuture<Void> clean = new CompletableFuture<>();
  private final Set<Lane> cleanLanes = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> allResubmitted = new CompletableFuture<>();
  private int resubmissionsLeft;

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
      LaneLimits limits,
      long firstId,
      long ceiling,
      Clocks clocks,
      MeterRegistry registry,
      Consumer<String> onFatal) {
    this.storage = storage;
    this.incarnation = incarnation;
    this.address = address;
    this.clocks = clocks;
    this.onFatal = onFatal;
    this.ceiling = ceiling;
    this.metrics = new NodeMetrics(registry, laneCount, trunks);
    for (int i = 0; i < laneCount; i++) {
      int number = i;
      lanes.add(
          new LaneRunner(
              number,
              clocks,
              runner ->
                  new StorageEffects(
                      number, new LaneKey(incarnation, number), storage, this, clocks, runner),
              effects -> new Lane(effects, limits, storage.layout(), incarnation, firstId, ceiling),
              failure -> onFatal.accept("lane " + number + " is broken: " + failure)));
    }
  }

  /** Starts the lanes and the seal watch. */
  void start() {
    lanes.forEach(LaneRunner::start);
    repeat(this::readOwnRow, SEAL_READ_MS);
    repeat(this::gatherStats, 1_000);
  }

  private void repeat(Runnable task, long everyMs) {
    var _ =
        thread.scheduleAtFixedRate(
            () -> {
              try {
                task.run();
              } catch (RuntimeException e) {
                log.error("a periodic task of the node failed; it goes on", e);
              } catch (Error e) {
                // The executor would drop the task without a word: the seal watch, for one.
                onFatal.accept("the node's thread is broken: " + e);
                throw e;
              }
            },
            0,
            everyMs,
            TimeUnit.MILLISECONDS);
  }

  /** This start's id. */
  public IncarnationId incarnation() {
    return incarnation;
  }

  /** The open trunks. */
  public TrunkRegistry trunks() {
    return trunks;
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

  // ---- resubmission

  /**
   * Hands over what earlier incarnations left.
   *
   * @return complete when all of it is published here
   */
  CompletionStage<Void> resubmit(Map<Integer, List<Record>> parts) {
    thread.execute(
        () -> {
          resubmissionsLeft = parts.size();
          if (parts.isEmpty()) {
            allResubmitted.complete(null);
          }
          parts.forEach(
              (number, records) -> lanes.get(number).submit(lane -> lane.resubmit(1, records)));
        });
    return allResubmitted;
  }

  void resubmitted(int lane) {
    thread.execute(
        () -> {
          log.info("lane {} has taken over what earlier incarnations left", lane);
          resubmissionsLeft--;
          if (resubmissionsLeft == 0) {
            allResubmitted.complete(null);
          }
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
            schedule(this::writeCheckpoints, 50);
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
      schedule(this::writeCheckpoints, 50);
    }
  }

  private void readOwnRow() {
    if (reading || stopping) {
      return;
    }
    reading = true;
    long startedAtMono = clocks.monoMs();
    storage
        .incarnations()
        .read(incarnation)
        .whenCompleteAsync(
            (row, failure) -> {
              reading = false;
              if (failure != null) {
                storageFailed("own row", failure);
              } else if (row.isPresent()
                  && !row.get().sealed()
                  && row.get().address().equals(address)) {
                lanes.forEach(lane -> lane.submit(each -> tellClean(each, startedAtMono)));
              } else if (!stopping) {
                lanes.forEach(lane -> lane.submit(Lane::sealed));
                onFatal.accept(
                    "incarnation "
                        + incarnation
                        + " is sealed: another delivery process has taken its place");
              }
            },
            thread);
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

  private void schedule(Runnable task, long delayMs) {
    var _ =
        thread.schedule(
            () -> {
              try {
                task.run();
              } catch (RuntimeException e) {
                log.error("a task of the node failed", e);
              }
            },
            delayMs,
            TimeUnit.MILLISECONDS);
  }

  private void observe(String what, CompletionStage<Void> stage, Runnable done, Runnable failed) {
    stage.whenCompleteAsync(
        (_, failure) -> {
          if (failure == null) {
            done.run();
          } else {
            storageFailed(what, failure);
            failed.run();
          }
        },
        thread);
  }

  void storageFailed(String what, Throwable failure) {
    metrics.storageFailed(what, failure);
  }

  // ---- the end

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
      rounds = allLanesSettled() ? rounds + 1 : 0;
      if (rounds == 2) {
        return leaveNothing();
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
  private boolean leaveNothing() {
    // No lane may publish any more, and the own row will look like a seal to whoever watches it.
    stopping = true;
    lanes.forEach(LaneRunner::stop);
    try {
      long issued =
          CompletableFuture.supplyAsync(() -> Math.max(ceiling, ceilingWanted), thread)
              .get(2, TimeUnit.SECONDS);
      boolean remembered =
          storage
              .views()
              .read()
              .thenCompose(view -> raiseFloor(view, issued))
              .toCompletableFuture()
              .get(2, TimeUnit.SECONDS);
      if (!remembered) {
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

  private CompletionStage<Boolean> raiseFloor(Optional<View> view, long issued) {
    if (view.isEmpty() || !view.get().members().contains(incarnation)) {
      return CompletableFuture.completedStage(false);
    }
    View current = view.get();
    View next =
        new View(
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
    // Lanes hand work to the thread, so they end first.
    lanes.forEach(LaneRunner::stop);
    thread.shutdownNow();
  }
}
