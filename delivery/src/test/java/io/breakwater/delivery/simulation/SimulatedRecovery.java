package io.breakwater.delivery.simulation;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.delivery.lane.Rule;
import io.breakwater.delivery.membership.Standings;
import io.breakwater.delivery.recovery.Estate;
import io.breakwater.delivery.recovery.JournalRun;
import io.breakwater.proto.journal.Record;
import io.breakwater.storage.IncarnationStore.Registration;
import io.breakwater.storage.JournalStore.StoredBlock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What {@code Recovery} does, which waits on a thread of its own, on virtual time. */
final class SimulatedRecovery {
  private static final long SEAL_WAIT_MS = 1_200;
  private static final long AGAIN_MS = 200;
  private static final int DAMAGED_READINGS = 4;

  private static final class Parcel {
    final List<Record> records = new ArrayList<>();
    final Map<Integer, Integer> taken = new LinkedHashMap<>();
  }

  private final World world;
  private final SimulatedNode node;
  private final IncarnationId dead;
  private final Runnable onDone;
  private final Dice dice;
  private final Map<Integer, Deque<Record>> left = new TreeMap<>();
  private boolean wasRefused;

  /**
   * @param node it is recovered by this one
   */
  SimulatedRecovery(World world, SimulatedNode node, IncarnationId dead, Runnable onDone) {
    this.world = world;
    this.node = node;
    this.dead = dead;
    this.onDone = onDone;
    dice = world.dice.another();
  }

  void start() {
    world.trace(() -> node + " recovers " + SimulatedNode.name(dead));
    long waitMs = world.sabotages.contains(Sabotage.SEAL_NOT_AWAITED) ? 0 : SEAL_WAIT_MS;
    node.insist(
        () -> world.storage.incarnations().seal(dead), _ -> node.later(waitMs, this::readRow));
  }

  private void readRow() {
    node.insist(
        () -> world.storage.incarnations().read(dead),
        row -> {
          if (row.isEmpty() || row.get().recovered()) {
            onDone.run();
          } else {
            node.raiseFloor(row.get().idCeiling(), () -> readLanes(row.get()));
          }
        });
  }

  private void readLanes(Registration row) {
    List<Record> records = new ArrayList<>();
    readLane(row, 0, records);
  }

  private void readLane(Registration row, int lane, List<Record> records) {
    if (world.sabotages.contains(Sabotage.RECOVERY_SKIPPED)) {
      markRecovered();
    } else if (lane == row.lanes()) {
      handOver(records);
    } else {
      readJournal(
          lane,
          row.checkpoints().getOrDefault(lane, 0L),
          0,
          new ArrayList<>(),
          records,
          () -> readLane(row, lane + 1, records));
    }
  }

  private void readJournal(
      int lane,
      long from,
      int readings,
      List<StoredBlock> blocks,
      List<Record> records,
      Runnable then) {
    long slice = from / world.plan.sliceBlocks();
    readSlices(
        lane,
        slice,
        from,
        blocks,
        () ->
            node.insist(
                () -> world.storage.incarnations().read(dead),
                row -> {
                  world.oracle.journalRead(dead);
                  long checkpoint =
                      Math.max(
                          from,
                          row.map(each -> each.checkpoints().getOrDefault(lane, 0L)).orElse(0L));
                  if (checkpoint / world.plan.sliceBlocks() != slice) {
                    // Slices may have been dropped while they were read.
                    readJournal(lane, checkpoint, readings, new ArrayList<>(), records, then);
                  } else {
                    judge(lane, checkpoint, readings, blocks, records, then);
                  }
                }));
  }

  private void judge(
      int lane,
      long checkpoint,
      int readings,
      List<StoredBlock> blocks,
      List<Record> records,
      Runnable then) {
    JournalRun run = JournalRun.of(checkpoint, blocks, world.plan.limits().blocksInFlight());
    world.trace(
        () ->
            node
                + " takes over lane "
                + lane
                + " of "
                + SimulatedNode.name(dead)
                + " from "
                + checkpoint
                + ": blocks "
                + blocks.stream().map(StoredBlock::seq).toList()
                + ", records "
                + run.records().size()
                + ", cut "
                + run.cut()
                + (run.damaged() ? ", DAMAGED" : ""));
    world.happened(Sometimes.JOURNAL_CUT, run.cut());
    if (run.damaged() && readings < DAMAGED_READINGS) {
      // A zombie may fill a hole between the reading of two slices, and write on.
      node.later(
          dice.between(200L, 1_000L),
          () -> readJournal(lane, checkpoint, readings + 1, new ArrayList<>(), records, then));
    } else if (run.damaged()) {
      throw world.violation(Promise.P1, "the journal of " + dead + " misses a block");
    } else {
      records.addAll(run.records());
      then.run();
    }
  }

  private void readSlices(
      int lane, long slice, long from, List<StoredBlock> blocks, Runnable then) {
    node.insist(
        () -> world.storage.journal().read(LaneShell.sliceKey(dead, lane, slice), 0, 0),
        read -> {
          for (StoredBlock each : read) {
            long seq = slice * world.plan.sliceBlocks() + each.seq();
            if (seq >= from) {
              blocks.add(new StoredBlock(seq, each.block()));
            }
          }
          if (read.isEmpty()) {
            then.run();
          } else {
            readSlices(lane, slice + 1, from, blocks, then);
          }
        });
  }

  // ---- handing over

  private void handOver(List<Record> records) {
    Estate.divide(records, user -> Shard.of(user).number())
        .parts()
        .forEach((shard, part) -> left.put(shard, new ArrayDeque<>(part)));
    round();
  }

  /** One parcel to each home. */
  private void round() {
    left.values().removeIf(Deque::isEmpty);
    if (left.isEmpty()) {
      if (wasRefused) {
        world.happened(Sometimes.RESUBMISSION_REPEATED);
      }
      markRecovered();
      return;
    }
    Standings standings = node.standings();
    Map<IncarnationId, Parcel> parcels = new LinkedHashMap<>();
    // Where nobody refuses what is not theirs, who recovers need not know the home either.
    boolean isCareless = !world.rules.contains(Rule.HOME_ONLY);
    left.forEach(
        (shard, records) ->
            standings
                .ownerOf(new Shard(shard))
                .map(owner -> isCareless ? node.id : owner)
                .ifPresent(
                    home ->
                        fill(parcels.computeIfAbsent(home, _ -> new Parcel()), shard, records)));
    if (parcels.isEmpty()) {
      node.later(AGAIN_MS, this::round);
      return;
    }
    new Round(parcels).send(standings.view());
  }

  private void fill(Parcel parcel, int shard, Deque<Record> records) {
    for (Record record : records) {
      if (parcel.records.size() >= world.plan.limits().parcelEntries()) {
        return;
      }
      parcel.records.add(record);
      parcel.taken.merge(shard, 1, Integer::sum);
    }
  }

  /** Parcels under way, one to each home. */
  private final class Round {
    private final Map<IncarnationId, Parcel> parcels;
    private int open;
    private boolean isTaken = true;

    Round(Map<IncarnationId, Parcel> parcels) {
      this.parcels = parcels;
      open = parcels.size();
    }

    void send(long view) {
      parcels.forEach(
          (home, parcel) -> {
            if (!home.equals(node.id)) {
              world.happened(Sometimes.RECOVERED_FOR_ANOTHER, parcel.records.size());
            }
            node.resubmit(home, view, dead, parcel.records, answer -> answered(parcel, answer));
          });
    }

    private void answered(Parcel parcel, Optional<Boolean> answer) {
      if (answer.orElse(false)) {
        parcel.taken.forEach(SimulatedRecovery.this::remove);
      } else {
        isTaken = false;
        wasRefused |= answer.isPresent();
      }
      open--;
      if (open == 0) {
        node.later(isTaken ? 0 : AGAIN_MS, SimulatedRecovery.this::round);
      }
    }
  }

  private void remove(int shard, int count) {
    Deque<Record> records = left.get(shard);
    for (int i = 0; i < count && records != null; i++) {
      records.removeFirst();
    }
  }

  private void markRecovered() {
    node.insist(
        () -> {
          world.trace(() -> SimulatedNode.name(dead) + " is recovered by " + node);
          return world.storage.incarnations().markRecovered(dead);
        },
        _ -> onDone.run());
  }
}
