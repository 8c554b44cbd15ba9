package io.breakwater.delivery.simulation;

import com.google.protobuf.InvalidProtocolBufferException;
import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.lane.Copy;
import io.breakwater.delivery.lane.Lane;
import io.breakwater.delivery.lane.LaneEffects;
import io.breakwater.delivery.lane.LaneFactory;
import io.breakwater.delivery.lane.LaneStats;
import io.breakwater.delivery.recovery.Estate;
import io.breakwater.delivery.recovery.JournalRun;
import io.breakwater.proto.journal.Block;
import io.breakwater.proto.journal.Record;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.SendFrom;
import io.breakwater.storage.AccountStore.Device;
import io.breakwater.storage.HistoryStore.HistoryRow;
import io.breakwater.storage.IncarnationStore.Registration;
import io.breakwater.storage.JournalStore.LaneKey;
import io.breakwater.storage.JournalStore.StoredBlock;
import io.breakwater.storage.MailboxStore.MailboxRow;
import io.breakwater.storage.ViewStore.Change;
import io.breakwater.storage.ViewStore.View;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One incarnation: the shell around production lanes, and the order in which it starts. */
final class SimulatedNode {
  /** The own row is read this often. */
  private static final long OWN_ROW_MS = 250;

  private static final long TICK_MS = 100;
  private static final long SEAL_WAIT_MS = 1_200;

  /** See {@link Sabotage#EXPIRES_EARLY}. */
  private static final long EARLY_MS = 20L * 24 * 3600 * 1000;

  private static final int DAMAGED_READINGS = 4;

  /**
   * Lanes of slices: a slice of the simulation is a lane of the store, so that slices are small.
   */
  private static final int LANES_PER_SLICE = 16;

  private final World world;
  final IncarnationId id;
  private final Dice dice;
  private final List<LaneShell> lanes = new ArrayList<>();
  private final Map<Long, Trunk> trunks = new HashMap<>();
  private final Queue<Runnable> held = new ArrayDeque<>();
  private long startedAtMs;
  private long suspendedAtMs = -1;
  private long wallOffsetMs;
  private boolean open;
  private boolean gone;
  private boolean paused;

  SimulatedNode(World world, IncarnationId id) {
    this.world = world;
    this.id = id;
    dice = world.dice.another();
    startedAtMs = world.time.nowMs();
    wallOffsetMs = world.healed ? 0 : dice.between(-3_000L, 3_000L);
    world.clockIsOff(wallOffsetMs);
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

  private void later(long ms, Runnable what) {
    world.time.in(ms, () -> input(what));
  }

  private <T> void call(Supplier<CompletionStage<T>> work, Consumer<T> answered, Runnable failed) {
    call(StorageNetwork.What.OTHER, work, answered, failed);
  }

  private <T> void call(
      StorageNetwork.What what,
      Supplier<CompletionStage<T>> work,
      Consumer<T> answered,
      Runnable failed) {
    world.network.call(
        what, work, result -> input(() -> answered.accept(result)), () -> input(failed));
  }

  /** Tries until it succeeds. */
  private <T> void insist(Supplier<CompletionStage<T>> work, Consumer<T> then) {
    call(work, then, () -> later(dice.between(20L, 200L), () -> insist(work, then)));
  }

  private long wallMs() {
    return world.wallMs() + wallOffsetMs;
  }

  private long monoMs() {
    return world.time.nowMs() - startedAtMs;
  }

  boolean isOpen() {
    return open && !gone;
  }

  void crash() {
    if (gone) {
      return;
    }
    world.trace(() -> this + " is killed");
    for (LaneShell lane : lanes) {
      if (lane.blocksInFlight > 0) {
        world.happened(Sometimes.CRASH_WITH_BLOCKS_IN_FLIGHT);
        break;
      }
    }
    end();
  }

  private void end() {
    gone = true;
    lanes.forEach(LaneShell::count);
    List.copyOf(trunks.values()).forEach(Trunk::closedByNode);
    trunks.clear();
  }

  private void exit() {
    if (!gone) {
      end();
      world.exited(this);
    }
  }

  /** Falsely suspected: it is paused, or goes on until it sees that it was sealed. */
  void becomeZombie() {
    world.trace(() -> this + " is suspected");
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

  @Override
  public String toString() {
    return "node-" + Long.toHexString(id.high() >>> 48);
  }

  // ---- start

  void start() {
    insist(
        () -> world.storage.incarnations().register(id, "127.0.0.1:1", world.plan.lanes(), 0),
        _ -> changeView());
  }

  private void changeView() {
    insist(
        () -> world.storage.views().read(),
        view -> {
          if (view.isPresent() && view.get().members().equals(List.of(id))) {
            sealOthers();
            return;
          }
          if (world.current != this) {
            exit();
            return;
          }
          View next =
              new View(
                  view.map(View::number).orElse(0L) + 1,
                  List.of(id),
                  List.of(),
                  view.map(View::idFloor).orElse(0L));
          call(
              () -> world.storage.views().change(next),
              change -> {
                switch (change) {
                  case Change.Decided _ -> sealOthers();
                  case Change.Superseded _ -> later(50, this::changeView);
                }
              },
              () -> later(50, this::changeView));
        });
  }

  private void sealOthers() {
    insist(
        () -> world.storage.incarnations().list(),
        all -> {
          List<Registration> others =
              all.stream().filter(each -> !isMe(each) && !each.recovered()).toList();
          forEach(
              others,
              (each, next) ->
                  insist(
                      () -> world.storage.incarnations().seal(each.incarnation()), _ -> next.run()),
              () -> later(SEAL_WAIT_MS, this::readOthers));
        });
  }

  private boolean isMe(Registration registration) {
    return registration.incarnation().equals(id);
  }

  private void readOthers() {
    insist(
        () -> world.storage.incarnations().list(),
        all -> {
          long floor = 0;
          for (Registration each : all) {
            floor = Math.max(floor, each.idCeiling());
          }
          long firstId = floor + 1;
          long ceiling = firstId + world.plan.ceilingAhead();
          // Who is not sealed has registered since: whatever it wrote may not be all.
          List<Registration> dead =
              all.stream()
                  .filter(each -> !isMe(each) && each.sealed() && !each.recovered())
                  .toList();
          List<Record> records = new ArrayList<>();
          insist(
              () -> raise(ceiling),
              _ ->
                  forEach(
                      dead,
                      (each, next) -> readJournals(each, records, next),
                      () -> takeOver(dead, records, firstId, ceiling)));
        });
  }

  private CompletionStage<Void> raise(long ceiling) {
    world.oracle.ceilingRaised(ceiling);
    return world.storage.incarnations().raiseCeiling(id, ceiling);
  }

  private void readJournals(Registration dead, List<Record> records, Runnable then) {
    List<Integer> all = new ArrayList<>();
    for (int lane = 0; lane < dead.lanes(); lane++) {
      all.add(lane);
    }
    forEach(
        all,
        (lane, next) ->
            readJournal(
                dead,
                lane,
                dead.checkpoints().getOrDefault(lane, 0L),
                0,
                new ArrayList<>(),
                records,
                next),
        then);
  }

  private void readJournal(
      Registration dead,
      int lane,
      long from,
      int readings,
      List<StoredBlock> blocks,
      List<Record> records,
      Runnable then) {
    long slice = from / world.plan.sliceBlocks();
    readSlices(
        dead.incarnation(),
        lane,
        slice,
        from,
        blocks,
        () ->
            insist(
                () -> world.storage.incarnations().list(),
                all -> {
                  world.oracle.journalRead(dead.incarnation());
                  long checkpoint =
                      all.stream()
                          .filter(each -> each.incarnation().equals(dead.incarnation()))
                          .mapToLong(each -> each.checkpoints().getOrDefault(lane, 0L))
                          .findFirst()
                          .orElse(0);
                  if (checkpoint / world.plan.sliceBlocks() != slice) {
                    // Slices may have been dropped while they were read.
                    readJournal(dead, lane, checkpoint, readings, new ArrayList<>(), records, then);
                    return;
                  }
                  JournalRun run =
                      JournalRun.of(checkpoint, blocks, world.plan.limits().blocksInFlight());
                  world.trace(
                      () ->
                          this
                              + " takes over lane "
                              + lane
                              + " of "
                              + Long.toHexString(dead.incarnation().high() >>> 48)
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
                    later(
                        dice.between(200L, 1_000L),
                        () ->
                            readJournal(
                                dead,
                                lane,
                                checkpoint,
                                readings + 1,
                                new ArrayList<>(),
                                records,
                                then));
                    return;
                  }
                  if (run.damaged()) {
                    throw world.violation(
                        Promise.P1, "the journal of " + dead.incarnation() + " misses a block");
                  }
                  records.addAll(run.records());
                  then.run();
                }));
  }

  private void readSlices(
      IncarnationId incarnation,
      int lane,
      long slice,
      long from,
      List<StoredBlock> blocks,
      Runnable then) {
    insist(
        () -> world.storage.journal().read(sliceKey(incarnation, lane, slice), 0, 0),
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
            readSlices(incarnation, lane, slice + 1, from, blocks, then);
          }
        });
  }

  private static LaneKey sliceKey(IncarnationId incarnation, int lane, long slice) {
    return new LaneKey(incarnation, lane + LANES_PER_SLICE * (int) slice);
  }

  private void takeOver(List<Registration> dead, List<Record> records, long firstId, long ceiling) {
    for (int lane = 0; lane < world.plan.lanes(); lane++) {
      lanes.add(new LaneShell(lane, firstId, ceiling));
    }
    tickLoop();
    ownRowLoop();
    Map<Integer, List<Record>> parts = Estate.divide(records, world::laneOf).parts();
    Set<Integer> left = new HashSet<>(parts.keySet());
    Runnable finish =
        () ->
            forEach(
                dead,
                (each, next) ->
                    insist(
                        () -> world.storage.incarnations().markRecovered(each.incarnation()),
                        _ -> next.run()),
                this::open);
    if (left.isEmpty()) {
      finish.run();
    }
    for (Map.Entry<Integer, List<Record>> part : parts.entrySet()) {
      LaneShell shell = lanes.get(part.getKey());
      shell.onResubmitted =
          () -> {
            left.remove(part.getKey());
            if (left.isEmpty()) {
              later(0, finish);
            }
          };
      shell.in(lane -> lane.resubmit(1, part.getValue()));
    }
  }

  private void open() {
    world.trace(() -> this + " is open");
    open = true;
  }

  private interface Step<T> {
    void run(T each, Runnable next);
  }

  private static <T> void forEach(List<T> all, Step<T> step, Runnable then) {
    if (all.isEmpty()) {
      then.run();
    } else {
      step.run(all.getFirst(), () -> forEach(all.subList(1, all.size()), step, then));
    }
  }

  // ---- running

  private void tickLoop() {
    if (gone) {
      return;
    }
    if (!paused) {
      tick();
    }
    world.time.in(TICK_MS, this::tickLoop);
  }

  private void tick() {
    lanes.forEach(LaneShell::tick);
  }

  private void ownRowLoop() {
    if (gone) {
      return;
    }
    if (!paused) {
      readOwnRow();
    }
    world.time.in(OWN_ROW_MS, this::ownRowLoop);
  }

  private void readOwnRow() {
    long startedAtMono = monoMs();
    call(
        () -> world.storage.incarnations().read(id),
        row -> {
          if (row.isEmpty() || row.get().sealed()) {
            lanes.forEach(shell -> shell.in(Lane::sealed));
            if (lanes.getFirst().rulesKeepSeal()) {
              exit();
            }
          } else {
            call(
                () -> world.storage.views().read(),
                view -> {
                  if (view.isPresent() && view.get().members().contains(id)) {
                    lanes.forEach(shell -> shell.in(lane -> lane.cleanRead(startedAtMono)));
                  }
                },
                () -> {});
          }
        },
        () -> {});
  }

  // ---- trunks

  void trunkOpened(Trunk trunk) {
    trunks.put(trunk.id, trunk);
  }

  void trunkClosed(Trunk trunk) {
    trunks.remove(trunk.id);
    lanes.forEach(shell -> shell.in(lane -> lane.trunkClosed(trunk.id)));
  }

  /** A frame for the home of a user. */
  void atHomeOf(UserId user, Consumer<Lane> frame) {
    lanes.get(world.laneOf(user)).in(frame);
  }

  /** Whether everything is settled. */
  boolean isSettled() {
    return isOpen() && lanes.stream().allMatch(shell -> shell.lane.isSettled());
  }

  String describe() {
    StringBuilder text = new StringBuilder(toString());
    for (LaneShell shell : lanes) {
      LaneStats stats = shell.lane.stats();
      text.append(" lane ")
          .append(shell.index)
          .append(": tail ")
          .append(stats.tailEntries)
          .append(", backlog ")
          .append(stats.journalBacklog)
          .append(", healthy ")
          .append(shell.lane.isHealthy());
    }
    return text.toString();
  }

  /** A lane and the way its effects are carried out. */
  private final class LaneShell implements LaneEffects {
    private final int index;
    private final Lane lane;
    private final List<Pipe> toLanes = new ArrayList<>();

    /** Entries that were journaled here: those without it have their row written directly. */
    private final Map<Long, Long> journaled = new HashMap<>();

    private final Set<Long> blocks = new HashSet<>();
    private Runnable onResubmitted = () -> {};
    private boolean flushDue;
    private int blocksInFlight;
    private int mailboxes;

    LaneShell(int index, long firstId, long ceiling) {
      this.index = index;
      for (int i = 0; i < world.plan.lanes(); i++) {
        toLanes.add(new Pipe(world.time, dice.another(), 2));
      }
      lane =
          LaneFactory.lane(
              this, world.plan.limits(), world.storage.layout(), world.rules, id, firstId, ceiling);
    }

    boolean rulesKeepSeal() {
      return world.rules.contains(io.breakwater.delivery.lane.Rule.SEAL);
    }

    void in(Consumer<Lane> input) {
      lane.advance(wallMs(), monoMs());
      input.accept(lane);
      if (!flushDue && !gone) {
        flushDue = true;
        later(dice.between(0L, 2L), this::flush);
      }
      checkBounds();
    }

    private void flush() {
      flushDue = false;
      lane.advance(wallMs(), monoMs());
      lane.flush();
      checkBounds();
    }

    void tick() {
      in(Lane::tick);
      int now = lane.stats().mailboxes;
      world.happened(Sometimes.MAILBOX_FORGOTTEN, mailboxes - now);
      mailboxes = now;
    }

    private void checkBounds() {
      LaneStats stats = lane.stats();
      long atMost = Math.max(world.plan.limits().tailEntries(), stats.recovered);
      if (stats.tailEntries > atMost) {
        throw world.violation(
            Promise.P9,
            "tail of lane " + index + ": " + stats.tailEntries + " (cap " + atMost + ')');
      }
    }

    void count() {
      LaneStats stats = lane.stats();
      world.happened(Sometimes.DEDUPE_IN_MEMORY, stats.duplicates);
      world.happened(Sometimes.RESEND_FROM, stats.resends);
      world.happened(Sometimes.PAGE_READ, stats.mailboxReads);
      world.happened(Sometimes.REDELIVERED, stats.redeliveries);
      world.happened(Sometimes.DISPLACED, stats.displaced);
      world.happened(Sometimes.RECOVERED_ENTRIES, stats.recovered);
      world.happened(Sometimes.REFUSED, stats.refused);
    }

    @Override
    public void appendBlock(long seq, long timestampUs, ByteBuffer block) {
      if (blocks.add(seq)) {
        blocksInFlight++;
        noteEntries(seq, block);
      }
      call(
          StorageNetwork.What.BLOCK,
          () -> {
            world.oracle.blockDurable(id, block);
            int inSlice = (int) (seq % world.plan.sliceBlocks());
            return world
                .storage
                .journal()
                .append(
                    sliceKey(id, index, seq / world.plan.sliceBlocks()),
                    inSlice,
                    timestampUs,
                    block);
          },
          _ -> {
            blocksInFlight--;
            in(lane -> lane.blockWritten(seq, monoMs()));
          },
          () -> in(lane -> lane.blockFailed(seq)));
    }

    private void noteEntries(long seq, ByteBuffer block) {
      for (Record record : parse(block).getRecordsList()) {
        Long before = journaled.put(Oracle.entry(record).getEntryId(), seq);
        if (before != null && before != seq) {
          world.happened(Sometimes.REAPPENDED);
        }
      }
    }

    @Override
    public void writeMailbox(long batch, List<MailboxRow> rows) {
      for (MailboxRow row : rows) {
        if (!journaled.containsKey(row.entryId())) {
          world.happened(Sometimes.LEAF_WRITTEN_DIRECTLY);
        }
      }
      call(
          StorageNetwork.What.ROWS,
          () -> {
            rows.forEach(world.oracle::rowDurable);
            return world.storage.mailboxes().write(rows);
          },
          _ -> in(lane -> lane.rowsWritten(batch)),
          () -> in(lane -> lane.rowsFailed(batch)));
    }

    @Override
    public void writeHistory(long batch, List<HistoryRow> rows) {
      call(
          StorageNetwork.What.ROWS,
          () -> {
            rows.forEach(row -> world.oracle.originDurable(row.origin(), row.message()));
            return world.storage.history().write(rows);
          },
          _ -> in(lane -> lane.rowsWritten(batch)),
          () -> in(lane -> lane.rowsFailed(batch)));
    }

    @Override
    public void readMailbox(long ticket, UserId user, long afterEntryId, long sinceMs, int limit) {
      long nowMs = wallMs() + (world.sabotages.contains(Sabotage.EXPIRES_EARLY) ? EARLY_MS : 0);
      call(
          () -> world.storage.mailboxes().read(user, afterEntryId, sinceMs, nowMs, limit),
          page -> in(lane -> lane.mailboxRead(ticket, page)),
          () -> in(lane -> lane.requestFailed(ticket)));
    }

    @Override
    public void readOrigins(
        long ticket,
        ConversationId conversation,
        UserId sender,
        DeviceId device,
        long fromClientId,
        long sinceMs,
        int limit) {
      long nowMs = wallMs();
      call(
          () ->
              world
                  .storage
                  .history()
                  .acceptedOrigins(
                      conversation, sender, device, fromClientId, sinceMs, nowMs, limit),
          rows -> {
            world.happened(
                rows.containsKey(fromClientId) ? Sometimes.ORIGIN_FOUND : Sometimes.ORIGIN_ABSENT);
            in(lane -> lane.originsRead(ticket, rows));
          },
          () -> in(lane -> lane.requestFailed(ticket)));
    }

    @Override
    public void readDevices(long ticket, UserId user) {
      call(
          () -> world.storage.accounts().devices(user),
          devices -> in(lane -> lane.devicesRead(ticket, devices)),
          () -> in(lane -> lane.requestFailed(ticket)));
    }

    @Override
    public void addDevice(long ticket, UserId user, Device device) {
      long nowMs = wallMs();
      call(
          StorageNetwork.What.DEVICE_ROW,
          () ->
              world.sabotages.contains(Sabotage.LINK_NOT_WRITTEN)
                  ? CompletableFuture.completedStage(null)
                  : world.storage.accounts().addDevice(user, device, nowMs),
          _ -> in(lane -> lane.deviceWritten(ticket)),
          () -> in(lane -> lane.requestFailed(ticket)));
    }

    @Override
    public void revokeDevice(long ticket, UserId user, DeviceId device) {
      call(
          StorageNetwork.What.DEVICE_ROW,
          () ->
              world.sabotages.contains(Sabotage.REVOKE_NOT_WRITTEN)
                  ? CompletableFuture.completedStage(null)
                  : world.storage.accounts().revokeDevice(user, device),
          _ -> in(lane -> lane.deviceWritten(ticket)),
          () -> in(lane -> lane.requestFailed(ticket)));
    }

    @Override
    public void toTrunk(long trunkId, DeliveryFrame frame) {
      Trunk trunk = trunks.get(trunkId);
      if (trunk != null) {
        checkRevoked(trunk, frame);
        trunk.toGateway(() -> trunk.gateway.fromNode(trunk, frame));
      }
    }

    /** Nobody serves a device once its user was told that it is signed out. */
    private void checkRevoked(Trunk trunk, DeliveryFrame frame) {
      if (world.oracle.devices.anyRevoked()) {
        trunk
            .gateway
            .holder(trunk, frame.getConnection())
            .ifPresent(
                reader -> world.oracle.served(reader, frame, SimulatedNode.this == world.current));
      }
    }

    @Override
    public boolean hasRoom(long trunkId) {
      return world.healed || !dice.chance(0.02);
    }

    @Override
    public void toSenderHome(Copy copy) {
      int home = world.laneOf(copy.sender());
      toLanes.get(home).send(() -> input(() -> lanes.get(home).in(lane -> lane.copy(copy))));
    }

    @Override
    public void copyTaken(UserId recipient, long entryId) {
      int home = world.laneOf(recipient);
      toLanes
          .get(home)
          .send(() -> input(() -> lanes.get(home).in(lane -> lane.copied(recipient, entryId))));
    }

    @Override
    public void raiseCeiling(long atLeast) {
      if (!world.healed && dice.chance(world.plan.ceilingFailures())) {
        later(dice.between(50L, 1_500L), () -> in(Lane::ceilingFailed));
        return;
      }
      call(
          () -> raise(atLeast),
          _ -> in(lane -> lane.ceilingRaised(atLeast)),
          () -> in(Lane::ceilingFailed));
    }

    @Override
    public void checkpoint(long seq) {
      call(
          () -> world.storage.incarnations().checkpoint(id, Map.of(index, seq)),
          _ -> in(lane -> lane.checkpointWritten(seq, world.plan.sliceBlocks())),
          () -> in(Lane::checkpointFailed));
    }

    @Override
    public void dropSlice(long slice) {
      world.happened(Sometimes.SLICE_DROPPED);
      call(
          () -> world.storage.journal().dropSlice(sliceKey(id, index, slice), 0),
          _ -> {},
          () -> {});
    }

    @Override
    public void resubmitted(long ticket) {
      onResubmitted.run();
    }

    @Override
    public void handOff(long ticket, IncarnationId home, long view, List<Record> records) {
      throw notYet();
    }

    @Override
    public void released(long view) {
      throw notYet();
    }

    @Override
    public void forward(long trunk, long connection, UserId to, SendFrom from) {
      throw notYet();
    }

    @Override
    public void resubmissionRefused(long ticket) {
      throw notYet();
    }

    /** No lane has adopted a view: all shards are its own. */
    private static AssertionError notYet() {
      return new AssertionError("a lane without a view has lost nothing");
    }
  }

  static Block parse(ByteBuffer block) {
    try {
      return Block.parseFrom(block.duplicate());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("a block that a lane made", e);
    }
  }
}
