package io.breakwater.delivery.lane;

import io.breakwater.proto.journal.Kind;
import io.breakwater.storage.HistoryStore.HistoryRow;
import io.breakwater.storage.MailboxStore.MailboxRow;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.StorageLayout.Partition;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/*
 * Settling is deferred work. It runs in rounds: a round takes what is due from the front of a queue, groups it by
 * partition and writes a batch per group (more, if a group is large). A round begins when the oldest entry has
 * waited for its delay, so that groups are worth a batch, and when there is room for batches in flight. Failed
 * batches go back to the front.
 *
 * Mailbox rows wait longer than history rows: most entries are acknowledged by every device meanwhile, and then
 * need none.
 */
/**
 * Meets the obligations of published entries that are not met live: mailbox rows, history rows,
 * copies.
 */
final class Settling {
  /** A history row is written after this delay, so that several share a batch. */
  private static final long HISTORY_DELAY_MS = 250;

  /** After a batch failed, the next round waits for this time. */
  private static final long RETRY_DELAY_MS = 500;

  private enum Target {
    MAILBOX,
    HISTORY
  }

  private record Batch(Target target, List<TailEntry> entries) {}

  /** Entries of one partition, to be written together. */
  private static final class Group {
    final List<TailEntry> entries = new ArrayList<>();
    private int bytes;

    void add(TailEntry entry) {
      entries.add(entry);
      bytes += entry.size();
    }

    boolean isFull(LaneLimits limits) {
      return entries.size() >= limits.settleBatchRows() || bytes >= limits.settleBatchBytes();
    }
  }

  private final LaneState state;
  private final StorageLayout layout;
  private final Consumer<TailEntry> onProgress;
  private final ToLongFunction<TailEntry> uncopiedBefore;

  // Published entries that may owe something, the longest waiting first.
  private final Deque<TailEntry> rows = new ArrayDeque<>();
  private final Deque<TailEntry> history = new ArrayDeque<>();
  private final Deque<TailEntry> copies = new ArrayDeque<>();

  /** Leaves without a place in the tail, whose row may or may not be written. */
  private final Deque<TailEntry> unknown = new ArrayDeque<>();

  private final Map<Long, Batch> inFlight = new HashMap<>();

  /** After a failure, no round begins before this time. */
  private long pausedUntilMono;

  /**
   * @param onProgress told of each entry that met an obligation
   * @param uncopiedBefore see {@link Origins#uncopiedBefore}
   */
  Settling(
      LaneState state,
      StorageLayout layout,
      Consumer<TailEntry> onProgress,
      ToLongFunction<TailEntry> uncopiedBefore) {
    this.uncopiedBefore = uncopiedBefore;
    this.state = state;
    this.layout = layout;
    this.onProgress = onProgress;
  }

  void published(TailEntry entry) {
    rows.add(entry);
    if (!entry.history) {
      history.add(entry);
    }
    if (!entry.copied) {
      askForCopy(entry);
    }
  }

  private void askForCopy(TailEntry entry) {
    entry.copyAskedAtMono = state.monoMs;
    copies.add(entry);
    TailEntry.Identity identity = Objects.requireNonNull(entry.identity);
    state.effects.toSenderHome(
        new Copy(
            identity.origin(),
            identity.message(),
            entry.mailbox.user,
            entry.id,
            uncopiedBefore.applyAsLong(entry),
            entry.bytes()));
  }

  /** Begins rounds, if they are due and there is room. At the end of each batch of inputs. */
  void flush() {
    if (state.monoMs < pausedUntilMono) {
      return;
    }
    while (!unknown.isEmpty() && inFlight.size() < state.limits.settleInFlight()) {
      write(Target.MAILBOX, List.of(unknown.remove()));
    }
    round(Target.HISTORY, history, state.hurry ? 0 : HISTORY_DELAY_MS);
    round(Target.MAILBOX, rows, state.hurry ? 0 : state.limits.settleDelayMs());
  }

  /** Asks again for copies that were not answered. */
  void tick() {
    for (TailEntry first = copies.peek();
        first != null
            && (first.copied || state.monoMs - first.copyAskedAtMono >= LaneLimits.COPY_AGAIN_MS);
        first = copies.peek()) {
      copies.remove();
      if (!first.copied) {
        askForCopy(first);
      }
    }
  }

  private void round(Target target, Deque<TailEntry> queue, long delayMs) {
    int room = state.limits.settleInFlight() - inFlight.size();
    if (room < (state.limits.settleInFlight() + 1) / 2) {
      return;
    }
    Map<Partition, Group> groups = new LinkedHashMap<>();
    int begun = 0;
    for (TailEntry entry = oldestDue(target, queue, delayMs);
        entry != null;
        entry = oldestDue(target, queue, delayMs)) {
      Partition partition = partition(target, entry);
      Group group = groups.get(partition);
      if (group == null) {
        if (begun == room) {
          break;
        }
        begun++;
        group = new Group();
        groups.put(partition, group);
      }
      queue.remove();
      group.add(entry);
      if (group.isFull(state.limits)) {
        groups.remove(partition);
        write(target, group.entries);
      }
    }
    groups.values().forEach(group -> write(target, group.entries));
  }

  private @Nullable TailEntry oldestDue(Target target, Deque<TailEntry> queue, long delayMs) {
    TailEntry oldest = oldestOwing(target, queue);
    return oldest != null && state.monoMs - oldest.publishedAtMono >= delayMs ? oldest : null;
  }

  /** The first of the queue, without those that owe nothing any more. */
  private static @Nullable TailEntry oldestOwing(Target target, Deque<TailEntry> queue) {
    TailEntry first = queue.peek();
    while (first != null && (first.isSettled() || !owes(target, first))) {
      queue.remove();
      first = queue.peek();
    }
    return first;
  }

  private static boolean owes(Target target, TailEntry entry) {
    return switch (target) {
      case MAILBOX -> !entry.delivered && !entry.rowWritten;
      case HISTORY -> !entry.history;
    };
  }

  private Partition partition(Target target, TailEntry entry) {
    return switch (target) {
      case MAILBOX -> layout.mailboxPartition(entry.mailbox.user, entry.timeMs);
      case HISTORY ->
          layout.historyPartition(
              Objects.requireNonNull(entry.identity).origin().conversation(), entry.timeMs);
    };
  }

  private void write(Target target, List<TailEntry> entries) {
    long number = state.ticket();
    inFlight.put(number, new Batch(target, entries));
    switch (target) {
      case MAILBOX ->
          state.effects.writeMailbox(number, entries.stream().map(Settling::mailboxRow).toList());
      case HISTORY ->
          state.effects.writeHistory(number, entries.stream().map(this::historyRow).toList());
    }
  }

  private static MailboxRow mailboxRow(TailEntry entry) {
    return new MailboxRow(
        entry.mailbox.user, entry.id, entry.timeMs, entry.bytes().asReadOnlyByteBuffer());
  }

  private HistoryRow historyRow(TailEntry entry) {
    TailEntry.Identity identity = Objects.requireNonNull(entry.identity);
    ByteBuffer body =
        state.limits.storeBodies() ? entry.bytes().asReadOnlyByteBuffer() : ByteBuffer.allocate(0);
    return new HistoryRow(identity.message(), identity.origin(), entry.timeMs, body);
  }

  /** A batch is durable. */
  void written(long number) {
    Batch batch = inFlight.remove(number);
    if (batch == null) {
      return;
    }
    for (TailEntry entry : batch.entries()) {
      switch (batch.target()) {
        case MAILBOX -> entry.rowWritten = true;
        case HISTORY -> entry.history = true;
      }
      onProgress.accept(entry);
    }
  }

  /** The outcome of a batch is unknown: its rows are written again in a later round. */
  void failed(long number) {
    Batch batch = inFlight.remove(number);
    if (batch == null) {
      return;
    }
    pausedUntilMono = state.monoMs + RETRY_DELAY_MS;
    for (TailEntry entry : batch.entries().reversed()) {
      if (entry.published) {
        (batch.target() == Target.MAILBOX ? rows : history).addFirst(entry);
      }
      if (entry.block == null) {
        unknown.add(entry);
      }
    }
  }

  /** Writes the row of a leaf entry for which there is no room in the tail, until it is there. */
  void writeDirectly(TailEntry leaf) {
    assert leaf.kind == Kind.COPY;
    leaf.mailbox.tail.put(leaf.id, leaf);
    write(Target.MAILBOX, List.of(leaf));
  }

  boolean hasRoom() {
    return inFlight.size() + unknown.size() < state.limits.settleInFlight();
  }
}
