package io.breakwater.loadtest.surge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.breakwater.loadtest.surge.scenario.model.Reduction;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import org.junit.jupiter.api.Test;

final class DescriptionTest {
  private static final Description DESCRIPTION =
      new Description(Replay.of(Examples.all(), new Reduction(10, 20)));

  @Test
  void says_what_will_be_played_and_how_much_smaller() {
    assertThat(DESCRIPTION.text())
        .contains(
            "everything: 3m at 1/10 of the scale, on a clock 20 times as fast",
            "One of each.",
            "- It happened. (Somebody who was there)",
            "The rest.",
            "existing: 1000 users, 800 online at the begin, 2 devices each, 4 unread messages each, 25% impatient",
            "crowd: 300 users, who were cut off",
            "networks: 360 reconnects of existing, 2/s on average, at most 2/s at 0s",
            "joining: 3,600 sign-ups of newcomers, 20/s on average, at most 40/s at 30s;"
                + " each: connect, 3 look-ups, 2 first messages to existing within 30s, stays for 1m",
            "at 30s: kill-gateway",
            "at 2m: hang-up of 50% of existing for 15s",
            "no accepted message lost, doubled or reordered",
            "send-to-delivered of existing: p99.9 at most 250ms",
            "sign-up of newcomers: at least 10.0/s",
            "at least 2 gateways and 2 delivery nodes",
            "800 messages wait at the begin");
  }

  @Test
  void says_the_same_for_machines() {
    JsonNode json = DESCRIPTION.json();
    assertThat(json.path("scale").asDouble()).isEqualTo(10);
    assertThat(json.path("compress").asDouble()).isEqualTo(20);
    assertThat(json.path("duration_ms").asLong()).isEqualTo(180_000);
    assertThat(json.path("facts").path(0).path("source").asText())
        .isEqualTo("Somebody who was there");
    JsonNode joining = json.path("streams").path(3);
    assertThat(joining.path("name").asText()).isEqualTo("joining");
    assertThat(joining.path("expected").asDouble()).isCloseTo(3600, within(1e-6));
    assertThat(joining.path("peak_per_s").asDouble()).isCloseTo(40, within(1e-6));
    assertThat(json.path("faults")).hasSize(6);
    assertThat(json.path("limits").path(0).path("what").asText())
        .isEqualTo("send-to-delivered of existing: p99.9 at most 250ms");
  }

  /**
   * Two devices of 800 users; 20 newcomers a second for a minute each, in bursts of twice that; of
   * the crowd 4 a second for half a minute each.
   */
  @Test
  void sockets_are_those_of_all_who_are_online_together() {
    double sockets = DESCRIPTION.json().path("peak_sockets").asDouble();
    assertThat(sockets).isBetween(1600 + 1200 + 120 - 5.0, 1600 + 1200 + 120 + 80.0);
  }

  @Test
  void messages_have_first_ones_of_newcomers_among_them() {
    Scenario even =
        Examples.parse(
            Examples.with("    diurnal: {peak: 30m, low: 50%}\n", "")
                .replace(
                    "    bursts: {factor: 2, length: 1m, gap: 4m, from: 10m, until: 50m}\n", ""));
    JsonNode json = new Description(Replay.of(even, new Reduction(10, 20))).json();
    assertThat(json.path("messages").asDouble()).isCloseTo(36_000 + 2 * 3600, within(1e-3));
    assertThat(json.path("peak_messages_per_s").asDouble()).isCloseTo(200 + 2 * 20, within(1e-3));
  }
}
