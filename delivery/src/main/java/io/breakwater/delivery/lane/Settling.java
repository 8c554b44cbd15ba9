package io.breakwater.delivery.lane;

import io.breakwater.common.id.UserId;
import io.breakwater.proto.journal.Kind;
import io.breakwater.storage.HistoryStore.HistoryRow;
import io.breakwater.storage.MailboxStore.MailboxRow;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.StorageLayout.Partition;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/*
 * Settling is deferred work, and a row costs Cassandra several times less in a batch of many. So what is owed is
 * collected by partition, and a partition's rows are written when they fill a batch or when the first of them has
 * waited long enough; batches then come one by one, as partitions fill, and not all at once.
 *
 * What waits the longest goes first. A partition that cannot be written holds up no other: while one of its batches
 * has failed, the others wait behind it, and what failed is tried again in few flights of its own. Leaves without a
 * place in the tail have flights of their own, too.
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

  /** A batch that failed waits for so long; a leaf likewise. */
  private static final long RETRY_DELAY_MS = 500;

  private enum Target {
    MAILBOX,
    HISTORY
  }

  private record Place(Target target, Partition partition) {}

  /** Who may have how many of the writes under way. */
  private enum Flight {
    BATCH,
    RETRY,
    LEAF
  }

  /** Entries whose rows are written together. */
  private static final class Batch {
    final Place place;
    final long sinceMono;
    final List<TailEntry> entries = new ArrayList<>();
    private int bytes;
    Flight flight = Flight.BATCH;

    Batch(Place place, long sinceMono) {
      this.place = place;
      this.sinceMono = sinceMono;
    }

    void add(TailEntry entry) {
      entries.add(entry);
      bytes += entry.size();
    }

    /** Leaves out what owes nothing any more. */
    void prune() {
      entries.removeIf(
          entry -> {
            boolean isDone = !owes(place.target, entry);
            bytes -= isDone ? entry.size() : 0;
            return isDone;
          });
    }

    boolean isFull(LaneLimits limits) {
      return entries.size() >= limits.settleBatchRows() || bytes >= limits.settleBatchBytes();
    }
  }

  private final LaneState state;
  private final StorageLayout layout;
  private final Tail tail;
  private final Consumer<TailEntry> onProgress;
  private final Predicate<UserId> isHome;
  private final ToLongFunction<TailEntry> uncopiedBefore;
  private final Function<TailEntry, @Nullable TailEntry> uncopiedAfter;

  /** Published entries that devices may acknowledge yet, the longest waiting first. */
  private final Deque<TailEntry> unacknowledged = new ArrayDeque<>();

  /** Copies without an answer, in the order in which they were asked for last. */
  private final SequencedSet<TailEntry> copies = new LinkedHashSet<>();

  /** What still fills, the longest waiting first. */
  private final SequencedMap<Place, Batch> filling = new LinkedHashMap<>();

  /** What is to be written as soon as there is room in flight. */
  private final Deque<Batch> ready = new ArrayDeque<>();

  /** Batches whose outcome is unknown, and those behind them, in the order of their failures. */
  private final Deque<Batch> failed = new ArrayDeque<>();

  /** Where a batch has failed since the last one that was written. */
  private final Set<Place> failing = new HashSet<>();

  /** Leaves without a place in the tail, whose row may or may not be written. */
  private final Deque<TailEntry> unknown = new ArrayDeque<>();

  private final Map<Long, Batch> inFlight = new HashMap<>();
  private final Map<Flight, Integer> flights = new EnumMap<>(Flight.class);

  /** After a failure, nothing is tried again before this time. */
  private long retryAtMono;

  /**
   * @param onProgress told of each entry that met an obligation
   * @param isHome whether nobody else may have anything of a user
   * @param uncopiedBefore see {@link Origins#uncopiedBefore}
   * @param uncopiedAfter see {@link Origins#uncopiedAfter}
   */
  Settling(
      LaneState state,
      StorageLayout layout,
      Tail tail,
      Consumer<TailEntry> onProgress,
      Predicate<UserId> isHome,
      ToLongFunction<TailEntry> uncopiedBefore,
      Function<TailEntry, @Nullable TailEntry> uncopiedAfter) {
    this.isHome = isHome;
    this.uncopiedBefore = uncopiedBefore;
    this.uncopiedAfter = uncopiedAfter;
    this.state = state;
    this.layout = layout;
    this.tail = tail;
    this.onProgress = onProgress;
  }

  void published(TailEntry entry) {
    if (tail.isPressed() && !entry.mailbox.hasSessions()) {
      // Nobody is there to acknowledge it, and others need the room.
      collect(Target.MAILBOX, entry);
    } else {
      unacknowledged.add(entry);
    }
    if (!entry.history) {
      collect(Target.HISTORY, entry);
    }
    if (!entry.copied && isHome.test(entry.mailbox.user)) {
      askForCopy(entry);
    }
  }

  /**
   * All that earlier owners had of a mailbox is here. While some of it was missing, the order of
   * the copies could not be told.
   */
  void gained(Mailbox mailbox) {
    for (TailEntry entry : mailbox.tail.values()) {
      if (entry.published && !entry.copied) {
        askForCopy(entry);
      }
    }
  }

  private void askForCopy(TailEntry entry) {
    entry.copyAskedAtMono = state.monoMs;
    copies.addLast(entry);
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
      batch = new Batch(place, state.monoMs);
      filling.put(place, batch);
    }
    batch.add(entry);
    if (batch.isFull(state.limits)) {
      batch.prune();
    }
    if (batch.isFull(state.limits)) {
      filling.remove(place);
      ready.add(batch);
    }
  }

  /** Begins batches, if any are due and there is room. At the end of each batch of inputs. */
  void flush() {
    collectUnacknowledged();
    if (state.monoMs >= retryAtMono) {
      while (!unknown.isEmpty() && hasFlight(Flight.LEAF)) {
        writeLeaf(unknown.remove());
      }
      while (!failed.isEmpty() && hasFlight(Flight.RETRY)) {
        write(failed.remove(), Flight.RETRY);
      }
    }
    while (hasFlight(Flight.BATCH)) {
      Batch batch = nextDue();
      if (batch == null) {
        break;
      }
      if (failing.contains(batch.place)) {
        failed.add(batch);
      } else {
        write(batch, Flight.BATCH);
      }
    }
  }

  private boolean hasFlight(Flight flight) {
    int few = Math.max(1, state.limits.settleInFlight() / 8);
    int limit = flight == Flight.BATCH ? Math.max(1, state.limits.settleInFlight() - 2 * few) : few;
    return flights.getOrDefault(flight, 0) < limit;
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

  /** What waits the longest of what is full or has waited long enough. */
  private @Nullable Batch nextDue() {
    if (filling.isEmpty()) {
      return ready.poll();
    }
    Batch oldest = filling.firstEntry().getValue();
    boolean isDue = state.monoMs - oldest.sinceMono >= lingerMs();
    if (!isDue || (!ready.isEmpty() && ready.element().sinceMono <= oldest.sinceMono)) {
      return ready.poll();
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

  /**
   * A copy is answered. If the next one of its stream was asked for before this one was asked for
   * last, it came too early, and is asked for again: so a stream that lags catches up at once.
   */
  void copied(TailEntry entry) {
    copies.remove(entry);
    if (entry.copyAskedAtMono == entry.publishedAtMono) {
      // It was asked for once, when it was published: no later one was before.
      return;
    }
    TailEntry next = uncopiedAfter.apply(entry);
    if (next != null && copies.contains(next) && next.copyAskedAtMono < entry.copyAskedAtMono) {
      askForCopyAgain(next);
    }
  }

  /** Asks again for copies that were not answered. */
  void tick() {
    while (!copies.isEmpty()
        && state.monoMs - copies.getFirst().copyAskedAtMono >= LaneLimits.COPY_AGAIN_MS) {
      askForCopyAgain(copies.getFirst());
    }
  }

  /** What is lost, or is not all here, is asked for by its home, in order. */
  private void askForCopyAgain(TailEntry entry) {
    if (entry.isSettled()) {
      copies.remove(entry);
    } else if (!isHome.test(entry.mailbox.user)) {
      entry.copyAskedAtMono = state.monoMs;
      copies.addLast(entry);
    } else {
      askForCopy(entry);
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

  private void writeLeaf(TailEntry leaf) {
    Batch batch =
        new Batch(new Place(Target.MAILBOX, partition(Target.MAILBOX, leaf)), state.monoMs);
    batch.add(leaf);
    write(batch, Flight.LEAF);
  }

  private void write(Batch batch, Flight flight) {
    batch.prune();
    if (batch.entries.isEmpty()) {
      release(batch.place);
      return;
    }
    long number = state.ticket();
    batch.flight = flight;
    inFlight.put(number, batch);
    flights.merge(flight, 1, Integer::sum);
    switch (batch.place.target) {
      case MAILBOX ->
          state.effects.writeMailbox(
              number, batch.entries.stream().map(Settling::mailboxRow).toList());
      case HISTORY ->
          state.effects.writeHistory(number, batch.entries.stream().map(this::historyRow).toList());
    }
  }

  private @Nullable Batch landed(long number) {
    Batch batch = inFlight.remove(number);
    if (batch != null) {
      flights.merge(batch.flight, -1, Integer::sum);
    }
    return batch;
  }

  private static MailboxRow mailboxRow(TailEntry entry) {
    assert !entry.isSettled() : "entry " + entry.id + " is settled";
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
    Batch batch = landed(number);
    if (batch == null) {
      return;
    }
    for (TailEntry entry : batch.entries) {
      switch (batch.place.target) {
        case MAILBOX -> entry.rowWritten = true;
        case HISTORY -> entry.history = true;
      }
      onProgress.accept(entry);
    }
    release(batch.place);
  }

  /** What waits behind a batch that failed need not wait any more. */
  private void release(Place place) {
    if (failing.remove(place)) {
      for (Iterator<Batch> behind = failed.descendingIterator(); behind.hasNext(); ) {
        Batch next = behind.next();
        if (next.place.equals(place)) {
          behind.remove();
          ready.addFirst(next);
        }
      }
    }
  }

  /** The outcome of a batch is unknown: its rows are written again. */
  void failed(long number) {
    Batch batch = landed(number);
    if (batch == null) {
      return;
    }
    retryAtMono = state.monoMs + RETRY_DELAY_MS;
    if (batch.flight == Flight.LEAF) {
      unknown.addAll(batch.entries);
    } else {
      failing.add(batch.place);
      failed.add(batch);
    }
  }

  /** Writes the row of a leaf entry for which there is no room in the tail, until it is there. */
  void writeDirectly(TailEntry leaf) {
    assert leaf.kind == Kind.COPY;
    leaf.mailbox.tail.put(leaf.id, leaf);
    writeLeaf(leaf);
  }

  /** Whether there is room for the row of a leaf. */
  boolean hasRoom() {
    return unknown.isEmpty() && hasFlight(Flight.LEAF);
  }
}
