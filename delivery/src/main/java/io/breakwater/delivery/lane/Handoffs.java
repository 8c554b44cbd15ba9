package io.breakwater.delivery.lane;

import com.google.protobuf.UnsafeByteOperations;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.delivery.membership.Standings;
import io.breakwater.proto.journal.Record;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Consumer;

/*
 * What this lane has of shards that are another node's now: their unsettled entries are handed to the new home, which
 * journals and publishes them under the same ids before anything new. Until it has said so they are kept here, and so
 * they are recovered from this journal if this process dies.
 *
 * An entry that is handed over twice does no harm: the home knows it by its id. So whatever fails is tried again, at
 * whoever is the home by then; and what is this lane's again is taken back.
 */
/** Hands off what belongs to others, one parcel at a time to each. */
final class Handoffs {
  private static final int PARCEL_BYTES = 512 << 10;
  private static final long AGAIN_MS = 200;

  private record Parcel(IncarnationId to, List<TailEntry> entries) {}

  private final LaneState state;
  private final Shards shards;
  private final Consumer<TailEntry> onHandedOff;
  private final Consumer<Mailbox> onEmpty;

  /** Of shards that were lost, with something that keeps them here. */
  private final SequencedSet<Mailbox> lost = new LinkedHashSet<>();

  private final Map<Long, Parcel> underWay = new HashMap<>();
  private final Set<IncarnationId> busy = new HashSet<>();
  private long againAtMono;

  /**
   * @param onHandedOff told of each entry that its new home has published
   * @param onEmpty told of each mailbox of which nothing is left here
   */
  Handoffs(
      LaneState state, Shards shards, Consumer<TailEntry> onHandedOff, Consumer<Mailbox> onEmpty) {
    this.state = state;
    this.shards = shards;
    this.onHandedOff = onHandedOff;
    this.onEmpty = onEmpty;
  }

  void lose(Mailbox mailbox) {
    lost.add(mailbox);
  }

  /**
   * It is this lane's again. What is under way to others does not count any more, also if the
   * mailbox is lost again before they answer: they hand it back.
   */
  void takeBack(Mailbox mailbox) {
    lost.remove(mailbox);
    for (Parcel parcel : underWay.values()) {
      parcel.entries.removeIf(entry -> entry.mailbox == mailbox);
    }
  }

  /** Whether nothing of what belongs to others is here any more. */
  boolean isDone() {
    return lost.isEmpty();
  }

  /** Sends off what may be sent. At the end of each batch of inputs. */
  void flush() {
    if (lost.isEmpty()) {
      return;
    }
    for (Mailbox mailbox : List.copyOf(lost)) {
      if (mailbox.tail.isEmpty() && mailbox.deviceChanges == 0) {
        lost.remove(mailbox);
        onEmpty.accept(mailbox);
      }
    }
    if (state.monoMs >= againAtMono) {
      parcels().forEach(this::send);
    }
  }

  private SequencedMap<IncarnationId, List<TailEntry>> parcels() {
    Standings standings = Objects.requireNonNull(shards.standings(), "lost without a view");
    SequencedMap<IncarnationId, List<TailEntry>> parcels = new LinkedHashMap<>();
    Map<IncarnationId, Integer> bytes = new HashMap<>();
    for (Mailbox mailbox : lost) {
      IncarnationId home = standings.ownerOf(Shard.of(mailbox.user)).orElseThrow();
      if (busy.contains(home)) {
        continue;
      }
      for (TailEntry entry : mailbox.tail.values()) {
        List<TailEntry> parcel = parcels.computeIfAbsent(home, _ -> new ArrayList<>());
        int size = bytes.getOrDefault(home, 0);
        if (parcel.size() >= state.limits.parcelEntries() || size >= PARCEL_BYTES) {
          break;
        }
        parcel.add(entry);
        bytes.put(home, size + entry.size());
      }
    }
    return parcels;
  }

  private void send(IncarnationId home, List<TailEntry> entries) {
    long ticket = state.ticket();
    underWay.put(ticket, new Parcel(home, entries));
    busy.add(home);
    List<Record> records = new ArrayList<>(entries.size());
    for (TailEntry entry : entries) {
      records.add(
          Record.newBuilder()
              .setUser(UnsafeByteOperations.unsafeWrap(entry.mailbox.user.bytes()))
              .setEntry(entry.bytes())
              .setKind(entry.kind)
              .build());
    }
    state.effects.handOff(ticket, home, shards.view(), records);
  }

  /** All of a parcel is published at its home. */
  boolean published(long ticket) {
    Parcel parcel = underWay.remove(ticket);
    if (parcel == null) {
      return false;
    }
    busy.remove(parcel.to);
    for (TailEntry entry : parcel.entries) {
      if (!entry.isSettled()) {
        onHandedOff.accept(entry);
      }
    }
    return true;
  }

  /** Whether a parcel was taken is unknown, or it was refused. */
  boolean failed(long ticket) {
    Parcel parcel = underWay.remove(ticket);
    if (parcel == null) {
      return false;
    }
    busy.remove(parcel.to);
    againAtMono = state.monoMs + AGAIN_MS;
    return true;
  }
}
