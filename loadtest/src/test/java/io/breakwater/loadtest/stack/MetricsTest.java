package io.breakwater.loadtest.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MetricsTest {
  private static final Metrics METRICS =
      Metrics.parse(
          """
          # HELP breakwater_delivery_entries_recovered_total Entries taken over from earlier starts
          # TYPE breakwater_delivery_entries_recovered_total counter
          breakwater_delivery_entries_recovered_total 1234.0
          breakwater_delivery_tail_entries 0.0
          refusals_total{reason="overloaded",} 2.0
          refusals_total{reason="a } { b 7"} 3.0 1637571234000
          transport_info{name="epoll"} 1.0
          big_bytes 1.6777216E7

          something that is no sample
          """);

  @Test
  void reads_a_value() {
    assertThat(METRICS.value("breakwater_delivery_entries_recovered_total")).isEqualTo(1234);
    assertThat(METRICS.value("big_bytes")).isEqualTo(16_777_216);
  }

  @Test
  void adds_up_the_series_of_a_name() {
    assertThat(METRICS.value("refusals_total")).isEqualTo(5);
  }

  @Test
  void reads_the_series_with_a_label() {
    assertThat(METRICS.value("refusals_total", "reason", "overloaded")).isEqualTo(2);
    assertThat(METRICS.value("refusals_total", "reason", "unheard of")).isZero();
    assertThat(METRICS.label("transport_info", "name")).contains("epoll");
    assertThat(METRICS.label("big_bytes", "name")).isEmpty();
  }

  @Test
  void tells_a_value_of_zero_from_none() {
    assertThat(METRICS.has("breakwater_delivery_tail_entries")).isTrue();
    assertThat(METRICS.has("something")).isFalse();
    assertThat(METRICS.value("something")).isZero();
  }
}
