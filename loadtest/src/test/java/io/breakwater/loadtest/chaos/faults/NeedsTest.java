package io.breakwater.loadtest.chaos.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.chaos.plan.Cluster;
import io.breakwater.loadtest.chaos.plan.Fault;
import io.breakwater.loadtest.chaos.plan.Node;
import io.breakwater.loadtest.chaos.plan.Step;
import io.breakwater.loadtest.chaos.plan.Tier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class NeedsTest {
  private static final Cluster CLUSTER = new Cluster(2, 3, 1);
  private static final Cluster ONE_OF_EACH = new Cluster(1, 1, 1);
  private static final Set<Meter> ALL = EnumSet.allOf(Meter.class);

  private static final Node GATEWAY = new Node(Tier.GATEWAY, 1);
  private static final Node DELIVERY = new Node(Tier.DELIVERY, 2);
  private static final Node CASSANDRA = new Node(Tier.CASSANDRA, 0);

  private static Step killOf(Node node) {
    return new Step(0, new Fault.Kill(node.tier()), List.of(node), 1_000);
  }

  private static Step freezeOf(Node node, long lastsMs) {
    return new Step(0, new Fault.Freeze(node.tier()), List.of(node), lastsMs);
  }

  @Test
  void a_dead_cassandra_moves_nothing_that_is_counted() {
    assertThat(Needs.of(CLUSTER, List.of(killOf(CASSANDRA)), ALL)).isEmpty();
  }

  @Test
  void many_changes_of_delivery_nodes_catch_a_message_at_the_wrong_one() {
    List<Step> changes = new ArrayList<>(Collections.nCopies(7, killOf(DELIVERY)));
    Step restart =
        new Step(
            0,
            new Fault.RollingRestart(Tier.DELIVERY),
            List.of(DELIVERY, new Node(Tier.DELIVERY, 0), new Node(Tier.DELIVERY, 1)),
            30_000);

    assertThat(Needs.of(CLUSTER, changes, ALL)).doesNotContain(Meter.FORWARD_HAPPENED);
    changes.add(restart);
    assertThat(Needs.of(CLUSTER, changes, ALL)).contains(Meter.FORWARD_HAPPENED);
    assertThat(Needs.of(ONE_OF_EACH, changes, ALL)).doesNotContain(Meter.FORWARD_HAPPENED);
  }

  @Test
  void a_delivery_node_that_was_killed_is_recovered() {
    assertThat(Needs.of(CLUSTER, List.of(killOf(DELIVERY)), ALL))
        .contains(Meter.RECOVERY_RAN, Meter.ENTRY_RECOVERED, Meter.MAILBOX_READ, Meter.REATTACHED)
        .doesNotContain(Meter.DUPLICATE_SEND, Meter.HANDOFF_RAN);
    assertThat(Needs.of(CLUSTER, List.of(killOf(GATEWAY)), ALL)).doesNotContain(Meter.RECOVERY_RAN);
  }

  @Test
  void a_delivery_node_that_was_killed_together_with_another_server_is_recovered() {
    Step both =
        new Step(
            0,
            new Fault.KillTwo(Tier.DELIVERY, Tier.CASSANDRA),
            List.of(DELIVERY, CASSANDRA),
            1_000);

    assertThat(Needs.of(CLUSTER, List.of(both), ALL)).contains(Meter.RECOVERY_RAN);
  }

  @Test
  void a_delivery_node_that_stood_still_is_recovered_if_it_was_long_enough_and_others_were_there() {
    long longEnough = Needs.SURELY_REMOVED_MS;

    assertThat(Needs.of(CLUSTER, List.of(freezeOf(DELIVERY, longEnough)), ALL))
        .contains(Meter.RECOVERY_RAN);
    assertThat(Needs.of(CLUSTER, List.of(freezeOf(DELIVERY, longEnough - 1)), ALL))
        .doesNotContain(Meter.RECOVERY_RAN);
    assertThat(Needs.of(ONE_OF_EACH, List.of(freezeOf(DELIVERY, longEnough)), ALL))
        .doesNotContain(Meter.RECOVERY_RAN);
  }

  @Test
  void who_wakes_up_after_its_place_was_taken_meets_its_seal() {
    assertThat(Needs.of(CLUSTER, List.of(freezeOf(DELIVERY, Needs.SURELY_REMOVED_MS)), ALL))
        .contains(Meter.SEAL_HIT);
    assertThat(Needs.of(CLUSTER, List.of(freezeOf(GATEWAY, Needs.SURELY_REMOVED_MS)), ALL))
        .doesNotContain(Meter.SEAL_HIT);
    assertThat(Needs.of(CLUSTER, List.of(killOf(DELIVERY)), ALL)).doesNotContain(Meter.SEAL_HIT);
  }

  @Test
  void a_node_that_is_replaced_unseen_hands_over() {
    Step unseen =
        new Step(
            0,
            new Fault.ReplaceUnseen(Tier.GATEWAY, Tier.DELIVERY),
            List.of(GATEWAY, DELIVERY),
            10_000);

    assertThat(Needs.of(CLUSTER, List.of(unseen), ALL))
        .contains(Meter.HANDOFF_RAN)
        .doesNotContain(Meter.RECOVERY_RAN);
  }

  @Test
  void a_node_that_is_killed_mid_write_is_recovered() {
    Step midWrite =
        new Step(
            0,
            new Fault.KillMidWrite(Tier.DELIVERY, Tier.CASSANDRA),
            List.of(DELIVERY, CASSANDRA),
            5_000);

    assertThat(Needs.of(CLUSTER, List.of(midWrite), ALL)).contains(Meter.RECOVERY_RAN);
  }

  @Test
  void many_losses_catch_a_message_on_its_way() {
    List<Step> kills = Collections.nCopies(Needs.SURELY_CAUGHT_A_SEND, killOf(GATEWAY));

    assertThat(Needs.of(CLUSTER, kills, ALL))
        .contains(Meter.DUPLICATE_SEND, Meter.ORIGIN_LOOKED_UP);
    assertThat(Needs.of(CLUSTER, kills.subList(1, kills.size()), ALL))
        .doesNotContain(Meter.DUPLICATE_SEND, Meter.ORIGIN_LOOKED_UP);
  }

  @Test
  void who_leaves_in_good_order_hands_over_and_leaves_nothing_to_recover() {
    Step leave = new Step(0, new Fault.LeaveAndJoin(Tier.DELIVERY), List.of(DELIVERY), 10_000);

    assertThat(Needs.of(CLUSTER, List.of(leave), ALL))
        .contains(Meter.HANDOFF_RAN)
        .doesNotContain(Meter.RECOVERY_RAN);
    assertThat(
            Needs.of(CLUSTER, List.of(leave), EnumSet.complementOf(EnumSet.of(Meter.HANDOFF_RAN))))
        .as("servers that do not count it")
        .doesNotContain(Meter.HANDOFF_RAN);
    assertThat(Needs.of(ONE_OF_EACH, List.of(leave), ALL)).doesNotContain(Meter.HANDOFF_RAN);
  }
}
