package io.breakwater.loadtest.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CpuBillTest {
  private static final long SECOND = 1_000_000_000L;

  /** Ten seconds of nothing: delivery uses 1 % of a processor, the gateway nothing. */
  private static final CpuSpan IDLE =
      reading(10, 100_000, 0, 7_000, 200_000).since(reading(0, 0, 0, 0, 0));

  private static CpuReading reading(
      int second, long delivery, long gateway, long generator, long busy) {
    return new CpuReading(
        second * SECOND,
        Map.of(Part.DELIVERY, List.of(1L), Part.GATEWAY, List.of(2L)),
        Map.of(Part.DELIVERY, delivery, Part.GATEWAY, gateway),
        generator,
        busy,
        0);
  }

  @Test
  void takes_off_what_idling_would_have_cost_in_the_same_time() {
    CpuSpan load =
        reading(30, 1_300_000, 500_000, 400_000, 9_000_000)
            .since(reading(10, 100_000, 100_000, 100_000, 3_000_000));
    CpuBill bill = new CpuBill(IDLE, load, 10_000);
    assertThat(bill.gross(Part.DELIVERY)).isCloseTo(120, within(1e-9));
    // 1 % of 20 s, over 10,000 things.
    assertThat(bill.idle(Part.DELIVERY)).isCloseTo(20, within(1e-9));
    assertThat(bill.net(Part.DELIVERY)).isCloseTo(100, within(1e-9));
    assertThat(bill.net(Part.GATEWAY)).isCloseTo(40, within(1e-9));
    assertThat(bill.net()).isCloseTo(140, within(1e-9));
    assertThat(bill.gross()).isCloseTo(160, within(1e-9));
    assertThat(bill.generator()).isCloseTo(30, within(1e-9));
  }

  @Test
  void does_not_make_up_the_price_of_a_process_that_is_not_known() {
    CpuBill bill = new CpuBill(IDLE, IDLE, 10);
    assertThat(bill.net(Part.CASSANDRA)).isNaN();
    assertThat(bill.net()).isCloseTo(0, within(1e-9));
  }

  @Test
  void has_no_price_if_nothing_was_done() {
    assertThat(new CpuBill(IDLE, IDLE, 0).net(Part.DELIVERY)).isNaN();
  }

  @Test
  void has_no_price_if_a_server_was_started_anew_meanwhile() {
    CpuReading before = reading(0, 5_000_000, 0, 0, 0);
    CpuReading after =
        new CpuReading(
            10 * SECOND,
            Map.of(Part.DELIVERY, List.of(3L), Part.GATEWAY, List.of(2L)),
            Map.of(Part.DELIVERY, 1_000_000L, Part.GATEWAY, 0L),
            0,
            0,
            0);
    assertThatThrownBy(() -> after.since(before))
        .isInstanceOf(TrialFailure.class)
        .hasMessageContaining("a server ended while it was measured");
  }

  @Test
  void tells_whose_the_machine_was() {
    CpuSpan load =
        reading(30, 1_000_000, 500_000, 500_000, 12_000_000).since(reading(10, 0, 0, 0, 0));
    assertThat(load.cores(Part.DELIVERY)).isCloseTo(0.05, within(1e-9));
    assertThat(load.generatorCores()).isCloseTo(0.025, within(1e-9));
    assertThat(load.otherCores()).isCloseTo(0.5, within(1e-9));
  }
}
