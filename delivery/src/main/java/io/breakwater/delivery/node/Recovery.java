package io.breakwater.delivery.node;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.delivery.membership.Standings;
import io.breakwater.delivery.recovery.Estate;
import io.breakwater.delivery.recovery.JournalRun;
import io.breakwater.proto.journal.Record;
import io.breakwater.storage.IncarnationStore.Registration;
import io.breakwater.storage.JournalStore;
import io.breakwater.storage.JournalStore.LaneKey;
import io.breakwater.storage.JournalStore.StoredBlock;
import io.breakwater.storage.Storage;
import io.breakwater.storage.StorageException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 *   1. seal it, and wait until it cannot publish any more
 *   2. read its row again: its ceiling is final now; no view to come may have a floor below that
 *   For each lane:
 *   3. read its journal from its checkpoint, and the checkpoint once more: if a slice may have been dropped meanwhile,
 *      all of it again
 *   4. hand what is unsettled to the homes, in entry order; whoever refuses, or is lost, is asked again, or whoever is
 *      the home by then
 *   5. when all of it is published: mark it recovered
 *
 * Two nodes may do this at the same time: entries keep their ids.
 */
/** Takes over what a dead incarnation left. Runs on a thread of its own, which waits. */
final class Recovery {
  private static final Logger log = LoggerFactory.getLogger(Recovery.class);

  /**
   * An incarnation publishes for 1 s after a clean read began; the rest is for clocks that run
   * unevenly.
   */
  private static final Duration SEAL_WAIT = Duration.ofMillis(1_200);

  /** No lane of any release had more block writes in flight. */
  private static final int MAX_BLOCKS_IN_FLIGHT = 16;

  /** A journal that looks damaged is read again so many times. */
  private static final int REREADS = 3;

  private static final int PARCEL_ENTRIES = 1_000;
  private static final int PARCEL_BYTES = 512 << 10;

  /** A home that has not published a parcel by then is asked again; others get their next one. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration AGAIN = Duration.ofMillis(200);
  private static final Duration ASK_AGAIN = Duration.ofMillis(500);

  /** What it needs of its node. Any thread. */
  interface Heirs {
    /** Of the newest view. */
    Standings standings();

    /** Hands entries to a node, which may be this one. */
    CompletionStage<Boolean> resubmit(
        IncarnationId home, long view, IncarnationId owner, List<Record> records);

    /** Complete when no view to come has a lower floor. */
    CompletionStage<Void> raiseFloor(long above);
  }

  private final Storage storage;
  private final Heirs heirs;
  private final Clocks clocks;
  private final Duration patience;
  private final StorageWait wait;
  private int cut;
  private long handingOverMs;

  /**
   * @param patience with homes, {@link #PATIENCE} but in a test
   */
  Recovery(Storage storage, Heirs heirs, Clocks clocks, Duration patience) {
    this.patience = patience;
    this.storage = storage;
    this.heirs = heirs;
    this.clocks = clocks;
    this.wait = new StorageWait(ASK_AGAIN, clocks, _ -> {});
  }

  /**
   * Recovers; returns when that is done, by this node or another.
   *
   * @return how many blocks were cut off its journals
   */
  int recover(IncarnationId dead) throws InterruptedException {
    long beganMs = clocks.monoMs();
    ask("seal", () -> storage.incarnations().seal(dead));
    TimeUnit.MILLISECONDS.sleep(SEAL_WAIT.toMillis());
    Optional<Registration> row = ask("read row", () -> storage.incarnations().read(dead));
    if (row.isEmpty() || row.get().recovered()) {
      return 0;
    }
    await("floor", heirs.raiseFloor(row.get().idCeiling()));
    int entries = 0;
    for (int lane = 0; lane < row.get().lanes(); lane++) {
      entries += recoverLane(row.get(), lane);
    }
    ask("mark recovered", () -> storage.incarnations().markRecovered(dead));
    long tookMs = clocks.monoMs() - beganMs;
    log.info(
        "recovered {} journaled entries of incarnation {} ({}) in {} ms: {} ms to seal and read, {} ms to hand over",
        entries,
        dead,
        row.get().address(),
        tookMs,
        tookMs - handingOverMs,
        handingOverMs);
    return cut;
  }

  /**
   * A lane at a time: all of a shard was one lane's, and what is in memory at once is the journal
   * of one, from its checkpoint on. That is little more than half a minute of its entries, since
   * those that stay unsettled longer are appended again.
   */
  private int recoverLane(Registration row, int lane) throws InterruptedException {
    Estate estate = Estate.divide(readLane(row, lane), user -> Shard.of(user).number());
    if (estate.unreadable() > 0) {
      log.error(
          "{} journaled entries are damaged and were left out: messages may be missing",
          estate.unreadable());
    }
    long beganMs = clocks.monoMs();
    int entries = handOver(row.incarnation(), estate);
    handingOverMs += clocks.monoMs() - beganMs;
    return entries;
  }

  // ---- handing over

  private int handOver(IncarnationId dead, Estate estate) throws InterruptedException {
    Map<Integer, Deque<Record>> left = new LinkedHashMap<>();
    int entries = 0;
    for (Map.Entry<Integer, List<Record>> part : estate.parts().entrySet()) {
      left.put(part.getKey(), new ArrayDeque<>(part.getValue()));
      entries += part.getValue().size();
    }
    while (!left.isEmpty()) {
      boolean isRefused = !round(dead, left);
      left.values().removeIf(Deque::isEmpty);
      if (isRefused) {
        TimeUnit.MILLISECONDS.sleep(AGAIN.toMillis());
      }
    }
    return entries;
  }

  private record Sent(Parcel parcel, CompletionStage<Boolean> answer, long untilMs) {}

  private record Parcel(List<Record> records, Map<Integer, Integer> taken) {}

  /** One parcel to each home; whether all were taken. */
  private boolean round(IncarnationId dead, Map<Integer, Deque<Record>> left)
      throws InterruptedException {
    Standings standings = heirs.standings();
    Map<IncarnationId, Parcel> parcels = new LinkedHashMap<>();
    Map<IncarnationId, Integer> bytes = new HashMap<>();
    left.forEach(
        (shard, records) ->
            standings
                .ownerOf(new Shard(shard))
                .ifPresent(home -> fill(home, shard, records, parcels, bytes)));
    List<Sent> sent = new ArrayList<>();
    long untilMs = clocks.monoMs() + patience.toMillis();
    parcels.forEach(
        (home, parcel) ->
            sent.add(
                new Sent(
                    parcel,
                    heirs.resubmit(home, standings.view(), dead, parcel.records),
                    untilMs)));
    boolean isTaken = !parcels.isEmpty();
    for (Sent each : sent) {
      if (isPublished(each)) {
        each.parcel.taken.forEach((shard, count) -> remove(left.get(shard), count));
      } else {
        isTaken = false;
      }
    }
    return isTaken;
  }

  private static void remove(@Nullable Deque<Record> records, int count) {
    for (int i = 0; i < count && records != null; i++) {
      records.removeFirst();
    }
  }

  private static void fill(
      IncarnationId home,
      int shard,
      Deque<Record> records,
      Map<IncarnationId, Parcel> parcels,
      Map<IncarnationId, Integer> bytes) {
    Parcel parcel =
        parcels.computeIfAbsent(home, _ -> new Parcel(new ArrayList<>(), new HashMap<>()));
    for (Record record : records) {
      int size = bytes.getOrDefault(home, 0);
      if (parcel.records.size() >= PARCEL_ENTRIES || size >= PARCEL_BYTES) {
        return;
      }
      parcel.records.add(record);
      parcel.taken.merge(shard, 1, Integer::sum);
      bytes.put(home, size + record.getSerializedSize());
    }
  }

  private boolean isPublished(Sent sent) throws InterruptedException {
    long leftMs = Math.max(0, sent.untilMs - clocks.monoMs());
    try {
      return sent.answer.toCompletableFuture().get(leftMs, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.warn("a home has not published {} entries in time", sent.parcel.records.size());
      return false;
    } catch (ExecutionException e) {
      log.debug("a home did not answer", e);
      return false;
    }
  }

  // ---- the journal

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
    cut += run.cut();
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

  static <T> T await(String what, CompletionStage<T> stage) throws InterruptedException {
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
