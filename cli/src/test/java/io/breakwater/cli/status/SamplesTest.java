package io.breakwater.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SamplesTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @Test
  void a_page_of_the_library_that_the_servers_use_is_read() {
    Gauge.builder("breakwater.delivery.view", () -> 12).description("a").register(registry);
    Gauge.builder("breakwater.delivery.shards", () -> 1365)
        .tag("standing", "home")
        .register(registry);
    Gauge.builder("breakwater.delivery.shards", () -> 2)
        .tag("standing", "gaining")
        .register(registry);
    Counter.builder("breakwater.odd").tag("what", "a \"b\\c\"\n{d}=e,").register(registry);
    DistributionSummary.builder("breakwater.batch").register(registry).record(3);

    Samples samples = Samples.parse(registry.scrape());
    assertThat(samples.sum("breakwater_delivery_view", Map.of())).hasValue(12);
    assertThat(samples.sum("breakwater_delivery_shards", Map.of("standing", "home")))
        .hasValue(1365);
    assertThat(samples.sum("breakwater_delivery_shards", Map.of("standing", "gaining")))
        .hasValue(2);
    assertThat(samples.sum("breakwater_delivery_shards", Map.of())).hasValue(1367);
    assertThat(samples.sum("breakwater_odd_total", Map.of("what", "a \"b\\c\"\n{d}=e,")))
        .hasValue(0);
    assertThat(samples.sum("breakwater_batch_count", Map.of())).hasValue(1);
  }

  @Test
  void a_meter_that_is_not_there_has_no_value() {
    Samples samples = Samples.parse("a{b=\"c\"} 1\n");
    assertThat(samples.sum("b", Map.of())).isEmpty();
    assertThat(samples.sum("a", Map.of("b", "d"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "a{", "a{b", "a{b=\"c", "a{b=\"c\\", "a{b=\"c\"}", "a b", "a{b=\"c\"} ", "{"})
  void a_line_that_cannot_be_read_is_left_out_and_the_next_is_read(String line) {
    Samples samples = Samples.parse(line + "\n# a comment\n\nb 7 1700000000000\nc +Inf\n");
    assertThat(samples.sum("a", Map.of())).isEmpty();
    assertThat(samples.sum("b", Map.of())).hasValue(7);
    assertThat(samples.sum("c", Map.of())).hasValue(Double.POSITIVE_INFINITY);
  }
}
