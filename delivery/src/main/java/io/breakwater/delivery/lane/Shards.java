package io.breakwater.delivery.lane;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.membership.Standing;
import io.breakwater.delivery.membership.Standings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What this lane is to each shard, and what waits for one that it gains: until earlier owners have
 * released it, it speaks for nothing of it.
 */
final class Shards {
  private static final class Queue {
    final Waitlist inputs;
    final long sinceMono;

    Queue(Waitlist inputs, long sinceMono) {
      this.inputs = inputs;
      this.sinceMono = sinceMono;
    }
  }

  private final LaneState state;
  private final LaneStats stats;

  /** None before the first view: then all is this lane's. */
  private @Nullable Standings standings;

  /** Since when shards that were another node's are this lane's, ms since 1970. */
  private final Map<Integer, Long> gainedMs = new HashMap<>();

  /** By number: the same order in every run. */
  private final SequencedMap<Integer, Queue> waiting = new TreeMap<>();

  Shards(LaneState state, LaneStats stats) {
    this.state = state;
    this.stats = stats;
  }

  Standing of(UserId user) {
    Standing standing = standings == null ? Standing.HOME : standings.of(Shard.of(user));
    return standing == Standing.GAINING && !state.keeps(Rule.GAIN) ? Standing.HOME : standing;
  }

  /** Whether an earlier owner can have anything of a user that this lane lacks. */
  boolean awaits(UserId user, IncarnationId owner) {
    return standings == null
        || switch (of(user)) {
          case HOME -> false;
          case GAINING -> standings.awaits(Shard.of(user), owner);
          case AWAY -> true;
        };
  }

  /** The same for what was sent here by a view that may not be known here yet: then it waits. */
  Standing of(UserId user, long seenView) {
    Standing standing = of(user);
    return standing == Standing.AWAY && seenView > view() ? Standing.GAINING : standing;
  }

  /** The view that counts; 0 before the first one. */
  long view() {
    return standings == null ? 0 : standings.view();
  }

  /** Since when this lane is the home of a user, ms since 1970: what was before is in rows. */
  long beganMs(UserId user) {
    return gainedMs.isEmpty()
        ? state.beganMs
        : gainedMs.getOrDefault(Shard.of(user).number(), state.beganMs);
  }

  @Nullable Standings standings() {
    return standings;
  }

  /** Lets an input of a shard that is gained wait; it is run again when that has changed. */
  void await(UserId user, Waiting input) {
    stats.gainsAwaited++;
    waiting
        .computeIfAbsent(Shard.of(user).number(), _ -> new Queue(new Waitlist(state), state.monoMs))
        .inputs
        .offer(input);
  }

  /** From now on these count. What waits for shards that are not gained any more is run. */
  void adopt(Standings latest) {
    if (standings != null) {
      for (int number = 0; number < Shard.COUNT; number++) {
        Shard shard = new Shard(number);
        if (latest.of(shard) == Standing.HOME && standings.of(shard) != Standing.HOME) {
          gainedMs.put(number, state.wallMs);
        }
      }
    }
    standings = latest;
    List<Queue> ready = new ArrayList<>();
    waiting
        .entrySet()
        .removeIf(
            queue -> {
              boolean isReady = latest.of(new Shard(queue.getKey())) != Standing.GAINING;
              if (isReady) {
                ready.add(queue.getValue());
              }
              return isReady;
            });
    ready.forEach(queue -> queue.inputs.ready());
  }

  /** What has waited too long is told to come back. */
  void tick() {
    List<Queue> late = new ArrayList<>();
    waiting
        .values()
        .removeIf(
            queue -> {
              boolean isLate = state.monoMs - queue.sinceMono >= LaneLimits.GAIN_WAIT_MS;
              if (isLate) {
                late.add(queue);
              }
              return isLate;
            });
    late.forEach(queue -> queue.inputs.failed());
  }
}
