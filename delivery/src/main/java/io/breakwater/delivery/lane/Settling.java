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
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/*
 * Settling is deferred work, and a row costs Cassandra several times less in a batch of many. So what is owed is
 * collected by partition, and a partition's rows are written when they fill a batch or when the first of them has
 * waited long enough; batches then come one by one, as partitions fill, and not all at once. Failed batches are
 * written again before others.
 *
 * Before that, an entry waits for its devices: most are acknowledged by every device meanwhile, and then need no
 * mailbox row.
 */
/**
 * Meets the obligations of published entries that are not met live: mailbox rows, history rows,
 * copies.
 */
final class Settling {
  /** A row waits for so long for others of its partition. */
  private static final long LINGER_MS = 1_000;

  /** The same while the tail is short of room. */
  private static final long LINGER_PRESSED_MS = 250;

  /** After a batch failed, no other begins for this time. */
  private static final long RETRY_DELAY_MS = 500;

  private enum Target {
    MAILBOX,
    HISTORY
  }

  private record Place(Target target, Partition partition) {}

  /** Entries whose rows are written together. */
  private static final class Batch {
    final Target target;
    final long sinceMono;
    final List<TailEntry> entries = new ArrayList<>();
    private int bytes;

    Batch(Target target, long sinceMono) {
      this.target = target;
      this.sinceMono = sinceMono;
    }

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
  private final Tail tail;
  private final Consumer<TailEntry> onProgress;
  private final ToLongFunction<TailEntry> uncopiedBefore;

  /** Published entries that devices may acknowledge yet, the longest waiting first. */
  private final Deque<TailEntry> unacknowledged = new ArrayDeque<>();

  /** Copies without an answer, likewise. */
  private final Deque<TailEntry> copies = new ArrayDeque<>();

  /** What still fills, the longest waiting first. */
  private final SequencedMap<Place, Batch> filling = new LinkedHashMap<>();

  /** What is to be written as soon as there is room in flight. */
  private final Deque<Batch> ready = new ArrayDeque<>();

  /** Leaves without a place in the tail, whose row may or may not be written. */
  private final Deque<TailEntry> unknown = new ArrayDeque<>();

  private final Map<Long, Batch> inFlight = new HashMap<>();

  /** After a failure, no batch begins before this time. */
  private long pausedUntilMono;

  /**
   * @param onProgress told of each entry that met an obligation
   * @param uncopiedBefore see {@link Origins#uncopiedBefore}
   */
  Settling(
      LaneState state,
      StorageLayout layout,
      Tail tail,
      Consumer<TailEntry> onProgress,
      ToLongFunction<TailEntry> uncopiedBefore) {
    this.uncopiedBefore = uncopiedBefore;
    this.state = state;
    this.layout = layout;
    this.tail = tail;
    this.onProgress = onProgress;
  }

  void published(TailEntry entry) {
    unacknowledged.add(entry);
    if (!entry.history) {
      collect(Target.HISTORY, entry);
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

  private void collect(Target target, TailEntry entry) {
    Place place = new Place(target, partition(target, entry));
    Batch batch = filling.get(place);
    if (batch == null) {
      batch = new Batch(target, state.monoMs);
      filling.put(place, batch);
    }
    batch.add(entry);
    if (batch.isFull(state.limits)) {
      filling.remove(place);
      ready.add(batch);
    }
  }

  /** Begins batches, if any are due and there is room. At the end of each batch of inputs. */
  void flush() {
    collectUnacknowledged();
    if (state.monoMs < pausedUntilMono) {
      return;
    }
    while (!unknown.isEmpty() && hasFlight()) {
      writeAlone(unknown.remove());
    }
    for (Batch batch = nextDue(); batch != null; batch = nextDue()) {
      Target target = batch.target;
      batch.entries.removeIf(entry -> !owes(target, entry));
      if (!batch.entries.isEmpty()) {
        write(batch);
      }
    }
  }

  private boolean hasFlight() {
    return inFlight.size() < state.limits.settleInFlight();
  }

  /** What no device acknowledged in time needs a mailbox row. */
  private void collectUnacknowledged() {
    long delayMs = state.hurry ? 0 : state.limits.settleDelayMs();
    TailEntry first = unacknowledged.peek();
    while (first != null
        && (!owes(Target.MAILBOX, first) || state.monoMs - first.publishedAtMono >= delayMs)) {
      unacknowledged.remove();
      if (owes(Target.MAILBOX, first)) {
        collect(Target.MAILBOX, first);
      }
      first = unacknowledged.peek();
    }
  }

  private @Nullable Batch nextDue() {
    if (!hasFlight()) {
      return null;
    }
    if (!ready.isEmpty() || filling.isEmpty()) {
      return ready.poll();
    }
    Batch oldest = filling.firstEntry().getValue();
    if (state.monoMs - oldest.sinceMono < lingerMs()) {
      return null;
    }
    filling.pollFirstEntry();
    return oldest;
  }

  private long lingerMs() {
    if (state.hurry) {
      return 0;
    }
    return tail.isPressed() ? LINGER_PRESSED_MS : LINGER_MS;
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

  private void writeAlone(TailEntry leaf) {
    Batch batch = new Batch(Target.MAILBOX, state.monoMs);
    batch.add(leaf);
    write(batch);
  }

  private void write(Batch batch) {
    long number = state.ticket();
    inFlight.put(number, batch);
    switch (batch.target) {
      case MAILBOX ->
          state.effects.writeMailbox(
              number, batch.entries.stream().map(Settling::mailboxRow).toList());
      case HISTORY ->
          state.effects.writeHistory(number, batch.entries.stream().map(this::historyRow).toList());
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
    for (TailEntry entry : batch.entries) {
      switch (batch.target) {
        case MAILBOX -> entry.rowWritten = true;
        case HISTORY -> entry.history = true;
      }
      onProgress.accept(entry);
    }
  }

  /** The outcome of a batch is unknown: its rows are written again. */
  void failed(long number) {
    Batch batch = inFlight.remove(number);
    if (batch == null) {
      return;
    }
    pausedUntilMono = state.monoMs + RETRY_DELAY_MS;
    TailEntry first = batch.entries.getFirst();
    if (first.block == null) {
      unknown.add(first);
    } else {
      ready.addFirst(batch);
    }
  }

  /** Writes the row of a leaf entry for which there is no room in the tail, until it is there. */
  void writeDirectly(TailEntry leaf) {
    assert leaf.kind == Kind.COPY;
    leaf.mailbox.tail.put(leaf.id, leaf);
    writeAlone(leaf);
  }

  boolean hasRoom() {
    return inFlight.size() + unknown.size() < state.limits.settleInFlight();
  }
}
