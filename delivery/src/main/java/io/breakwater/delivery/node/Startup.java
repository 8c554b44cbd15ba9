package io.breakwater.delivery.node;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.delivery.lane.LaneLimits;
import io.breakwater.delivery.recovery.Estate;
import io.breakwater.delivery.recovery.JournalRun;
import io.breakwater.proto.journal.Record;
import io.breakwater.storage.IncarnationStore.Registration;
import io.breakwater.storage.JournalStore;
import io.breakwater.storage.JournalStore.LaneKey;
import io.breakwater.storage.JournalStore.StoredBlock;
import io.breakwater.storage.Storage;
import io.breakwater.storage.StorageException;
import io.breakwater.storage.ViewStore.Change;
import io.breakwater.storage.ViewStore.View;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * How an incarnation begins, one step after the other, on the caller's thread:
 *
 *   1. register: an address, and no ids yet
 *   2. decide the view: this incarnation alone is a member; only those outside the decided view are sealed
 *   3. seal every other incarnation that is not recovered, and wait until none of them can publish any more
 *   4. read their rows again: their ceilings are final now; own ids start above all of them
 *   5. read their journals from their checkpoints, and the checkpoints once more: if a slice may have been dropped
 *      meanwhile, all of it again
 *   6. resubmit what is unsettled to the own lanes, in entry order, before anything new
 *   7. when all of it is published: mark them recovered
 */
/** Starts an incarnation: takes the place of all earlier ones, and takes over what they left. */
public final class Startup {
  private static final Logger log = LoggerFactory.getLogger(Startup.class);

  /**
   * An incarnation publishes for 1 s after a clean read began; the rest is for clocks that run
   * unevenly.
   */
  private static final Duration SEAL_WAIT = Duration.ofMillis(1_200);

  /** No lane of any release had more block writes in flight. */
  private static final int MAX_BLOCKS_IN_FLIGHT = 16;

  /** A journal that looks damaged is read again so many times. */
  private static final int REREADS = 3;

  private final Storage storage;
  private final StorageWait wait;
  private final Clocks clocks;
  private final LaneLimits limits;
  private final int lanes;
  private final MeterRegistry registry;
  private final Consumer<String> onFatal;

  /**
   * @param wait for storage that does not answer
   * @param lanes how many threads own mailboxes
   * @param onFatal told why the process has to end
   */
  public Startup(
      Storage storage,
      StorageWait wait,
      Clocks clocks,
      LaneLimits limits,
      int lanes,
      MeterRegistry registry,
      Consumer<String> onFatal) {
    this.storage = storage;
    this.wait = wait;
    this.clocks = clocks;
    this.limits = limits;
    this.lanes = lanes;
    this.registry = registry;
    this.onFatal = onFatal;
  }

  /**
   * Starts the incarnation; waits for storage, for the seals, and for recovery.
   *
   * @param address of this process's trunk port
   * @throws StorageException.Broken if what storage says cannot be understood
   * @throws InterruptedException if the thread is interrupted
   */
  public Node begin(IncarnationId self, String address) throws InterruptedException {
    ask("register", () -> storage.incarnations().register(self, address, lanes, 0));
    View view = decide(self, 0);
    List<IncarnationId> dead = seal(self);
    List<Registration> rows = ask("list incarnations", storage.incarnations()::list);
    long floor =
        Math.max(view.idFloor(), rows.stream().mapToLong(Registration::idCeiling).max().orElse(0));
    long ceiling = floor + 1 + (1L << 20);
    ask("ceiling", () -> storage.incarnations().raiseCeiling(self, ceiling));
    endIfReplaced(self);
    decide(self, floor);
    Node node =
        new Node(
            storage, self, address, lanes, limits, floor + 1, ceiling, clocks, registry, onFatal);
    try {
      node.start();
      await("clean read", node.clean());
      recover(dead, node);
    } catch (RuntimeException | InterruptedException e) {
      node.close();
      throw e;
    }
    log.info("incarnation {} at {}: {} lanes, entry ids from {}", self, address, lanes, floor + 1);
    return node;
  }

  private View decide(IncarnationId self, long idFloor) throws InterruptedException {
    Optional<View> current = ask("read view", storage.views()::read);
    while (true) {
      View base = current.orElse(View.NONE);
      View next =
          new View(base.number() + 1, List.of(self), List.of(), Math.max(base.idFloor(), idFloor));
      switch (ask("decide view", () -> storage.views().change(next))) {
        case Change.Decided(View decided) -> {
          return decided;
        }
        case Change.Superseded(View other) -> current = Optional.of(other);
      }
    }
  }

  /**
   * A start may have waited for storage for so long that another one has gone by: that one serves,
   * and must not be sealed. What is left between this look and the seal is an answer's time, not an
   * outage's.
   */
  private void endIfReplaced(IncarnationId self) throws InterruptedException {
    boolean isMember =
        ask("read view", storage.views()::read)
            .filter(view -> view.members().contains(self))
            .isPresent();
    boolean isSealed =
        ask("read row", () -> storage.incarnations().read(self))
            .filter(row -> !row.sealed())
            .isEmpty();
    if (!isMember || isSealed) {
      throw new StorageException.Broken(
          "incarnation " + self + " was replaced while it started: another delivery process serves",
          null);
    }
  }

  private List<IncarnationId> seal(IncarnationId self) throws InterruptedException {
    List<IncarnationId> dead = new ArrayList<>();
    List<Registration> rows = ask("list incarnations", storage.incarnations()::list);
    endIfReplaced(self);
    for (Registration row : rows) {
      if (!row.incarnation().equals(self) && !row.recovered()) {
        dead.add(row.incarnation());
        ask("seal", () -> storage.incarnations().seal(row.incarnation()));
      }
    }
    if (!dead.isEmpty()) {
      log.info("taking the place of {} earlier incarnation(s) that did not settle", dead.size());
      TimeUnit.MILLISECONDS.sleep(SEAL_WAIT.toMillis());
    }
    return dead;
  }

  private void recover(List<IncarnationId> dead, Node node) throws InterruptedException {
    List<Record> left = new ArrayList<>();
    for (IncarnationId each : dead) {
      Optional<Registration> row = ask("read row", () -> storage.incarnations().read(each));
      if (row.isPresent()) {
        for (int lane = 0; lane < row.get().lanes(); lane++) {
          left.addAll(readLane(row.get(), lane));
        }
      }
    }
    Estate estate = Estate.divide(left, node::laneOf);
    if (estate.unreadable() > 0) {
      log.error(
          "{} journaled entries are damaged and were left out: messages may be missing",
          estate.unreadable());
    }
    await("resubmission", node.resubmit(estate.parts()));
    for (IncarnationId each : dead) {
      ask("mark recovered", () -> storage.incarnations().markRecovered(each));
    }
    if (!dead.isEmpty()) {
      log.info("recovered {} journaled entries of {} incarnation(s)", left.size(), dead.size());
    }
  }

  private List<Record> readLane(Registration row, int lane) throws InterruptedException {
    JournalRun run = readRun(row, lane);
    // A write of the dead may land between the reading of two slices, and make a hole look old.
    for (int again = 0; run.damaged() && again < REREADS; again++) {
      TimeUnit.MILLISECONDS.sleep(SEAL_WAIT.toMillis());
      run = readRun(row, lane);
    }
    if (run.damaged()) {
      log.error(
          "the journal of incarnation {} lane {} is damaged: a durable block is missing or cannot be read."
              + " Everything that can be read was taken over; messages may be missing",
          row.incarnation(),
          lane);
    }
    log.info(
        "incarnation {} lane {}: {} unsettled entries, {} blocks cut off",
        row.incarnation(),
        lane,
        run.records().size(),
        run.cut());
    return run.records();
  }

  /**
   * The interleaving: an owner that does not know yet that it is sealed moves its checkpoint and
   * drops slices while they are read; then an empty slice is no end of the journal. So what was
   * read counts only if the checkpoint, read again afterwards, is still in the slice that the
   * reading began with: slices from there on were not dropped before that.
   */
  private JournalRun readRun(Registration row, int lane) throws InterruptedException {
    LaneKey key = new LaneKey(row.incarnation(), lane);
    long from = row.checkpoints().getOrDefault(lane, 0L);
    while (true) {
      List<StoredBlock> blocks = readBlocks(key, from);
      long checkpoint = Math.max(from, checkpoint(row.incarnation(), lane));
      if (checkpoint / JournalStore.SLICE_BLOCKS == from / JournalStore.SLICE_BLOCKS) {
        return JournalRun.of(checkpoint, blocks, MAX_BLOCKS_IN_FLIGHT);
      }
      from = checkpoint;
    }
  }

  private long checkpoint(IncarnationId incarnation, int lane) throws InterruptedException {
    return ask("read row", () -> storage.incarnations().read(incarnation))
        .map(row -> row.checkpoints().getOrDefault(lane, 0L))
        .orElse(0L);
  }

  private List<StoredBlock> readBlocks(LaneKey key, long from) throws InterruptedException {
    List<StoredBlock> blocks = new ArrayList<>();
    long slice = from / JournalStore.SLICE_BLOCKS;
    while (true) {
      long number = slice;
      List<StoredBlock> part = ask("read journal", () -> storage.journal().read(key, number, from));
      if (part.isEmpty() && slice > from / JournalStore.SLICE_BLOCKS) {
        return blocks;
      }
      blocks.addAll(part);
      slice++;
    }
  }

  private <T> T ask(String what, Supplier<CompletionStage<T>> request) throws InterruptedException {
    return wait.answer(() -> await(what, request.get()));
  }

  private static <T> T await(String what, CompletionStage<T> stage) throws InterruptedException {
    try {
      return stage.toCompletableFuture().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StorageException failure) {
        throw failure;
      }
      throw new CompletionException(what, e.getCause());
    }
  }
}
