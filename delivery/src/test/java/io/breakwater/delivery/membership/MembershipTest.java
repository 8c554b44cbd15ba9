package io.breakwater.delivery.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.delivery.membership.Presence.Sight;
import io.breakwater.storage.IncarnationStore.Registration;
import io.breakwater.storage.ViewStore.Earlier;
import io.breakwater.storage.ViewStore.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MembershipTest {
  private static final IncarnationId A = new IncarnationId(1, 1);
  private static final IncarnationId B = new IncarnationId(2, 2);
  private static final IncarnationId C = new IncarnationId(3, 3);
  private static final IncarnationId D = new IncarnationId(4, 4);

  private static final Set<IncarnationId> NOBODY = Set.of();
  private static final List<Earlier> NO_EARLIER = List.of();

  private static Registration row(IncarnationId id, long released) {
    return new Registration(
        id, "host-" + id.high() + ":7410", 4, Map.of(), 100 * id.high(), released, false, false);
  }

  private static Registration sealed(IncarnationId id) {
    return new Registration(id, "x:1", 4, Map.of(), 100 * id.high(), 0, true, false);
  }

  private static Registration recovered(IncarnationId id) {
    return new Registration(id, "x:1", 4, Map.of(), 100 * id.high(), 0, true, true);
  }

  private static Cluster cluster(View view, Registration... rows) {
    return Cluster.of(view, List.of(rows));
  }

  private static View view(long number, IncarnationId... members) {
    return new View(number, List.of(members), NO_EARLIER, 0);
  }

  private static Membership of(IncarnationId self) {
    return new Membership(self, MembershipLimits.USUAL);
  }

  /** A member of A, B and C, all of whom are there and have released everything. */
  private static Membership calm(IncarnationId self) {
    Membership membership = of(self);
    see(membership, Set.of(A, B, C), 0);
    membership.read(cluster(view(7, A, B, C), row(A, 7), row(B, 7), row(C, 7)), 0);
    return membership;
  }

  private static void see(Membership membership, Set<IncarnationId> seen, long nowMs) {
    membership.see(new Sight(seen, seen, seen, NOBODY), nowMs);
  }

  /**
   * Reads storage and sees somebody all the time, from a moment until another one.
   *
   * @param beating whose beats rise meanwhile
   */
  private static void live(
      Membership membership,
      Cluster cluster,
      Set<IncarnationId> seen,
      Set<IncarnationId> beating,
      long fromMs,
      long toMs) {
    for (long nowMs = fromMs; nowMs <= toMs; nowMs += 250) {
      membership.read(cluster, nowMs);
      see(membership, seen, nowMs);
      hear(membership, beating, nowMs);
    }
  }

  /** Of those who do not beat any more, storage has the last beat still. */
  private static void hear(Membership membership, Set<IncarnationId> beating, long nowMs) {
    Map<IncarnationId, Long> beats = new HashMap<>(Map.of(A, 1L, B, 1L, C, 1L, D, 1L));
    beating.forEach(each -> beats.put(each, 1 + nowMs / 1_000));
    membership.hear(beats, nowMs);
  }

  private static List<IncarnationId> members(Optional<View> view) {
    return view.orElseThrow().members();
  }

  @Test
  void the_first_node_is_the_first_view() {
    Membership membership = of(A);
    membership.read(cluster(View.NONE, row(A, 0)), 0);
    assertThat(membership.propose(0)).contains(view(1, A));
  }

  @Test
  void a_node_that_joins_adds_itself_and_remembers_who_was_there() {
    Membership membership = of(D);
    see(membership, Set.of(A, B, C), 0);
    membership.read(cluster(view(7, A, B, C), row(A, 7), row(B, 7), row(C, 7), row(D, 0)), 0);
    assertThat(membership.propose(0))
        .contains(new View(8, List.of(A, B, C, D), List.of(new Earlier(7, List.of(A, B, C))), 0));
  }

  @Test
  void nothing_is_proposed_while_all_is_well() {
    assertThat(calm(A).propose(100_000)).isEmpty();
  }

  @Test
  void a_member_that_is_gone_is_removed_at_once_by_the_first_and_later_by_the_next() {
    Membership first = calm(A);
    Membership second = calm(B);
    see(first, Set.of(B), 1_000);
    see(second, Set.of(A), 1_000);
    assertThat(members(first.propose(1_000))).containsExactly(A, B);
    assertThat(second.propose(1_000)).isEmpty();
    assertThat(second.propose(1_499)).isEmpty();
    assertThat(members(second.propose(1_500))).containsExactly(A, B);
  }

  @Test
  void the_floor_rises_above_the_ids_of_a_member_that_is_gone() {
    Membership membership = calm(A);
    see(membership, Set.of(B), 0);
    assertThat(membership.propose(0).orElseThrow().idFloor()).isEqualTo(300);
  }

  private static final Cluster ALL = cluster(view(7, A, B, C), row(A, 7), row(B, 7), row(C, 7));

  @Test
  void a_minority_removes_those_whom_it_does_not_see_when_their_beats_are_silent() {
    Membership membership = calm(C);
    live(membership, ALL, NOBODY, Set.of(C), 1_000, 10_750);
    assertThat(membership.propose(10_750)).isEmpty();
    live(membership, ALL, NOBODY, Set.of(C), 11_000, 11_000);
    assertThat(members(membership.propose(11_000))).containsExactly(C);
  }

  @Test
  void a_minority_removes_nobody_whose_beat_goes_on() {
    Membership membership = calm(C);
    live(membership, ALL, NOBODY, Set.of(A, C), 1_000, 300_000);
    assertThat(members(membership.propose(300_000))).containsExactly(A, C);
    live(membership, ALL, NOBODY, Set.of(A, B, C), 300_250, 600_000);
    assertThat(membership.propose(600_000)).isEmpty();
  }

  @Test
  void a_minority_does_not_remove_whom_it_misses_for_less_than_five_seconds() {
    Membership membership = calm(C);
    live(membership, ALL, Set.of(A, B), Set.of(C), 0, 6_000);
    live(membership, ALL, NOBODY, Set.of(C), 6_250, 11_000);
    assertThat(membership.propose(11_000)).isEmpty();
    live(membership, ALL, NOBODY, Set.of(C), 11_250, 11_250);
    assertThat(members(membership.propose(11_250))).containsExactly(C);
  }

  @Test
  void half_of_the_members_remove_whom_they_do_not_see_though_its_beat_goes_on() {
    Membership membership = calm(A);
    live(membership, ALL, Set.of(B), Set.of(A, B, C), 0, 5_000);
    assertThat(members(membership.propose(5_000))).containsExactly(A, B);
  }

  @Test
  void who_comes_back_in_time_stays() {
    Membership membership = calm(C);
    live(membership, ALL, NOBODY, Set.of(C), 0, 9_750);
    live(membership, ALL, Set.of(A, B), Set.of(C), 10_000, 10_000);
    live(membership, ALL, NOBODY, Set.of(C), 10_250, 14_000);
    assertThat(membership.propose(14_000)).isEmpty();
  }

  @Test
  void a_process_at_the_address_of_a_member_takes_its_place_at_once() {
    Membership membership = of(D);
    Registration again = new Registration(D, "host-1:7410", 4, Map.of(), 0, 0, false, false);
    membership.read(cluster(view(7, A), row(A, 7), again), 0);
    assertThat(members(membership.propose(0))).containsExactly(D);
  }

  @Test
  void a_member_that_has_ended_is_removed_though_it_can_be_seen() {
    Membership membership = calm(A);
    membership.read(cluster(view(7, A, B, C), row(A, 7), row(B, 7), sealed(C)), 10);
    assertThat(members(membership.propose(10))).containsExactly(A, B);
    membership.read(cluster(view(7, A, B, C), row(A, 7), row(B, 7)), 20);
    assertThat(members(membership.propose(20))).containsExactly(A, B);
  }

  @Test
  void nobody_has_to_remember_members_that_are_all_recovered() {
    Membership membership = of(A);
    membership.read(cluster(view(7, B), row(A, 0), recovered(B)), 0);
    assertThat(membership.propose(0)).contains(new View(8, List.of(A), NO_EARLIER, 200));
  }

  @Test
  void earlier_views_are_forgotten_when_all_of_their_members_have_released() {
    View now = new View(8, List.of(A, B), List.of(new Earlier(7, List.of(A, B, C))), 0);
    Membership membership = of(A);
    see(membership, Set.of(B), 0);
    membership.read(cluster(now, row(A, 8), row(B, 7), recovered(C)), 0);
    assertThat(membership.propose(0)).isEmpty();
    membership.read(cluster(now, row(A, 8), row(B, 8), recovered(C)), 10);
    assertThat(membership.propose(10)).contains(view(9, A, B));
  }

  @Test
  void a_node_that_leaves_is_in_the_next_view_no_more_and_is_not_recovered_meanwhile() {
    Membership membership = calm(B);
    membership.leave();
    View next = membership.propose(0).orElseThrow();
    assertThat(next.members()).containsExactly(A, C);
    membership.read(cluster(next, row(A, 8), row(B, 7), row(C, 8)), 100);
    assertThat(membership.isRemoved()).isFalse();
    assertThat(membership.propose(100)).isEmpty();
    for (IncarnationId other : List.of(A, C)) {
      Membership watching = calm(other);
      watching.read(cluster(next, row(A, 8), row(B, 7), row(C, 8)), 100);
      assertThat(watching.toRecover(100)).isEmpty();
    }
  }

  @Test
  void the_last_node_that_leaves_stays_in_the_view() {
    Membership membership = of(A);
    membership.read(cluster(view(7, A), row(A, 7)), 0);
    membership.leave();
    assertThat(membership.propose(0)).isEmpty();
  }

  @Test
  void exactly_one_member_recovers_what_a_dead_one_left() {
    View next = new View(8, List.of(A, B), List.of(new Earlier(7, List.of(A, B, C))), 0);
    List<IncarnationId> recovering = new ArrayList<>();
    for (IncarnationId self : List.of(A, B)) {
      Membership membership = of(self);
      see(membership, Set.of(A, B), 0);
      membership.read(cluster(next, row(A, 8), row(B, 8), row(C, 7)), 0);
      recovering.addAll(membership.toRecover(0));
    }
    assertThat(recovering).containsExactly(C);
  }

  @Test
  void a_member_that_does_not_release_is_removed_and_then_recovered_though_it_can_be_seen() {
    View now = new View(8, List.of(A, B), List.of(new Earlier(7, List.of(B))), 0);
    Membership membership = of(A);
    see(membership, Set.of(B), 0);
    for (long time = 0; time <= 9_900; time += 100) {
      membership.read(cluster(now, row(A, 8), row(B, 7)), time);
      assertThat(membership.propose(time)).isEmpty();
    }
    membership.read(cluster(now, row(A, 8), row(B, 7)), 10_000);
    View next = membership.propose(10_000).orElseThrow();
    assertThat(next.members()).containsExactly(A);
    membership.read(cluster(next, row(A, 9), row(B, 7)), 10_100);
    assertThat(membership.toRecover(10_100)).containsExactly(B);
  }

  @Test
  void everybody_recovers_a_dead_one_whom_the_one_whose_turn_it_is_does_not_recover() {
    View next = new View(8, List.of(A, B), List.of(new Earlier(7, List.of(A, B, C))), 0);
    for (IncarnationId self : List.of(A, B)) {
      Membership membership = of(self);
      see(membership, Set.of(A, B), 0);
      for (long time = 0; time <= 20_000; time += 100) {
        membership.read(cluster(next, row(A, 8), row(B, 8), row(C, 7)), time);
      }
      assertThat(membership.toRecover(20_000)).containsExactly(C);
    }
  }

  @Test
  void a_member_that_releases_one_view_after_the_other_is_not_slow() {
    Membership membership = of(A);
    see(membership, Set.of(B), 0);
    for (long time = 0; time <= 60_000; time += 100) {
      long number = 8 + time / 9_000;
      View now = new View(number, List.of(A, B), List.of(new Earlier(7, List.of(B))), 0);
      membership.read(cluster(now, row(A, number), row(B, number - 1)), time);
      assertThat(membership.propose(time).map(View::members).orElse(now.members())).contains(B);
    }
  }

  @Test
  void a_member_gets_its_time_again_when_a_home_went_that_it_waited_for() {
    View now = new View(8, List.of(A, B, C), List.of(new Earlier(7, List.of(B))), 0);
    View without = new View(9, List.of(A, B), List.of(new Earlier(7, List.of(B))), 0);
    Membership membership = of(A);
    see(membership, Set.of(B), 0);
    for (long time = 0; time < 9_000; time += 100) {
      membership.read(cluster(now, row(A, 8), row(B, 7), row(C, 8)), time);
    }
    for (long time = 9_000; time < 19_000; time += 100) {
      membership.read(cluster(without, row(A, 9), row(B, 7), recovered(C)), time);
      assertThat(membership.propose(time)).isEmpty();
    }
    membership.read(cluster(without, row(A, 9), row(B, 7), recovered(C)), 19_000);
    assertThat(membership.propose(19_000).orElseThrow().members()).containsExactly(A);
  }

  @Test
  void a_sealed_row_that_nobody_needs_is_forgotten() {
    Membership membership = of(A);
    membership.read(cluster(view(7, A), row(A, 7), sealed(B)), 0);
    membership.read(cluster(view(7, A), row(A, 7), sealed(B)), 600_000);
    assertThat(membership.toForget(600_000)).containsExactly(B);
  }

  @Test
  void slow_members_are_removed_one_in_thirty_seconds() {
    View now = new View(8, List.of(A, B, C), List.of(new Earlier(7, List.of(B, C))), 0);
    Membership membership = of(A);
    see(membership, Set.of(B, C), 0);
    List<Long> removals = new ArrayList<>();
    for (long time = 0; time <= 60_000; time += 100) {
      membership.read(cluster(now, row(A, now.number()), row(B, 7), row(C, 7)), time);
      View next = membership.propose(time).orElse(now);
      if (next.members().size() < now.members().size()) {
        removals.add(time);
      }
      now = next;
    }
    assertThat(removals).hasSize(2);
    assertThat(removals.get(1) - removals.get(0)).isGreaterThanOrEqualTo(30_000);
  }

  @Test
  void nobody_is_slow_while_storage_is_away() {
    View now = new View(8, List.of(A, B), List.of(new Earlier(7, List.of(B))), 0);
    Membership membership = of(A);
    see(membership, Set.of(B), 0);
    membership.read(cluster(now, row(A, 8), row(B, 7)), 0);
    membership.read(cluster(now, row(A, 8), row(B, 7)), 60_000);
    assertThat(membership.propose(60_000)).isEmpty();
  }

  @Test
  void a_node_that_was_removed_knows_it_and_does_not_join_again() {
    Membership membership = calm(C);
    View next = new View(8, List.of(A, B), List.of(new Earlier(7, List.of(A, B, C))), 0);
    membership.read(cluster(next, row(A, 8), row(B, 8), row(C, 7)), 100);
    assertThat(membership.isRemoved()).isTrue();
    assertThat(membership.propose(100_000)).isEmpty();
  }

  @Test
  void what_is_older_than_the_known_view_changes_nothing() {
    Membership membership = calm(A);
    membership.read(cluster(view(6, A), row(A, 6)), 100);
    assertThat(membership.view().number()).isEqualTo(7);
  }

  @Test
  void nobody_joins_while_too_many_views_are_not_released() {
    List<Earlier> many = new ArrayList<>();
    for (int number = 1; number <= MembershipLimits.USUAL.earlier(); number++) {
      many.add(new Earlier(number, List.of(A)));
    }
    Membership membership = of(D);
    see(membership, Set.of(A), 0);
    membership.read(cluster(new View(20, List.of(A), many, 0), row(A, 7), row(D, 0)), 0);
    assertThat(membership.propose(0)).isEmpty();
  }

  @Test
  void a_fleet_whose_members_are_all_dead_is_joined_however_many_views_there_are() {
    List<Earlier> many = new ArrayList<>();
    for (int number = 1; number <= MembershipLimits.USUAL.earlier(); number++) {
      many.add(new Earlier(number, List.of(A)));
    }
    Membership membership = of(D);
    View last = new View(20, List.of(A), many, 0);
    live(membership, cluster(last, row(A, 7), row(D, 0)), NOBODY, Set.of(D), 0, 10_000);
    assertThat(members(membership.propose(10_000))).containsExactly(D);
  }

  /** The interleaving: the read began before the decision, and its answer comes after it. */
  @Test
  void a_view_from_before_a_node_joined_does_not_tell_it_that_it_was_removed() {
    Membership membership = of(D);
    see(membership, Set.of(A), 0);
    membership.read(cluster(view(7, A), row(A, 7), row(D, 0)), 0);
    membership.decided(membership.propose(0).orElseThrow());
    membership.read(cluster(view(7, A), row(A, 7), row(D, 0)), 10);
    assertThat(membership.isRemoved()).isFalse();
    membership.read(cluster(view(8, A, D), row(A, 7), row(D, 0)), 20);
    assertThat(membership.isRemoved()).isFalse();
    membership.read(cluster(view(9, A), row(A, 9), row(D, 8)), 30);
    assertThat(membership.isRemoved()).isTrue();
  }

  @Test
  void a_node_that_was_decided_to_join_and_removed_before_it_read_that_does_not_join_again() {
    Membership membership = of(D);
    see(membership, Set.of(A), 0);
    membership.read(cluster(view(7, A), row(A, 7), row(D, 0)), 0);
    membership.decided(membership.propose(0).orElseThrow());
    membership.read(
        cluster(
            new View(9, List.of(A), List.of(new Earlier(8, List.of(A, D))), 0),
            row(A, 9),
            row(D, 0)),
        100);
    assertThat(membership.isRemoved()).isTrue();
    assertThat(membership.propose(100)).isEmpty();
  }

  @Test
  void a_floor_that_has_to_rise_is_proposed_at_once() {
    Membership membership = calm(C);
    membership.raiseFloor(500);
    assertThat(membership.propose(0).orElseThrow().idFloor()).isEqualTo(500);
    membership.read(
        cluster(new View(8, List.of(A, B, C), NO_EARLIER, 500), row(A, 8), row(B, 8), row(C, 8)),
        10);
    assertThat(membership.hasFloor(500)).isTrue();
    assertThat(membership.propose(10)).isEmpty();
  }

  @Test
  void one_member_forgets_a_start_that_came_to_nothing() {
    Membership first = of(A);
    Membership second = of(B);
    Cluster cluster = cluster(view(7, A, B), row(A, 7), row(B, 7), row(D, 0));
    for (Membership each : List.of(first, second)) {
      see(each, Set.of(A, B), 0);
      each.read(cluster, 0);
      each.read(cluster, MembershipLimits.USUAL.forgetMs());
    }
    assertThat(first.toForget(MembershipLimits.USUAL.forgetMs() - 1)).isEmpty();
    assertThat(first.toForget(MembershipLimits.USUAL.forgetMs())).containsExactly(D);
    assertThat(second.toForget(MembershipLimits.USUAL.forgetMs())).isEmpty();
  }

  @Test
  void nobody_forgets_who_is_seen_or_owes_something() {
    Membership membership = of(A);
    see(membership, Set.of(D), 0);
    Cluster cluster =
        cluster(
            new View(7, List.of(A), List.of(new Earlier(6, List.of(A, B))), 0),
            row(A, 7),
            row(B, 0),
            row(D, 0));
    membership.read(cluster, 0);
    membership.read(cluster, 2_000_000);
    assertThat(membership.toForget(2_000_000)).isEmpty();
  }

  // ---- joining

  private static final Cluster JOINING = cluster(view(7, A, B), row(A, 7), row(B, 7), row(D, 0));

  @Test
  void a_node_joins_when_it_has_met_every_member() {
    Membership membership = of(D);
    membership.see(new Sight(Set.of(A), Set.of(A), Set.of(A), Set.of(B)), 0);
    membership.read(JOINING, 0);
    assertThat(membership.propose(0)).as("B is only awaited").isEmpty();
    membership.see(new Sight(Set.of(A, B), Set.of(A, B), Set.of(A), NOBODY), 50);
    assertThat(membership.propose(50)).as("B does not ask").isEmpty();
    membership.see(new Sight(Set.of(A, B), Set.of(A), Set.of(A, B), NOBODY), 60);
    assertThat(membership.propose(60)).as("B does not answer").isEmpty();
    see(membership, Set.of(A, B), 100);
    assertThat(members(membership.propose(100))).containsExactly(A, B, D);
  }

  @Test
  void a_node_joins_though_a_member_that_has_lost_storage_does_not_meet_it() {
    Membership membership = of(D);
    Cluster joining = cluster(view(7, A), row(A, 7), row(D, 0));
    for (long nowMs = 0; nowMs <= 9_750; nowMs += 250) {
      isAskedByNobody(membership, joining, nowMs);
      assertThat(membership.propose(nowMs)).isEmpty();
    }
    assertThat(membership.keepers(9_750)).containsExactly(A);
    isAskedByNobody(membership, joining, 10_000);
    assertThat(members(membership.propose(10_000))).containsExactly(A, D);
    assertThat(membership.keepers(10_000)).isEmpty();
  }

  private static void isAskedByNobody(Membership membership, Cluster cluster, long nowMs) {
    membership.read(cluster, nowMs);
    membership.see(new Sight(Set.of(A), Set.of(A), NOBODY, NOBODY), nowMs);
    hear(membership, Set.of(D), nowMs);
  }

  @Test
  void members_meet_sixteen_newcomers_at_a_time_the_last_ones_first() {
    Membership membership = of(A);
    List<Registration> rows = new ArrayList<>(List.of(row(A, 7)));
    for (int i = 10; i < 22; i++) {
      rows.add(at("host-" + i, i));
    }
    membership.read(Cluster.of(view(7, A), rows), 0);
    assertThat(membership.newcomers(0)).hasSize(12);
    for (int i = 22; i < 32; i++) {
      rows.add(at("host-" + i, i));
    }
    membership.read(Cluster.of(view(7, A), rows), 100);
    assertThat(membership.newcomers(100)).hasSize(16);
    assertThat(membership.newcomers(100).subList(0, 10)).allMatch(each -> each.high() >= 22);
  }

  @Test
  void members_meet_all_newcomers_at_an_address_since_one_may_have_been_replaced() {
    Membership membership = of(A);
    membership.read(cluster(view(7, A), row(A, 7), at("host-9", 9), at("host-9", 8)), 0);
    assertThat(membership.newcomers(0)).hasSize(2);
  }

  private static Registration at(String address, int id) {
    return new Registration(new IncarnationId(id, id), address, 4, Map.of(), 0, 0, false, false);
  }

  @Test
  void members_meet_a_newcomer_until_its_beat_is_silent() {
    Membership membership = of(A);
    Cluster waiting =
        cluster(
            new View(8, List.of(A), List.of(new Earlier(7, List.of(A, B))), 0),
            row(A, 8),
            row(B, 7),
            sealed(C),
            row(D, 0));
    live(membership, waiting, NOBODY, Set.of(A), 0, 9_750);
    assertThat(membership.newcomers(9_750)).containsExactly(D);
    live(membership, waiting, NOBODY, Set.of(A), 10_000, 10_000);
    assertThat(membership.newcomers(10_000)).isEmpty();
  }

  @Test
  void a_member_that_nobody_uses_is_useless_when_somebody_waits_to_join() {
    Membership membership = of(A);
    Cluster waiting = cluster(view(7, A), row(A, 7), row(D, 0));
    live(membership, waiting, NOBODY, Set.of(A, D), 0, 1_000);
    assertThat(membership.isUseless(0, 1_000)).isFalse();
    live(membership, waiting, NOBODY, Set.of(A, D), 1_250, 61_000);
    assertThat(membership.isUseless(0, 60_999)).isFalse();
    assertThat(membership.isUseless(0, 61_000)).isTrue();
    assertThat(membership.isUseless(1, 61_001)).as("a gateway").isFalse();
    assertThat(membership.isUseless(0, 61_002)).as("it counts anew").isFalse();
  }

  @Test
  void a_member_that_nobody_uses_goes_on_while_nobody_waits_or_others_are_seen() {
    Membership membership = of(A);
    Cluster dead = cluster(view(7, A), row(A, 7), row(D, 0));
    live(membership, dead, NOBODY, Set.of(A), 0, 100_000);
    assertThat(membership.isUseless(0, 0)).isFalse();
    assertThat(membership.isUseless(0, 100_000)).as("nobody lives who waits").isFalse();
    Membership second = calm(A);
    Cluster waiting = cluster(view(7, A, B, C), row(A, 7), row(B, 7), row(C, 7), row(D, 0));
    live(second, waiting, Set.of(B), Set.of(A, B, C, D), 0, 100_000);
    assertThat(second.isUseless(0, 0)).isFalse();
    assertThat(second.isUseless(0, 100_000)).as("another member asks it").isFalse();
  }

  @Test
  void a_node_does_not_join_while_it_has_not_met_a_member_that_beats_and_says_whom() {
    Membership membership = of(D);
    live(membership, JOINING, Set.of(A), Set.of(A, B, D), 0, 600_000);
    assertThat(membership.propose(600_000)).isEmpty();
    assertThat(membership.keepers(600_000)).containsExactly(B);
    see(membership, Set.of(A, B), 600_100);
    assertThat(membership.keepers(600_100)).isEmpty();
    assertThat(members(membership.propose(600_100))).containsExactly(A, B, D);
  }

  @Test
  void a_node_that_joins_removes_whom_it_does_not_see_when_the_beat_is_silent() {
    Membership membership = of(D);
    live(membership, JOINING, Set.of(A), Set.of(A, D), 0, 9_750);
    assertThat(membership.propose(9_750)).isEmpty();
    assertThat(membership.keepers(9_750)).as("it may be dead").isEmpty();
    live(membership, JOINING, Set.of(A), Set.of(A, D), 10_000, 10_000);
    assertThat(members(membership.propose(10_000))).containsExactly(A, D);
  }

  @Test
  void a_node_that_joins_takes_no_time_for_members_that_have_ended_or_are_replaced() {
    Membership membership = of(D);
    Registration atB = new Registration(D, "host-2:7410", 4, Map.of(), 0, 0, false, false);
    membership.read(cluster(view(7, A, B, C), sealed(A), row(B, 7), recovered(C), atB), 0);
    assertThat(members(membership.propose(0))).containsExactly(D);
  }

  @Test
  void nodes_that_are_all_started_again_at_their_addresses_need_not_wait() {
    View view = view(7, A, B);
    IncarnationId nextB = new IncarnationId(5, 5);
    Registration atA = new Registration(D, "host-1:7410", 4, Map.of(), 0, 0, false, false);
    Registration atB = new Registration(nextB, "host-2:7410", 4, Map.of(), 0, 0, false, false);
    for (IncarnationId self : List.of(D, nextB)) {
      Membership membership = of(self);
      membership.read(cluster(view, row(A, 7), row(B, 7), atA, atB), 0);
      view = membership.propose(0).orElseThrow();
    }
    assertThat(view.members()).containsExactly(nextB);
    Membership first = of(D);
    first.read(cluster(view, row(A, 7), row(B, 7), atA, atB), 500);
    assertThat(first.propose(500)).isEmpty();
    see(first, Set.of(nextB), 600);
    assertThat(members(first.propose(600))).containsExactly(nextB, D);
  }

  @Test
  void who_waits_to_join_makes_way_for_a_later_process_at_its_address() {
    Membership membership = of(D);
    live(membership, JOINING, Set.of(A), Set.of(A, B, D), 0, 20_000);
    Registration later = new Registration(C, "host-4:7410", 4, Map.of(), 0, 0, false, false);
    Cluster registered = cluster(view(7, A, B), row(A, 7), row(B, 7), row(D, 0), later);
    live(membership, registered, Set.of(A), Set.of(A, B, D), 20_250, 20_250);
    assertThat(membership.isRemoved()).isFalse();
    Cluster joined = cluster(view(8, A, B, C), row(A, 8), row(B, 8), row(D, 0), later);
    live(membership, joined, NOBODY, Set.of(A, B, C, D), 20_500, 20_500);
    assertThat(membership.isRemoved()).isTrue();
    assertThat(membership.propose(20_500)).as("its successor stays").isEmpty();
  }

  @Test
  void nobody_forgets_who_waits_to_join() {
    Membership membership = of(A);
    Cluster waiting = cluster(view(7, A), row(A, 7), row(D, 0));
    live(membership, waiting, NOBODY, Set.of(A, D), 0, 1_300_000);
    assertThat(membership.toForget(1_300_000)).isEmpty();
    live(membership, waiting, NOBODY, Set.of(A), 1_300_250, 1_920_000);
    assertThat(membership.toForget(1_920_000)).containsExactly(D);
  }

  // ---- members that have lost storage

  @Test
  void a_member_that_is_seen_but_does_not_beat_is_removed_and_recovered_at_once() {
    Membership membership = calm(A);
    live(membership, ALL, Set.of(B, C), Set.of(A, B), 0, 14_750);
    assertThat(membership.propose(14_750)).isEmpty();
    live(membership, ALL, Set.of(B, C), Set.of(A, B), 15_000, 15_000);
    View next = membership.propose(15_000).orElseThrow();
    assertThat(next.members()).containsExactly(A, B);
    Cluster without = cluster(next, row(A, 8), row(B, 8), row(C, 7));
    List<IncarnationId> recovering = new ArrayList<>();
    for (IncarnationId self : List.of(A, B)) {
      Membership survivor = calm(self);
      live(survivor, ALL, Set.of(A, B, C), Set.of(A, B), 0, 15_000);
      live(survivor, without, Set.of(A, B, C), Set.of(A, B), 15_250, 15_250);
      recovering.addAll(survivor.toRecover(15_250));
    }
    assertThat(recovering).containsExactly(C);
  }

  @Test
  void a_member_that_beats_is_not_removed() {
    Membership membership = calm(A);
    live(membership, ALL, Set.of(B, C), Set.of(A, B, C), 0, 300_000);
    assertThat(membership.propose(300_000)).isEmpty();
  }

  @Test
  void nobody_is_removed_for_its_beat_while_less_than_half_of_the_members_beat() {
    Membership membership = calm(A);
    live(membership, ALL, Set.of(B, C), Set.of(A), 0, 300_000);
    assertThat(membership.propose(300_000)).isEmpty();
  }

  /** Writes failed for a while, reads did not: all beats stood still, and come back in turn. */
  @Test
  void nobody_is_removed_when_storage_takes_writes_again() {
    Membership membership = calm(A);
    live(membership, ALL, Set.of(B, C), Set.of(A, B, C), 0, 5_000);
    live(membership, ALL, Set.of(B, C), NOBODY, 5_250, 30_000);
    live(membership, ALL, Set.of(B, C), Set.of(A, B), 30_250, 31_250);
    assertThat(membership.propose(31_250)).isEmpty();
    live(membership, ALL, Set.of(B, C), Set.of(A, B, C), 31_500, 90_000);
    assertThat(membership.propose(90_000)).isEmpty();
  }

  @Test
  void members_that_do_not_beat_are_removed_one_in_thirty_seconds() {
    View now = view(7, A, B, C, D);
    Membership membership = of(A);
    List<Long> removals = new ArrayList<>();
    for (long time = 0; time <= 60_000; time += 250) {
      Cluster cluster =
          cluster(now, row(A, now.number()), row(B, now.number()), row(C, 7), row(D, 7));
      live(membership, cluster, Set.of(B, C, D), Set.of(A, B), time, time);
      View next = membership.propose(time).orElse(now);
      if (next.members().size() < now.members().size()) {
        removals.add(time);
      }
      now = next;
    }
    assertThat(now.members()).containsExactly(A, B);
    assertThat(removals.get(1) - removals.get(0)).isGreaterThanOrEqualTo(30_000);
  }

  @Test
  void a_beat_is_not_silent_because_it_could_not_be_read() {
    Membership membership = calm(A);
    live(membership, ALL, Set.of(B, C), Set.of(A, B), 0, 9_000);
    live(membership, ALL, Set.of(B, C), Set.of(A, B), 11_250, 21_000);
    assertThat(membership.propose(21_000)).isEmpty();
    live(membership, ALL, Set.of(B, C), Set.of(A, B), 21_250, 21_250);
    assertThat(members(membership.propose(21_250))).containsExactly(A, B);
  }

  @Test
  void who_was_silent_before_it_joined_is_given_its_time() {
    Membership membership = of(A);
    see(membership, Set.of(B), 0);
    live(membership, cluster(view(7, A), row(A, 7), row(B, 0)), Set.of(B), Set.of(A), 0, 60_000);
    Cluster joined = cluster(view(8, A, B), row(A, 8), row(B, 8));
    live(membership, joined, Set.of(B), Set.of(A), 60_250, 75_000);
    assertThat(membership.propose(75_000)).isEmpty();
    live(membership, joined, Set.of(B), Set.of(A), 75_250, 75_250);
    assertThat(members(membership.propose(75_250))).containsExactly(A);
  }
}
