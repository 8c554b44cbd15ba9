package io.breakwater.delivery.lane;

import com.google.protobuf.InvalidProtocolBufferException;
import io.breakwater.common.id.ConversationId;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.journal.Kind;
import io.breakwater.storage.HistoryStore.HistoryRow;
import io.breakwater.storage.MailboxStore.MailboxRow;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.StorageLayout.Partition;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * Meets the obligations of published entries that are not met live: mailbox rows, history rows,
 * copies. Deferred, so that rows of many users go in batches, and so that most entries are
 * acknowledged and need no mailbox row.
 */
final class Settling {
  private enum Target {
    MAILBOX,
    HISTORY
  }

  private record Batch(Target target, List<TailEntry> entries) {}

  private final LaneState state;
  private final StorageLayout layout;
  private final Consumer<TailEntry> onProgress;
  private final ToLongFunction<TailEntry> uncopiedBefore;

  /** Published, in that order; settled ones are dropped when passed. */
  private final ArrayDeque<TailEntry> owing = new ArrayDeque<>();

  /** Leaves without a place in the tail, whose row may or may not be written. */
  private final ArrayDeque<TailEntry> unknown = new ArrayDeque<>();

  private final Map<Long, Batch> inFlight = new HashMap<>();

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
    owing.add(entry);
    if (!entry.copied) {
      askForCopy(entry);
    }
  }

  private void askForCopy(TailEntry entry) {
    entry.copyAskedAtMono = state.monoMs;
    var origin = Objects.requireNonNull(entry.identity).origin();
    try {
      Entry parsed = Entry.parseFrom(entry.bytes);
      state.effects.toSenderHome(
          new Copy(
              origin.sender(),
              origin.device(),
              entry.mailbox.user,
              entry.id,
              entry.timeMs,
              uncopiedBefore.applyAsLong(entry),
              parsed.getMessage()));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("an entry that this process encoded or recovery parsed", e);
    }
  }

  /** Writes batches of what is due. */
  void tick() {
    while (!unknown.isEmpty() && inFlight.size() < state.limits.settleInFlight()) {
      write(Target.MAILBOX, List.of(unknown.remove()));
    }
    Map<Partition, List<TailEntry>> mailbox = new LinkedHashMap<>();
    Map<Partition, List<TailEntry>> history = new LinkedHashMap<>();
    for (Iterator<TailEntry> entries = owing.iterator(); entries.hasNext(); ) {
      TailEntry entry = entries.next();
      if (entry.isSettled()) {
        entries.remove();
        continue;
      }
      if (!entry.copied && state.monoMs - entry.copyAskedAtMono >= LaneLimits.COPY_AGAIN_MS) {
        askForCopy(entry);
      }
      if (inFlight.size() >= state.limits.settleInFlight()) {
        continue;
      }
      if (!entry.history && !entry.historyInFlight) {
        ConversationId conversation =
            Objects.requireNonNull(entry.identity).origin().conversation();
        entry.historyInFlight = true;
        gather(history, layout.historyPartition(conversation, entry.timeMs), entry, Target.HISTORY);
      }
      if (needsRow(entry)) {
        entry.rowInFlight = true;
        gather(
            mailbox,
            layout.mailboxPartition(entry.mailbox.user, entry.timeMs),
            entry,
            Target.MAILBOX);
      }
    }
    mailbox.values().forEach(entries -> write(Target.MAILBOX, entries));
    history.values().forEach(entries -> write(Target.HISTORY, entries));
  }

  private boolean needsRow(TailEntry entry) {
    return !entry.delivered
        && !entry.rowWritten
        && !entry.rowInFlight
        && state.monoMs - entry.publishedAtMono >= state.limits.settleDelayMs();
  }

  private void gather(
      Map<Partition, List<TailEntry>> groups, Partition partition, TailEntry entry, Target target) {
    List<TailEntry> group = groups.computeIfAbsent(partition, _ -> new ArrayList<>());
    group.add(entry);
    int bytes = group.stream().mapToInt(TailEntry::size).sum();
    if (group.size() >= state.limits.settleBatchRows()
        || bytes >= state.limits.settleBatchBytes()) {
      groups.remove(partition);
      write(target, group);
    }
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

  static MailboxRow mailboxRow(TailEntry entry) {
    return new MailboxRow(
        entry.mailbox.user, entry.id, entry.timeMs, entry.bytes.asReadOnlyByteBuffer());
  }

  private HistoryRow historyRow(TailEntry entry) {
    TailEntry.Identity identity = Objects.requireNonNull(entry.identity);
    ByteBuffer body =
        state.limits.storeBodies() ? entry.bytes.asReadOnlyByteBuffer() : ByteBuffer.allocate(0);
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
        case MAILBOX -> {
          entry.rowInFlight = false;
          entry.rowWritten = true;
        }
        case HISTORY -> {
          entry.historyInFlight = false;
          entry.history = true;
        }
      }
      onProgress.accept(entry);
    }
  }

  /** The outcome of a batch is unknown: its rows are written again at a later tick. */
  void failed(long number) {
    Batch batch = inFlight.remove(number);
    if (batch == null) {
      return;
    }
    for (TailEntry entry : batch.entries()) {
      switch (batch.target()) {
        case MAILBOX -> entry.rowInFlight = false;
        case HISTORY -> entry.historyInFlight = false;
      }
      if (entry.block == null) {
        unknown.add(entry);
      }
    }
  }

  /** Writes the row of a leaf entry for which there is no room in the tail. */
  void writeDirectly(TailEntry leaf) {
    assert leaf.kind == Kind.COPY;
    leaf.rowInFlight = true;
    leaf.mailbox.tail.put(leaf.id, leaf);
    write(Target.MAILBOX, List.of(leaf));
  }

  boolean hasRoom() {
    return inFlight.size() + unknown.size() < state.limits.settleInFlight();
  }
}
