package io.breakwater.delivery.census;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.proto.trunk.Clients;
import io.breakwater.proto.trunk.Spread;
import io.breakwater.proto.trunk.Tier;
import org.junit.jupiter.api.Test;

/** What all gateways have; virtual time. */
final class CensusTest {
  private static final ByteString ONE = ByteString.copyFromUtf8("one");
  private static final ByteString TWO = ByteString.copyFromUtf8("two");

  private final Census census = new Census();

  private static Tier tier(int gateways, long sessions) {
    return Tier.newBuilder().setGateways(gateways).setSessions(sessions).build();
  }

  private void said(long trunk, ByteString process, int sessions, long nowMs) {
    census.said(trunk, process, Clients.newBuilder().setSessions(sessions).build(), nowMs);
  }

  private void saysAlso(long trunk, String process, int sessions, int takes) {
    census.said(
        trunk,
        ByteString.copyFromUtf8(process),
        Clients.newBuilder().setSessions(sessions).setTakes(takes).build(),
        0);
  }

  /** Without how it is spread. */
  private Tier figures(long nowMs) {
    return census.tier(nowMs).toBuilder().clearSpread().build();
  }

  private static Spread spread(long fewest, long lacking, long takes) {
    return Spread.newBuilder().setFewest(fewest).setLacking(lacking).setTakes(takes).build();
  }

  @Test
  void says_who_has_fewest_what_is_lacking_and_what_those_can_take_who_lack_most() {
    saysAlso(1, "one", 300, 500);
    saysAlso(2, "one", 300, 500);
    saysAlso(3, "two", 600, 500);
    assertThat(census.tier(0).getSpread()).isEqualTo(spread(600, 0, 1_000));
    saysAlso(4, "three", 10, 200);
    saysAlso(5, "three", 10, 210);
    saysAlso(6, "four", 100, 400);
    // Lacks a little: it takes nothing away from those who need it.
    saysAlso(7, "five", 330, 1_000);
    assertThat(census.tier(0).getSpread()).isEqualTo(spread(20, 310 + 230, 610));
  }

  @Test
  void without_gateways_nothing_is_spread() {
    assertThat(census.tier(0).hasSpread()).isFalse();
  }

  @Test
  void event_loops_of_a_process_are_one_gateway() {
    said(1, ONE, 100, 0);
    said(2, ONE, 110, 0);
    said(3, TWO, 0, 0);
    assertThat(figures(0)).isEqualTo(tier(2, 210));
    said(3, TWO, 50, 1_000);
    assertThat(figures(1_000)).isEqualTo(tier(2, 260));
  }

  @Test
  void who_is_not_heard_of_for_five_seconds_or_is_gone_counts_no_more() {
    said(1, ONE, 100, 0);
    said(2, TWO, 200, 3_000);
    assertThat(figures(5_000)).isEqualTo(tier(2, 300));
    assertThat(figures(5_001)).isEqualTo(tier(1, 200));
    census.gone(2);
    assertThat(figures(5_001)).isEqualTo(tier(0, 0));
  }

  @Test
  void a_gateway_of_an_earlier_release_is_not_counted() {
    said(1, ByteString.EMPTY, 100, 0);
    assertThat(figures(0)).isEqualTo(tier(0, 0));
  }
}
