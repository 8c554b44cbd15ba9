package io.breakwater.gateway.home;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.gateway.home.TrunkDirectory.Step;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which trunks are opened and given up, on virtual time. */
final class TrunkDirectoryTest {
  private static final IncarnationId A = new IncarnationId(0, 1);
  private static final IncarnationId B = new IncarnationId(0, 2);
  private static final IncarnationId C = new IncarnationId(0, 3);
  private static final NodeAddress SEED = new NodeAddress("seed", 7410);
  private static final NodeAddress AT_A = new NodeAddress("a", 7410);
  private static final NodeAddress AT_B = new NodeAddress("b", 7410);
  private static final NodeAddress AT_C = new NodeAddress("c", 7410);

  private final TrunkDirectory directory = new TrunkDirectory(List.of(SEED));
  private long nowMs = 1_000;
  private long number;

  private static Step open(NodeAddress address) {
    return new Step.Open(address);
  }

  private static Step close(NodeAddress address) {
    return new Step.Close(address);
  }

  private List<Step> steps() {
    return directory.steps(nowMs);
  }

  private List<Step> view(Map<IncarnationId, NodeAddress> members) {
    LinkedHashMap<IncarnationId, NodeAddress> sorted = new LinkedHashMap<>();
    members.keySet().stream().sorted().forEach(node -> sorted.put(node, members.get(node)));
    number++;
    directory.changed(new View(number, sorted), nowMs);
    return steps();
  }

  private List<Step> opened(NodeAddress address, IncarnationId node) {
    assertThat(directory.opened(address, node)).as("%s at %s", node, address).isTrue();
    return steps();
  }

  private List<Step> lost(NodeAddress address) {
    directory.lost(address);
    return steps();
  }

  /** Trunks to A and B by their own addresses. */
  private void openMembers() {
    steps();
    view(Map.of(A, AT_A, B, AT_B));
    opened(AT_A, A);
    opened(AT_B, B);
  }

  @Test
  void asks_the_seeds_while_no_view_is_known() {
    assertThat(steps()).containsExactly(open(SEED));
    assertThat(steps()).isEmpty();
    assertThat(opened(SEED, C)).isEmpty();
    assertThat(lost(SEED)).isEmpty();
    assertThat(directory.wantedTrunks()).isEqualTo(1);
  }

  @Test
  void opens_a_trunk_to_each_member_and_gives_up_a_seed_that_is_none() {
    steps();
    opened(SEED, C);
    assertThat(view(Map.of(A, AT_A, B, AT_B))).containsExactly(open(AT_A), open(AT_B));
    assertThat(opened(AT_B, B)).containsExactly(close(SEED));
    assertThat(opened(AT_A, A)).isEmpty();
    assertThat(directory.wantedTrunks()).isEqualTo(2);
  }

  @Test
  void gives_up_a_seed_that_does_not_answer_once_a_member_does() {
    steps();
    assertThat(view(Map.of(A, AT_A))).containsExactly(open(AT_A));
    assertThat(opened(AT_A, A)).containsExactly(close(SEED));
  }

  @Test
  void a_seed_that_is_a_member_under_another_address_is_that_members_trunk() {
    steps();
    // The view comes before the hello.
    assertThat(view(Map.of(A, AT_A, B, AT_B))).containsExactly(open(AT_A), open(AT_B));
    assertThat(opened(SEED, A)).containsExactly(close(AT_A));
    assertThat(opened(AT_B, B)).isEmpty();
    assertThat(directory.wantedTrunks()).isEqualTo(2);

    assertThat(lost(SEED)).containsExactly(close(SEED), open(AT_A));
  }

  @Test
  void turns_a_second_trunk_to_a_node_away() {
    openMembers();
    view(Map.of(A, AT_A, B, AT_B, C, AT_C));
    assertThat(directory.opened(AT_C, A)).isFalse();
    // It is still wanted: somebody else may answer there next.
    assertThat(steps()).isEmpty();
    assertThat(opened(AT_C, C)).isEmpty();
  }

  @Test
  void keeps_a_trunk_to_a_node_that_left_for_a_minute() {
    openMembers();
    assertThat(view(Map.of(A, AT_A))).isEmpty();
    assertThat(directory.wantedTrunks()).isEqualTo(1);
    nowMs += 59_999;
    assertThat(steps()).isEmpty();
    nowMs++;
    assertThat(steps()).containsExactly(close(AT_B));
    assertThat(steps()).isEmpty();
  }

  @Test
  void does_not_open_a_trunk_to_a_node_that_left_again() {
    openMembers();
    view(Map.of(A, AT_A));
    assertThat(lost(AT_B)).containsExactly(close(AT_B));
  }

  @Test
  void gives_up_at_once_what_did_not_open_before_its_node_left() {
    steps();
    view(Map.of(A, AT_A, B, AT_B));
    opened(AT_A, A);
    assertThat(view(Map.of(A, AT_A))).containsExactly(close(AT_B));
  }

  @Test
  void the_minute_of_a_node_that_left_does_not_begin_anew_with_each_view() {
    openMembers();
    view(Map.of(A, AT_A));
    nowMs += 40_000;
    view(Map.of(A, AT_A, C, AT_C));
    nowMs += 20_000;
    assertThat(steps()).containsExactly(close(AT_B));
  }

  @Test
  void opens_a_lost_member_again() {
    openMembers();
    assertThat(lost(AT_B)).isEmpty();
    assertThat(opened(AT_B, B)).isEmpty();
  }

  @Test
  void asks_the_seeds_again_when_no_member_is_reached() {
    openMembers();
    assertThat(lost(AT_A)).isEmpty();
    assertThat(lost(AT_B)).containsExactly(open(SEED));
    assertThat(directory.wantedTrunks()).isEqualTo(3);

    opened(SEED, C);
    assertThat(view(Map.of(C, AT_C))).containsExactly(close(AT_A), close(AT_B));
  }

  @Test
  void a_node_that_came_back_as_another_is_kept_until_the_view_knows_it() {
    openMembers();
    lost(AT_A);
    assertThat(opened(AT_A, C)).isEmpty();
    nowMs += 600_000;
    assertThat(steps()).isEmpty();

    assertThat(view(Map.of(B, AT_B, C, AT_A))).isEmpty();
    assertThat(directory.wantedTrunks()).isEqualTo(2);
  }

  @Test
  void makes_room_for_a_new_member_at_the_address_of_one_that_left() {
    openMembers();
    assertThat(view(Map.of(A, AT_A, C, AT_B))).isEmpty();
    nowMs += 60_000;
    assertThat(steps()).containsExactly(close(AT_B), open(AT_B));
  }
}
