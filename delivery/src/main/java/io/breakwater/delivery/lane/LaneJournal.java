package io.breakwater.delivery.lane;

import com.google.protobuf.UnsafeByteOperations;
import io.breakwater.proto.journal.Record;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/*
 * The write-ahead log of a lane.
 *
 * Entries join the open block. It is closed when no write is under way or when it is full, so that blocks grow
 * with the load (group commit); a few are in flight, counted from the first that is not written: recovery takes
 * a hole for a write that was never answered only if it is that close to the end. Answers come back in any
 * order, but a block is published only when all its predecessors are: recovery reads a contiguous run, so
 * whatever was published is in it.
 *
 * The seal rule: a recoverer writes a seal into our row, waits 1.2 s, and reads the journal. We publish a block
 * only if its answer came within 1 s of the start of a read that did not see a seal, or if such a read began
 * after the answer. In the first case the seal was written after the start of that read, so the recoverer reads
 * at least 1.2 s after it and the block was durable before that; in the second the block was durable before the
 * seal. Clock rates have to agree within a fifth, clocks need not agree at all: of the 200 ms between the two
 * bounds, a suspended machine may use half before its jump counts.
 *
 * A block is settled when all its entries are; the checkpoint is the lowest block that is not. An entry that
 * stays unsettled moves to a newer block, and counts for both until that one is published.
 */
final class LaneJournal {
  /** What happens to an entry when the world may see it. */
  interface Publisher {
    void publish(TailEntry entry);
  }

  /** What to do when whoever takes over is sure to find a write. */
  private record Confirmation(long answeredAtMono, Runnable then) {}

  private static final long NEVER = Long.MIN_VALUE / 2;

  private final LaneState state;
  private final Publisher publisher;

  private Block open = new Block();
  private final Queue<Block> full = new ArrayDeque<>();

  /** Closed blocks from {@link #lowest} on that are not yet both published and settled. */
  private final Map<Long, Block> blocks = new HashMap<>();

  private long lowest;
  private long nextSeq;
  private long nextToPublish;

  /** Every block below is written; from there on there are at most {@code blocksInFlight}. */
  private long firstUnwritten;

  private long lastTimestampUs;

  /** What was answered up to a second after this may be published. */
  private long cleanStartMono = NEVER;

  /** Start of the latest clean read, whatever the clocks did since. */
  private long lastCleanMono = NEVER;

  /** Reads that began up to then count for nothing. */
  private long voidedAtMono = NEVER;

  private boolean sealed;

  /** What relies on writes other than blocks, in the order of their answers. */
  private final Queue<Confirmation> unconfirmed = new ArrayDeque<>();

  private long checkpointAsked;
  private long checkpointDurable;
  private long nextSliceToDrop;

  LaneJournal(LaneState state, Publisher publisher) {
    this.state = state;
    this.publisher = publisher;
  }

  /** Journals a new entry; it is published when its block is. */
  void add(TailEntry entry) {
    entry.block = open;
    append(entry);
  }

  private void append(TailEntry entry) {
    open.entries.add(entry);
    open.bytes += entry.size();
    open.unsettled++;
    if (open.bytes >= state.limits.blockBytes()) {
      full.add(open);
      open = new Block();
    }
  }

  /** Writes what may be written now: at the end of each batch of inputs. */
  void flush() {
    while (nextSeq - firstUnwritten < state.limits.blocksInFlight() && !full.isEmpty()) {
      write(full.remove());
    }
    if (firstUnwritten == nextSeq && !open.entries.isEmpty()) {
      write(open);
      open = new Block();
    }
  }

  private void write(Block block) {
    block.seq = nextSeq++;
    block.timestampUs = Math.max(lastTimestampUs + 1, state.wallMs * 1000);
    lastTimestampUs = block.timestampUs;
    block.closedAtMono = state.monoMs;
    block.encoded = encode(block);
    blocks.put(block.seq, block);
    state.effects.appendBlock(block.seq, block.timestampUs, block.encoded);
  }

  private ByteBuffer encode(Block block) {
    var encoded =
        io.breakwater.proto.journal.Block.newBuilder().setVersion(1).setCheckpoint(lowest);
    for (TailEntry entry : block.entries) {
      // What moved here may have been settled meanwhile: nobody has to recover it.
      if (!entry.isSettled()) {
        encoded.addRecords(
            Record.newBuilder()
                .setUser(UnsafeByteOperations.unsafeWrap(entry.mailbox.user.bytes()))
                .setEntry(entry.bytes())
                .setKind(entry.kind));
      }
    }
    return ByteBuffer.wrap(encoded.build().toByteArray()).asReadOnlyBuffer();
  }

  /**
   * A block is durable.
   *
   * @param atMono when the answer arrived, which may be before now
   */
  void written(long seq, long atMono) {
    Block block = blocks.get(seq);
    if (block == null || block.isWritten()) {
      return;
    }
    block.answeredAtMono = atMono;
    block.encoded = null;
    while (firstUnwritten < nextSeq && isWritten(firstUnwritten)) {
      firstUnwritten++;
    }
    publishWhatMayBe();
  }

  private boolean isWritten(long seq) {
    Block block = blocks.get(seq);
    return block == null || block.isWritten();
  }

  /** The outcome of a write is unknown: the same row is written again, until it is known. */
  void failed(long seq) {
    Block block = blocks.get(seq);
    if (block != null && !block.isWritten()) {
      block.retryAtMono = state.monoMs + 100 + Math.min(900, state.monoMs - block.closedAtMono);
    }
  }

  /** A read of the own row that began then saw no seal and this incarnation in the view. */
  void cleanRead(long startedAtMono) {
    if (startedAtMono <= voidedAtMono) {
      return;
    }
    cleanStartMono = Math.max(cleanStartMono, startedAtMono);
    lastCleanMono = cleanStartMono;
    publishWhatMayBe();
    confirm();
  }

  /**
   * The seal rule for a write that is no block and was answered now: what relies on it is done when
   * a recoverer is sure to see it. Otherwise this incarnation could give out ids that its successor
   * gives out too, or tell of a row that its successor's readers have passed.
   */
  void whenSure(Runnable then) {
    unconfirmed.add(new Confirmation(state.monoMs, then));
    confirm();
  }

  private void confirm() {
    while (!unconfirmed.isEmpty() && isSure(unconfirmed.element().answeredAtMono)) {
      unconfirmed.remove().then.run();
    }
  }

  private boolean isSure(long answeredAtMono) {
    return !state.keeps(Rule.SEAL)
        || (!sealed && answeredAtMono - cleanStartMono <= LaneLimits.CLEAN_FOR_MS);
  }

  /**
   * The clocks jumped: more time may have passed than the monotonic one says, since a machine that
   * is suspended stops it. Nothing is published before a clean read that begins after now; whoever
   * waits goes on waiting.
   */
  void voidCleanReads() {
    cleanStartMono = NEVER;
    voidedAtMono = state.monoMs;
  }

  /** Nothing is published any more. */
  void seal() {
    sealed = true;
  }

  boolean isClean() {
    return !state.keeps(Rule.SEAL)
        || (!sealed && state.monoMs - lastCleanMono <= LaneLimits.DROP_SESSIONS_MS);
  }

  /** Whether nobody can have taken over yet: what is known here is what there is. */
  boolean isSurelyHome() {
    return isSure(state.monoMs);
  }

  private void publishWhatMayBe() {
    if (!state.keeps(Rule.PREFIX)) {
      blocks.values().stream().filter(this::mayPublish).toList().forEach(this::publish);
    }
    for (Block next = blocks.get(nextToPublish);
        next != null && (next.published || mayPublish(next));
        next = blocks.get(nextToPublish)) {
      nextToPublish++;
      publish(next);
      forgetSettled();
    }
  }

  private boolean mayPublish(Block block) {
    return block.isWritten() && !block.published && isSure(block.answeredAtMono);
  }

  private void publish(Block block) {
    if (block.published) {
      return;
    }
    block.published = true;
    for (TailEntry entry : block.entries) {
      if (entry.movingTo == block) {
        Block left = entry.block;
        entry.block = block;
        entry.movingTo = null;
        release(left);
      } else if (!entry.published) {
        publisher.publish(entry);
      }
    }
  }

  /** All obligations of an entry are met. */
  void settled(TailEntry entry) {
    release(entry.block);
    release(entry.movingTo);
    entry.movingTo = null;
    forgetSettled();
  }

  private static void release(@Nullable Block block) {
    if (block != null) {
      block.unsettled--;
      assert block.unsettled >= 0 : "block " + block.seq + " settled more than it holds";
    }
  }

  private void forgetSettled() {
    for (Block first = blocks.get(lowest);
        first != null && first.published && first.unsettled == 0 && lowest < nextToPublish;
        first = blocks.get(lowest)) {
      blocks.remove(lowest);
      lowest++;
    }
  }

  /** Repeats writes of unknown outcome and moves what stays unsettled to a newer block. */
  void tick() {
    for (long seq = nextToPublish; seq < nextSeq; seq++) {
      Block block = blocks.get(seq);
      if (block != null && block.encoded != null && block.retryAtMono <= state.monoMs) {
        block.retryAtMono = Block.NOT_YET;
        state.effects.appendBlock(block.seq, block.timestampUs, block.encoded);
      }
    }
    if (!isStalled()) {
      moveStuckEntries();
    }
  }

  private void moveStuckEntries() {
    Block oldest = blocks.get(lowest);
    if (oldest == null
        || !oldest.published
        || state.monoMs - oldest.closedAtMono < state.limits.reappendMs()) {
      return;
    }
    for (TailEntry entry : oldest.entries) {
      if (entry.block == oldest && entry.movingTo == null && !entry.isSettled()) {
        entry.movingTo = open;
        append(entry);
      }
    }
  }

  /**
   * Once a second: writes the checkpoint if it moved, and drops the slices that it leaves behind.
   */
  void checkpoint() {
    if (lowest > checkpointAsked) {
      checkpointAsked = lowest;
      state.effects.checkpoint(lowest);
    }
  }

  /** The checkpoint is durable: what lies wholly below it is not read again. */
  void checkpointWritten(long seq, int sliceBlocks) {
    checkpointDurable = Math.max(checkpointDurable, seq);
    while ((nextSliceToDrop + 1) * sliceBlocks <= checkpointDurable) {
      state.effects.dropSlice(nextSliceToDrop++);
    }
  }

  /** The checkpoint may not be durable: it is written again. */
  void checkpointFailed() {
    checkpointAsked = checkpointDurable;
  }

  /** Whether storage has not answered for so long that nothing more should be accepted. */
  boolean isStalled() {
    Block oldest = blocks.get(nextToPublish);
    return oldest != null && state.monoMs - oldest.closedAtMono > LaneLimits.STALLED_MS;
  }

  /** Blocks that may hold unsettled entries. */
  long backlog() {
    return nextSeq - lowest;
  }

  /**
   * Whether the open block is not written before the answer to another one comes, or it is full.
   */
  boolean isWriting() {
    return firstUnwritten != nextSeq;
  }

  boolean isIdle() {
    return firstUnwritten == nextSeq
        && full.isEmpty()
        && open.entries.isEmpty()
        && nextToPublish == nextSeq;
  }
}
