package io.breakwater.delivery.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.id.Shard;
import io.breakwater.delivery.lane.Rule;
import io.breakwater.delivery.membership.Standing;
import io.breakwater.storage.ViewStore.View;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clusters of production watches on virtual time that lose one thing for minutes: each other, or
 * storage. A process that ends is started again in its place within a second. Times are ms.
 */
class SplitTest {
  private static final int SEEDS = 30;
  private static final long CALM_MS = 40_000;
  private static final long SPLIT_MS = 240_000;

  enum Split {
    /** Nobody reaches anybody. */
    ALL,
    /** One node does not reach the others. */
    ONE,
    /** Two nodes do not reach each other; others reach both. */
    PAIR,
    /** Two sides. */
    SIDES;

    void cut(World world) {
      int count = world.placeCount();
      for (int one = 0; one < count; one++) {
        for (int other = one + 1; other < count; other++) {
          boolean isCut =
              switch (this) {
                case ALL -> true;
                case ONE -> one == 0;
                case PAIR -> one == 0 && other == 1;
                case SIDES -> one < (count + 1) / 2 && other >= (count + 1) / 2;
              };
          if (isCut) {
            world.cutLine(one, other);
          }
        }
      }
    }
  }

  private static World calm(long seed) {
    Dice dice = new Dice(seed);
    World world =
        new World(
            seed,
            dice.another(),
            Plan.faultless(dice),
            EnumSet.allOf(Rule.class),
            EnumSet.noneOf(Sabotage.class));
    world.startNodes();
    pass(world, CALM_MS);
    assertThat(world.isSettled()).as(world.describe()).isTrue();
    return world;
  }

  /** Worlds with more than one node, which is calm when they are handed over. */
  private static void each(Consumer<World> what) {
    int[] sizes = new int[5];
    for (long seed = 1; seed <= SEEDS; seed++) {
      World world = calm(seed);
      if (world.placeCount() > 1) {
        sizes[world.placeCount()]++;
        what.accept(world);
        world.end();
      }
    }
    assertThat(sizes[2] * sizes[3] * sizes[4]).as("fleets of two, three and four").isPositive();
  }

  private static void pass(World world, long forMs) {
    world.time.runUntil(world.time.nowMs() + forMs);
  }

  private static int shardsServed(Stream<SimulatedNode> nodes) {
    return nodes.mapToInt(node -> node.standings().count(Standing.HOME)).sum();
  }

  private static void assertThatAllAreMembers(World world) {
    assertThat(world.isSettled()).as(world.describe()).isTrue();
  }

  private static void assertThatFewViewsWereDecidedSince(World world, long before) {
    assertThat(world.decidedView().number() - before)
        .as("views that were decided, seed %d: %s", world.seed, world.describe())
        .isLessThanOrEqualTo(3L * world.placeCount());
  }

  @ParameterizedTest
  @EnumSource(Split.class)
  void nodes_that_do_not_reach_each_other_do_not_remove_each_other_in_turn(Split split) {
    each(
        world -> {
          long before = world.decidedView().number();
          int starts = world.starts();
          split.cut(world);
          pass(world, SPLIT_MS);
          // Not all see it at the same moment, so each but one may be removed, and join elsewhere.
          assertThatFewViewsWereDecidedSince(world, before);
          assertThat(world.starts() - starts)
              .as("processes that were started again, seed %d: %s", world.seed, world.describe())
              .isLessThan(world.placeCount());
          assertThat(shardsServed(world.nodes().stream()))
              .as("shards, seed %d: %s", world.seed, world.describe())
              .isEqualTo(Shard.COUNT);
          world.mendLines();
          pass(world, 45_000);
          assertThatAllAreMembers(world);
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_node_to_which_nobody_can_connect_does_not_join_and_does_not_stay(boolean isMember) {
    each(
        world -> {
          long before = world.decidedView().number();
          int starts = world.starts();
          world.close(0);
          if (!isMember) {
            world.restart(0);
          }
          pass(world, SPLIT_MS);
          assertThatFewViewsWereDecidedSince(world, before);
          assertThat(world.starts() - starts)
              .as("processes that were started again, seed %d: %s", world.seed, world.describe())
              .isOne();
          assertThat(shardsServed(world.nodes().stream()))
              .as("shards, seed %d: %s", world.seed, world.describe())
              .isEqualTo(Shard.COUNT);
          world.mendLines();
          pass(world, 45_000);
          assertThatAllAreMembers(world);
        });
  }

  @Test
  void the_shards_of_a_node_that_loses_storage_alone_are_served_elsewhere_until_it_joins_again() {
    each(
        world -> {
          SimulatedNode cut = List.copyOf(world.nodes()).getFirst();
          cut.cutFromStorage(60_000);
          pass(world, 25_000);
          assertThat(world.decidedView().members()).doesNotContain(cut.id);
          assertThat(shardsServed(world.nodes().stream().filter(node -> node != cut)))
              .as("shards, seed %d: %s", world.seed, world.describe())
              .isEqualTo(Shard.COUNT);
          pass(world, 35_000);
          assertThat(cut.isGone()).as("it cannot know yet").isFalse();
          pass(world, 20_000);
          assertThat(cut.isGone()).isTrue();
          assertThatAllAreMembers(world);
        });
  }

  @Test
  void whoever_comes_while_all_members_have_lost_storage_serves() {
    each(
        world -> {
          SimulatedNode left = world.nodes().getLast();
          left.leave();
          List<SimulatedNode> members = membersWhenItHasLeft(world, left);
          members.forEach(node -> node.cutFromStorage(600_000));
          pass(world, 40_000 + 35_000L * members.size());
          assertThat(shardsServed(world.nodes().stream().filter(each -> !members.contains(each))))
              .as("shards, seed %d: %s", world.seed, world.describe())
              .isEqualTo(Shard.COUNT);
        });
  }

  /** Passes time until it has gone by plan; its successor has not joined yet. */
  private static List<SimulatedNode> membersWhenItHasLeft(World world, SimulatedNode left) {
    for (int i = 0; i < 400; i++) {
      pass(world, 50);
      View view = world.storage.views().peek().toCompletableFuture().join().orElseThrow();
      if (left.isGone() && view.earlier().isEmpty()) {
        assertThat(view.members()).hasSize(world.placeCount() - 1);
        return view.members().stream().map(world::node).toList();
      }
    }
    throw new AssertionError("it does not leave: " + world.describe());
  }

  @Test
  void nobody_is_removed_while_all_nodes_lose_storage() {
    each(
        world -> {
          long before = world.decidedView().number();
          List<SimulatedNode> nodes = List.copyOf(world.nodes());
          nodes.forEach(node -> node.cutFromStorage(60_000));
          pass(world, 80_000);
          assertThat(world.decidedView().number()).isEqualTo(before);
          assertThat(world.nodes()).isEqualTo(nodes);
        });
  }

  @Test
  void a_fleet_that_is_started_again_as_a_whole_is_there_within_seconds() {
    each(
        world -> {
          world.restartAll();
          pass(world, 12_000);
          assertThatAllAreMembers(world);
        });
  }

  @Test
  void a_fleet_that_is_started_again_elsewhere_is_there_when_the_old_beats_are_silent() {
    each(
        world -> {
          world.moveAll();
          pass(world, 20_000);
          assertThatAllAreMembers(world);
        });
  }
}
