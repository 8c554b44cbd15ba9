package io.breakwater.delivery.census;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
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

  @Test
  void event_loops_of_a_process_are_one_gateway() {
    census.said(1, ONE, 100, 0);
    census.said(2, ONE, 110, 0);
    census.said(3, TWO, 0, 0);
    assertThat(census.tier(0)).isEqualTo(tier(2, 210));
    census.said(3, TWO, 50, 1_000);
    assertThat(census.tier(1_000)).isEqualTo(tier(2, 260));
  }

  @Test
  void who_is_not_heard_of_for_five_seconds_or_is_gone_counts_no_more() {
    census.said(1, ONE, 100, 0);
    census.said(2, TWO, 200, 3_000);
    assertThat(census.tier(5_000)).isEqualTo(tier(2, 300));
    assertThat(census.tier(5_001)).isEqualTo(tier(1, 200));
    census.gone(2);
    assertThat(census.tier(5_001)).isEqualTo(tier(0, 0));
  }

  @Test
  void a_gateway_of_an_earlier_release_is_not_counted() {
    census.said(1, ByteString.EMPTY, 100, 0);
    assertThat(census.tier(0)).isEqualTo(tier(0, 0));
  }
}
