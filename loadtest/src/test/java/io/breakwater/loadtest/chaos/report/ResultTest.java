package io.breakwater.loadtest.chaos.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.report.Interruption.Pause;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ResultTest {
  private static final Result RESULT =
      new Result(
          Judgement.INVALID,
          Map.of(Promise.P2, 3L),
          List.of(new Violation(Promise.P2, "twice", List.of(new Fact.Healed(5, 60)))),
          List.of("too little"),
          new Figures(10, 2_500, 9, 5, 1, 2, 1, 2_000, 3, 6),
          Map.of("killed", 4L),
          List.of(
              new Interruption(
                  1,
                  "kill",
                  new Pause(4, 1_500, 2_500),
                  new Pause(8, 100, 200),
                  new Pause(12, 300, 400))));

  @Test
  void people_see_what_is_broken_and_by_what() {
    assertThat(RESULT.text())
        .isEqualToNormalizingNewlines(
            """
            invalid
              P2 broken 3 times: accepted means delivered to all it is for, exactly once; unknown means to all or to none
              P2: twice
                  Healed[number=5, atMs=60]
              no evidence: too little
              10 facts in 2.5 s; 9 sends: 5 accepted, 1 refused, 2 unknown, 1 open
              2000 delivered, 3 repetitions dropped (1500 per million), 6 in storage
              killed                           4
              fault 1, kill: 4 people, at most 1.5 s without an accept, 2.5 s without a delivery; the others: 8 people, at most 0.1 s without an accept, 0.2 s without a delivery; afterwards: 12 people, at most 0.3 s without an accept, 0.4 s without a delivery
            """);
  }

  @Test
  void programs_see_the_same() throws JsonProcessingException {
    JsonNode json = new ObjectMapper().readTree(RESULT.json());

    assertThat(json.path("judgement").asText()).isEqualTo("invalid");
    assertThat(json.path("broken").path("P2").asLong()).isEqualTo(3);
    JsonNode violation = json.path("violations").path(0);
    assertThat(violation.path("promise").asText()).isEqualTo("P2");
    assertThat(violation.path("witness").path(0).path("fact").asText()).isEqualTo("healed");
    assertThat(violation.path("witness").path(0).path("number").asLong()).isEqualTo(5);
    assertThat(json.path("doubts").path(0).asText()).isEqualTo("too little");
    assertThat(json.path("figures").path("repeatedPerMillion").asDouble()).isEqualTo(1_500);
    assertThat(json.path("sometimes").path("killed").asLong()).isEqualTo(4);
    assertThat(json.at("/interruptions/0/concerned/withoutDeliveryMs").asLong()).isEqualTo(2_500);
    assertThat(json.at("/interruptions/0/others/users").asLong()).isEqualTo(8);
  }

  @Test
  void nothing_delivered_is_no_repetition() {
    assertThat(new Figures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0).repeatedPerMillion()).isZero();
  }
}
