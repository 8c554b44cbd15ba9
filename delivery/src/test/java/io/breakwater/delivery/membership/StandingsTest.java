package io.breakwater.delivery.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.common.id.ShardMap;
import io.breakwater.storage.IncarnationStore.Registration;
import io.breakwater.storage.ViewStore.Earlier;
import io.breakwater.storage.ViewStore.View;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StandingsTest {
  private static final IncarnationId A = new IncarnationId(1, 1);
  private static final IncarnationId B = new IncarnationId(2, 2);
  private static final IncarnationId C = new IncarnationId(3, 3);

  private static final List<IncarnationId> FIRST = List.of(A);
  private static final List<IncarnationId> SECOND = List.of(A, B);
  private static final List<IncarnationId> THIRD = List.of(A, B, C);

  /** A began, B joined, then C. */
  private static Cluster joinedInTurn(long releasedByA, long releasedByB) {
    return Cluster.of(
        new View(3, THIRD, List.of(new Earlier(1, FIRST), new Earlier(2, SECOND)), 0),
        List.of(row(A, releasedByA), row(B, releasedByB), row(C, 0)));
  }

  private static Registration row(IncarnationId id, long released) {
    return new Registration(id, "x:1", 4, Map.of(), 100, released, false, false);
  }

  /** One that these own, one after the other. */
  private static Shard owned(IncarnationId inSecond, IncarnationId inThird) {
    ShardMap second = new ShardMap(SECOND);
    ShardMap third = new ShardMap(THIRD);
    return IntStream.range(0, Shard.COUNT)
        .mapToObj(Shard::new)
        .filter(each -> second.ownerOf(each).equals(inSecond))
        .filter(each -> third.ownerOf(each).equals(inThird))
        .findFirst()
        .orElseThrow();
  }

  private static Standing standing(IncarnationId self, Cluster cluster, Shard shard) {
    return new Standings(self, cluster).of(shard);
  }

  @Test
  void a_home_does_not_wait_again_for_an_owner_that_has_released_the_view_that_took_the_shard() {
    assertThat(standing(B, joinedInTurn(2, 2), owned(B, B))).isEqualTo(Standing.HOME);
    assertThat(standing(B, joinedInTurn(1, 2), owned(B, B))).isEqualTo(Standing.GAINING);
  }

  @Test
  void a_shard_that_moved_twice_waits_for_each_owner_until_the_view_that_took_it() {
    Shard twice = owned(B, C);
    assertThat(standing(C, joinedInTurn(2, 2), twice)).isEqualTo(Standing.GAINING);
    assertThat(standing(C, joinedInTurn(1, 3), twice)).isEqualTo(Standing.GAINING);
    assertThat(standing(C, joinedInTurn(2, 3), twice)).isEqualTo(Standing.HOME);
  }

  @Test
  void an_owner_that_kept_a_shard_for_longer_has_to_release_the_later_view() {
    Shard once = owned(A, C);
    assertThat(standing(C, joinedInTurn(2, 3), once)).isEqualTo(Standing.GAINING);
    assertThat(standing(C, joinedInTurn(3, 2), once)).isEqualTo(Standing.HOME);
  }

  @Test
  void a_node_does_not_wait_for_itself() {
    assertThat(standing(A, joinedInTurn(0, 0), owned(A, A))).isEqualTo(Standing.HOME);
  }

  @Test
  void a_shard_that_came_back_waits_for_who_had_it_meanwhile() {
    Cluster back =
        Cluster.of(
            new View(3, FIRST, List.of(new Earlier(1, FIRST), new Earlier(2, SECOND)), 0),
            List.of(row(A, 1), row(B, 2)));
    assertThat(standing(A, back, owned(B, B))).isEqualTo(Standing.GAINING);
    assertThat(standing(A, back, owned(A, A))).isEqualTo(Standing.HOME);
  }

  @Test
  void a_view_of_the_same_members_takes_nothing_back() {
    View raised = new View(5, THIRD, List.of(new Earlier(2, SECOND)), 700);
    Cluster cluster = Cluster.of(raised, List.of(row(A, 3), row(B, 2), row(C, 3)));

    assertThat(standing(C, cluster, owned(A, C))).isEqualTo(Standing.HOME);
    assertThat(standing(C, cluster, owned(B, C))).isEqualTo(Standing.GAINING);
  }

  @Test
  void what_changes_a_standing_changes_the_releases() {
    assertThat(joinedInTurn(1, 2).releases()).isEqualTo(Map.of(A, 1L, B, 2L));
    assertThat(joinedInTurn(2, 2).releases()).isNotEqualTo(joinedInTurn(1, 2).releases());
  }
}
