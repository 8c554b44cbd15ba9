package io.breakwater.delivery.node;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.lane.Lane;
import io.breakwater.proto.journal.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/** Entries that this node's lanes are asked to take over: divided among them. Any thread. */
final class Resubmissions {
  private static final class Pending {
    final AtomicInteger lanesLeft;
    volatile boolean isRefused;
    final CompletableFuture<Boolean> published = new CompletableFuture<>();

    Pending(int lanes) {
      this.lanesLeft = new AtomicInteger(lanes);
    }

    void answered() {
      if (lanesLeft.decrementAndGet() == 0) {
        published.complete(!isRefused);
      }
    }
  }

  private final ToIntFunction<UserId> laneOf;
  private final BiConsumer<Integer, Consumer<Lane>> lanes;
  private final AtomicLong tickets = new AtomicLong();
  private final ConcurrentMap<Long, Pending> pending = new ConcurrentHashMap<>();

  /**
   * @param lanes takes the number of a lane, and an input for it
   */
  Resubmissions(ToIntFunction<UserId> laneOf, BiConsumer<Integer, Consumer<Lane>> lanes) {
    this.laneOf = laneOf;
    this.lanes = lanes;
  }

  /**
   * Hands entries to their lanes.
   *
   * @param view by which this is their home
   * @param owner whose they are: an earlier owner of their shards
   * @param records in entry order
   * @return true when all are published here; false if this node is not the home of all of them, or
   *     does not know that it is
   * @throws IllegalArgumentException if one has no user
   */
  CompletionStage<Boolean> take(long view, IncarnationId owner, List<Record> records) {
    Map<Integer, List<Record>> parts = new TreeMap<>();
    for (Record record : records) {
      int lane = laneOf.applyAsInt(UserId.of(record.getUser().asReadOnlyByteBuffer()));
      parts.computeIfAbsent(lane, _ -> new ArrayList<>()).add(record);
    }
    if (parts.isEmpty()) {
      return CompletableFuture.completedStage(true);
    }
    long ticket = tickets.incrementAndGet();
    Pending asked = new Pending(parts.size());
    pending.put(ticket, asked);
    parts.forEach(
        (lane, part) -> lanes.accept(lane, each -> each.resubmit(ticket, view, owner, part)));
    return asked.published.whenComplete((_, _) -> pending.remove(ticket));
  }

  /** A lane has published its part. */
  void published(long ticket) {
    Pending asked = pending.get(ticket);
    if (asked != null) {
      asked.answered();
    }
  }

  /** A lane has refused its part. */
  void refused(long ticket) {
    Pending asked = pending.get(ticket);
    if (asked != null) {
      asked.isRefused = true;
      asked.answered();
    }
  }
}
