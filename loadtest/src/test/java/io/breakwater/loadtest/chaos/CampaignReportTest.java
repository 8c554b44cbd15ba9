package io.breakwater.loadtest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.breakwater.loadtest.chaos.faults.Meter;
import io.breakwater.loadtest.chaos.faults.Recoveries;
import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.phones.CrowdPlan;
import io.breakwater.loadtest.chaos.plan.Cluster;
import io.breakwater.loadtest.chaos.plan.Fault;
import io.breakwater.loadtest.chaos.plan.Node;
import io.breakwater.loadtest.chaos.plan.Step;
import io.breakwater.loadtest.chaos.plan.Tier;
import io.breakwater.loadtest.chaos.report.Figures;
import io.breakwater.loadtest.chaos.report.Judgement;
import io.breakwater.loadtest.chaos.report.Result;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CampaignReportTest {
  private static final Step KILL =
      new Step(10_000, new Fault.Kill(Tier.DELIVERY), List.of(new Node(Tier.DELIVERY, 1)), 2_000);

  private static final Step FREEZE =
      new Step(40_000, new Fault.Freeze(Tier.GATEWAY), List.of(new Node(Tier.GATEWAY, 0)), 5_000);

  private static final CampaignReport REPORT =
      new CampaignReport(
          new Cluster(2, 3, 1),
          new CrowdPlan(7, 12, 3, 60, 200, false),
          180_000,
          List.of(
              new CarriedOut(
                  KILL, "kill-delivery (delivery-2) for 2.0 s", 10_100, Fact.Effect.SEEN, 4_500)),
          List.of(FREEZE),
          List.of("partition"),
          EnumSet.complementOf(EnumSet.of(Meter.SEAL_HIT)),
          Set.of(Meter.RECOVERY_RAN, Meter.FORWARD_HAPPENED),
          new Recoveries(1, 50, 100, 40, 60),
          new Result(
              Judgement.UNKNOWN,
              Map.of(),
              List.of(),
              List.of("recovery-ran: 0 (expected: at least 1)"),
              new Figures(10, 2_500, 9, 5, 1, 2, 1, 2_000, 3, 6),
              Map.of("recovery-ran", 0L),
              List.of()));

  @Test
  void people_see_what_was_done_and_what_was_not() {
    assertThat(REPORT.text())
        .startsWith("unknown")
        .contains(
            "    10.1 s  kill-delivery (delivery-2) for 2.0 s: seen, all ready 4.5 s after its end",
            "1 recoveries of 50 entries took 100 ms: 40 ms to seal and read, 60 ms to hand over; 500 entries/s",
            "needed: recovery-ran, forward-happened",
            "not counted by these servers: seal-hit",
            "no time was left for: Freeze[tier=gateway] of [gateway 0]",
            "not tried: partition");
  }

  @Test
  void programs_see_where_it_comes_from_and_what_it_found() throws JsonProcessingException {
    Origin origin =
        new Origin(
            "./breakwater chaos --seed 7", "0123456789ab", "2026-11-26T02:00:00Z", "2 processors");

    JsonNode json = new ObjectMapper().readTree(REPORT.json(origin));

    assertThat(json.path("judgement").asText()).isEqualTo("unknown");
    assertThat(json.path("commit").asText()).isEqualTo("0123456789ab");
    assertThat(json.path("command").asText()).isEqualTo("./breakwater chaos --seed 7");
    assertThat(json.path("seed").asLong()).isEqualTo(7);
    assertThat(json.path("cluster").path("deliveries").asInt()).isEqualTo(3);
    assertThat(json.path("crowd").path("sendsPerSecond").asDouble()).isEqualTo(60);
    JsonNode fault = json.path("faults").path(0);
    assertThat(fault.path("what").asText()).isEqualTo("kill-delivery (delivery-2) for 2.0 s");
    assertThat(fault.path("plannedAtMs").asLong()).isEqualTo(10_000);
    assertThat(fault.path("begunAtMs").asLong()).isEqualTo(10_100);
    assertThat(fault.path("effect").asText()).isEqualTo("seen");
    assertThat(json.path("skipped")).hasSize(1);
    assertThat(json.path("notTried").path(0).asText()).isEqualTo("partition");
    assertThat(json.path("needed").path(0).asText()).isEqualTo("recovery-ran");
    assertThat(json.path("notCounted").path(0).asText()).isEqualTo("seal-hit");
    assertThat(json.path("recoveries").path("entriesPerSecond").asDouble()).isEqualTo(500);
    assertThat(json.path("history").path("figures").path("delivered").asLong()).isEqualTo(2_000);
    assertThat(json.path("history").path("doubts")).hasSize(1);
  }
}
