package io.breakwater.delivery.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.delivery.membership.Presence.Sight;
import io.breakwater.storage.IncarnationStore.Registration;
import io.breakwater.storage.ViewStore.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Fleets of nodes that crash, stall, are cut off, come and go, on virtual time. What is checked: at
 * no time do two of them speak for one shard, and when faults end, there is one view of all that
 * live.
 */
class AnyFleetTest {
  private static final int SEEDS = 100;
  private static final int STEP_MS = 50;
  private static final int FAULTS_MS = 60_000;
  private static final int CALM_MS = 60_000;
  private static final int SHARDS_LOOKED_AT = 24;

  @Test
  void nobody_speaks_for_a_shard_of_another_and_every_fleet_heals() {
    Set<String> seen = new HashSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      new Fleet(seed, seen).run();
    }
    assertThat(seen)
        .as("what happened in some fleet; without it, nothing was shown")
        .contains("joined", "left", "recovered", "removed", "handed off", "stalled node ended");
  }

  private static final class Fleet {
    private final int seed;
    private final Random random;
    private final Set<String> seen;
    private final Map<IncarnationId, Registration> rows = new TreeMap<>();
    private final Map<IncarnationId, Long> beats = new TreeMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private View view = View.NONE;
    private long nowMs;

    Fleet(int seed, Set<String> seen) {
      this.seed = seed;
      this.random = new Random(seed);
      this.seen = seen;
    }

    void run() {
      int count = 1 + random.nextInt(5);
      for (int i = 0; i < count; i++) {
        start();
      }
      for (; nowMs < FAULTS_MS + CALM_MS; nowMs += STEP_MS) {
        if (nowMs < FAULTS_MS && random.nextInt(40) == 0) {
          fault();
        }
        if (nowMs == FAULTS_MS) {
          nodes.forEach(Node::heal);
        }
        if (nowMs >= FAULTS_MS && nodes.isEmpty()) {
          start();
        }
        checkSpeakers();
        List.copyOf(nodes).forEach(Node::step);
        nodes.removeIf(node -> node.isDead);
      }
      checkHealed();
    }

    private void start() {
      IncarnationId id = new IncarnationId(random.nextLong(), random.nextLong());
      rows.put(id, new Registration(id, id.toString(), 4, Map.of(), 0, 0, false, false));
      nodes.add(new Node(id));
    }

    private void fault() {
      int kind = random.nextInt(6);
      if (nodes.isEmpty() || (kind == 0 && nodes.size() < 6)) {
        start();
        return;
      }
      Node node = nodes.get(random.nextInt(nodes.size()));
      switch (kind) {
        case 1 -> node.isDead = true;
        case 2 -> node.stalledUntil = nowMs + random.nextInt(12_000);
        case 3 -> node.leave();
        case 4 -> node.cutOffUntil = nowMs + random.nextInt(12_000);
        default -> node.storageAwayUntil = nowMs + random.nextInt(8_000);
      }
    }

    private void checkSpeakers() {
      for (int number = 0; number < SHARDS_LOOKED_AT; number++) {
        Shard shard = new Shard(number);
        long speakers = nodes.stream().filter(node -> node.speaksFor(shard)).count();
        assertThat(speakers)
            .as("speakers of %s, seed %d, at %d ms, view %s", shard, seed, nowMs, view)
            .isLessThanOrEqualTo(1);
      }
    }

    private void checkHealed() {
      List<IncarnationId> alive = nodes.stream().map(node -> node.id).toList();
      assertThat(view.members())
          .as("seed %d, view %s, nodes %s", seed, view, nodes)
          .containsExactlyInAnyOrderElementsOf(alive);
      assertThat(view.earlier()).as("seed %d", seed).isEmpty();
      for (int number = 0; number < SHARDS_LOOKED_AT; number++) {
        Shard shard = new Shard(number);
        assertThat(nodes.stream().filter(node -> node.speaksFor(shard)).count())
            .as("speakers of %s, seed %d", shard, seed)
            .isEqualTo(1);
      }
    }

    private void update(IncarnationId id, boolean isSealed, boolean isRecovered, long released) {
      Registration row = Objects.requireNonNull(rows.get(id));
      rows.put(
          id,
          new Registration(
              id,
              row.address(),
              row.lanes(),
              row.checkpoints(),
              row.idCeiling(),
              Math.max(row.released(), released),
              row.sealed() || isSealed,
              row.recovered() || isRecovered));
    }

    private final class Node {
      private final IncarnationId id;
      private final Membership membership;
      private @Nullable Cluster adopted;
      private @Nullable Standings standings;
      private final Map<IncarnationId, Long> recoveries = new HashMap<>();
      private long beatAt = Long.MIN_VALUE / 2;
      private long cleanAt = Long.MIN_VALUE / 2;
      private long handsOffUntil;
      private long stalledUntil;
      private long cutOffUntil;
      private long storageAwayUntil;
      private boolean wasStalled;
      private boolean wasMember;
      private boolean isDead;

      Node(IncarnationId id) {
        this.id = id;
        this.membership = new Membership(id, MembershipLimits.USUAL);
      }

      @Override
      public String toString() {
        return "%s: view %d, removed %s, row %s"
            .formatted(id, membership.view().number(), membership.isRemoved(), rows.get(id));
      }

      /** What has not joined has nothing to hand off. */
      void leave() {
        if (standings == null || !view.members().contains(id)) {
          isDead = true;
        } else {
          membership.leave();
        }
      }

      void heal() {
        stalledUntil = 0;
        cutOffUntil = 0;
        storageAwayUntil = 0;
      }

      /** The seal rule: nothing is published more than a second after a clean read began. */
      boolean speaksFor(Shard shard) {
        return standings != null
            && nowMs >= stalledUntil
            && nowMs - cleanAt <= 1_000
            && standings.of(shard) == Standing.HOME;
      }

      private boolean isSeenBy(Node other) {
        return other == this
            || (nowMs >= stalledUntil && nowMs >= cutOffUntil && nowMs >= other.cutOffUntil);
      }

      void step() {
        if (nowMs < stalledUntil) {
          wasStalled = true;
          return;
        }
        Set<IncarnationId> present = new HashSet<>();
        nodes.stream().filter(each -> each.isSeenBy(this)).forEach(each -> present.add(each.id));
        membership.see(new Sight(present, present, present, Set.of()), nowMs);
        if (nowMs < storageAwayUntil || random.nextInt(4) == 0) {
          return;
        }
        beat();
        membership.read(new Cluster(view, Map.copyOf(rows)), nowMs);
        membership.hear(beats, nowMs);
        if (membership.cluster().isEnded(id) || membership.isRemoved()) {
          isDead = true;
          seen.add(wasStalled ? "stalled node ended" : "removed");
          return;
        }
        cleanAt = nowMs;
        adopt();
        released();
        membership.propose(nowMs).ifPresent(this::decide);
        recover();
      }

      private void beat() {
        if (nowMs - beatAt >= 1_000) {
          beatAt = nowMs;
          beats.merge(id, 1L, Long::sum);
        }
      }

      private void adopt() {
        Cluster cluster = membership.cluster();
        wasMember |= cluster.view().members().contains(id);
        if (!wasMember || cluster.equals(adopted)) {
          return;
        }
        adopted = cluster;
        Standings before = standings;
        Standings after = new Standings(id, cluster);
        standings = after;
        if (before != null && lost(before, after)) {
          handsOffUntil = nowMs + random.nextInt(4_000);
        }
      }

      private void released() {
        Cluster cluster = membership.cluster();
        if (standings == null) {
          return;
        }
        boolean isMember = cluster.view().members().contains(id);
        if (nowMs >= handsOffUntil && !cluster.hasReleased(id)) {
          update(id, false, false, cluster.view().number());
          seen.add("handed off");
        } else if (!isMember && cluster.hasReleased(id)) {
          isDead = true;
          seen.add("left");
        }
      }

      private static boolean lost(Standings before, Standings after) {
        for (int number = 0; number < SHARDS_LOOKED_AT; number++) {
          Shard shard = new Shard(number);
          if (before.of(shard) == Standing.HOME && after.of(shard) != Standing.HOME) {
            return true;
          }
        }
        return false;
      }

      private void decide(View next) {
        if (next.number() == view.number() + 1) {
          view = next;
          membership.decided(next);
          if (next.members().contains(id) && standings == null) {
            seen.add("joined");
          }
        }
      }

      private void recover() {
        for (IncarnationId dead : membership.toRecover(nowMs)) {
          if (!recoveries.containsKey(dead)) {
            update(dead, true, false, 0);
            recoveries.put(dead, nowMs + 1_200 + random.nextInt(2_000));
          }
        }
        recoveries.forEach(
            (dead, doneAt) -> {
              if (nowMs >= doneAt) {
                update(dead, true, true, 0);
                seen.add("recovered");
              }
            });
      }
    }
  }
}
