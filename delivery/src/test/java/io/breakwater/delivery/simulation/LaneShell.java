package io.breakwater.delivery.simulation;

import com.google.protobuf.InvalidProtocolBufferException;
import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.lane.Copy;
import io.breakwater.delivery.lane.Lane;
import io.breakwater.delivery.lane.LaneEffects;
import io.breakwater.delivery.lane.LaneFactory;
import io.breakwater.delivery.lane.LaneStats;
import io.breakwater.delivery.membership.Standing;
import io.breakwater.proto.journal.Block;
import io.breakwater.proto.journal.Record;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.SendFrom;
import io.breakwater.storage.AccountStore.Device;
import io.breakwater.storage.HistoryStore.HistoryRow;
import io.breakwater.storage.JournalStore.LaneKey;
import io.breakwater.storage.MailboxStore.MailboxRow;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A production lane and the way its effects are carried out. */
final class LaneShell implements LaneEffects {
  /** See {@link Sabotage#EXPIRES_EARLY}. */
  private static final long EARLY_MS = 20L * 24 * 3600 * 1000;

  /**
   * Lanes of slices: a slice of the simulation is a lane of the store, so that slices are small.
   */
  private static final int LANES_PER_SLICE = 16;

  private final World world;
  private final SimulatedNode node;
  final int index;
  private final Dice dice;
  private final Lane lane;
  private final Pipe queue;

  /** Entries that were journaled here: those without it have their row written directly. */
  private final Map<Long, Long> journaled = new HashMap<>();

  private final Set<Long> blocks = new HashSet<>();
  private boolean flushDue;
  private int blocksInFlight;
  private int mailboxes;

  LaneShell(World world, SimulatedNode node, int index, long firstId, long ceiling) {
    this.world = world;
    this.node = node;
    this.index = index;
    dice = world.dice.another();
    queue = new Pipe(world.time, dice.another(), 2);
    lane =
        LaneFactory.lane(
            this,
            world.plan.limits(),
            world.storage.layout(),
            world.rules,
            node.id,
            firstId,
            ceiling);
  }

  /** Now. */
  void in(Consumer<Lane> input) {
    if (node.isStopped()) {
      return;
    }
    lane.advance(node.wallMs(), node.monoMs());
    input.accept(lane);
    if (!flushDue) {
      flushDue = true;
      node.later(dice.between(0L, 2L), this::flush);
    }
    checkBounds();
  }

  /** In its turn, after what was submitted before. */
  void submit(Consumer<Lane> input) {
    queue.send(() -> node.input(() -> in(input)));
  }

  private void flush() {
    flushDue = false;
    if (node.isStopped()) {
      return;
    }
    lane.advance(node.wallMs(), node.monoMs());
    lane.flush();
    checkBounds();
  }

  void tick() {
    in(Lane::tick);
    int now = lane.stats().mailboxes;
    world.happened(Sometimes.MAILBOX_FORGOTTEN, node.isAlone() ? mailboxes - now : 0);
    mailboxes = now;
  }

  boolean isHealthy() {
    return lane.isHealthy();
  }

  boolean isSettled() {
    return lane.isSettled();
  }

  boolean hasBlocksInFlight() {
    return blocksInFlight > 0;
  }

  String describe() {
    LaneStats stats = lane.stats();
    return " lane "
        + index
        + ": tail "
        + stats.tailEntries
        + ", backlog "
        + stats.journalBacklog
        + ", healthy "
        + lane.isHealthy();
  }

  static LaneKey sliceKey(IncarnationId incarnation, int lane, long slice) {
    return new LaneKey(incarnation, lane + LANES_PER_SLICE * (int) slice);
  }

  private void checkBounds() {
    LaneStats stats = lane.stats();
    // What is handed over comes on top of what is its own.
    long atMost = world.plan.limits().tailEntries() + stats.recovered;
    if (stats.tailEntries > atMost) {
      throw world.violation(
          Promise.P9, "tail of lane " + index + ": " + stats.tailEntries + " (cap " + atMost + ')');
    }
    if (stats.knownOrigins < 0 || stats.waitingBytes < 0) {
      throw world.violation(
          Promise.P9,
          "lane "
              + index
              + " counts "
              + stats.knownOrigins
              + " origins and "
              + stats.waitingBytes
              + " waiting bytes");
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
    node.call(
        StorageNetwork.What.BLOCK,
        () -> {
          world.oracle.blockDurable(node.id, block);
          int inSlice = (int) (seq % world.plan.sliceBlocks());
          return world
              .storage
              .journal()
              .append(
                  sliceKey(node.id, index, seq / world.plan.sliceBlocks()),
                  inSlice,
                  timestampUs,
                  block);
        },
        _ -> {
          blocksInFlight--;
          in(lane -> lane.blockWritten(seq, node.monoMs()));
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
    node.call(
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
    node.call(
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
    long nowMs = node.wallMs() + (world.sabotages.contains(Sabotage.EXPIRES_EARLY) ? EARLY_MS : 0);
    node.call(
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
    long nowMs = node.wallMs();
    node.call(
        () ->
            world
                .storage
                .history()
                .acceptedOrigins(conversation, sender, device, fromClientId, sinceMs, nowMs, limit),
        rows -> {
          world.happened(
              rows.containsKey(fromClientId) ? Sometimes.ORIGIN_FOUND : Sometimes.ORIGIN_ABSENT);
          in(lane -> lane.originsRead(ticket, rows));
        },
        () -> in(lane -> lane.requestFailed(ticket)));
  }

  @Override
  public void readDevices(long ticket, UserId user) {
    node.call(
        () -> world.storage.accounts().devices(user),
        devices -> in(lane -> lane.devicesRead(ticket, devices)),
        () -> in(lane -> lane.requestFailed(ticket)));
  }

  @Override
  public void addDevice(long ticket, UserId user, Device device) {
    long nowMs = node.wallMs();
    node.call(
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
    node.call(
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
    node.toTrunk(trunkId, frame);
  }

  @Override
  public boolean hasRoom(long trunkId) {
    return world.healed || !dice.chance(0.02);
  }

  @Override
  public void toSenderHome(Copy copy) {
    world.trace(
        () ->
            node
                + " asks for a copy of entry "
                + copy.entryId()
                + " after "
                + copy.after()
                + ": "
                + world.oracle.describe(copy.origin()));
    if (node.homeElsewhere(copy.sender()).isPresent()) {
      node.relayToHomeOf(copy.sender()).ifPresent(relay -> relay.copy(copy));
    } else {
      node.laneOf(copy.sender()).submit(each -> each.copy(copy));
    }
  }

  @Override
  public void copyTaken(UserId recipient, long entryId) {
    if (node.homeElsewhere(recipient).isPresent()) {
      node.relayToHomeOf(recipient).ifPresent(relay -> relay.copyTaken(recipient, entryId));
    } else {
      node.laneOf(recipient).submit(each -> each.copied(recipient, entryId));
    }
  }

  @Override
  public void raiseCeiling(long atLeast) {
    node.raiseCeiling(atLeast);
  }

  @Override
  public void checkpoint(long seq) {
    node.call(
        () -> world.storage.incarnations().checkpoint(node.id, Map.of(index, seq)),
        _ -> in(each -> each.checkpointWritten(seq, world.plan.sliceBlocks())),
        () -> in(Lane::checkpointFailed));
  }

  @Override
  public void dropSlice(long slice) {
    world.happened(Sometimes.SLICE_DROPPED);
    node.call(
        () -> world.storage.journal().dropSlice(sliceKey(node.id, index, slice), 0),
        _ -> {},
        () -> {});
  }

  @Override
  public void resubmitted(long ticket) {
    node.takeovers().published(ticket);
  }

  @Override
  public void resubmissionRefused(long ticket) {
    world.happened(Sometimes.RESUBMISSION_REFUSED);
    node.takeovers().refused(ticket);
  }

  @Override
  public void handOff(long ticket, IncarnationId home, long view, List<Record> records) {
    world.trace(
        () -> node + " hands " + records.size() + " entries to " + SimulatedNode.name(home));
    node.resubmit(
        home,
        view,
        node.id,
        records,
        answer -> {
          if (records.stream().anyMatch(this::isTakenBack)) {
            world.happened(Sometimes.TAKEN_BACK);
          }
          if (answer.orElse(false)) {
            world.happened(Sometimes.HANDED_OFF);
            submit(each -> each.handedOff(ticket));
          } else {
            submit(each -> each.handOffFailed(ticket));
          }
        });
  }

  private boolean isTakenBack(Record record) {
    UserId user = UserId.of(record.getUser().asReadOnlyByteBuffer());
    return node.standings().of(Shard.of(user)) != Standing.AWAY;
  }

  @Override
  public void released(long view) {
    node.released(index, view);
  }

  @Override
  public void forward(long trunk, long connection, UserId to, SendFrom from) {
    node.forward(trunk, connection, to, from);
  }

  static Block parse(ByteBuffer block) {
    try {
      return Block.parseFrom(block.duplicate());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("a block that a lane made", e);
    }
  }
}
