package io.breakwater.loadtest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.chaos.report.Figures;
import io.breakwater.loadtest.chaos.report.Judgement;
import io.breakwater.loadtest.chaos.report.Promise;
import io.breakwater.loadtest.chaos.report.Result;
import io.breakwater.loadtest.chaos.report.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SabotageSweepTest {
  private static final List<Sabotage> TWO_OF_ONE_PLAN =
      List.of(Sabotage.SKIP_RECOVERY, Sabotage.ACK_BEFORE_DURABLE);

  private final List<ChaosOptions> runs = new ArrayList<>();
  private final List<String> said = new ArrayList<>();

  private static Result result(Judgement judgement, Promise... broken) {
    return new Result(
        judgement,
        broken.length == 0 ? Map.of() : Map.of(broken[0], 7L),
        broken.length == 0 ? List.of() : List.of(new Violation(broken[0], "it is lost", List.of())),
        List.of(),
        new Figures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        Map.of(),
        List.of());
  }

  private static final Result VALID = result(Judgement.VALID);
  private static final Result LOST = result(Judgement.INVALID, Promise.P1);

  private boolean sweep(Optional<Result> clean, Optional<Result> sabotaged) {
    ChaosOptions given = new ChaosOptions();
    given.basePort = 25_000;
    return new SabotageSweep(
            TWO_OF_ONE_PLAN,
            given,
            options -> {
              runs.add(options);
              return options.sabotage().isEmpty() ? clean : sabotaged;
            },
            said::add)
        .run();
  }

  @Test
  void each_is_tried_and_each_campaign_once_without() {
    assertThat(sweep(Optional.of(VALID), Optional.of(LOST))).isTrue();

    assertThat(runs)
        .extracting(ChaosOptions::sabotage)
        .containsExactly(
            Optional.empty(),
            Optional.of(Sabotage.SKIP_RECOVERY),
            Optional.of(Sabotage.ACK_BEFORE_DURABLE));
    assertThat(runs).extracting(options -> options.seed).containsOnly(runs.getFirst().seed);
    assertThat(runs).extracting(options -> options.faults).containsOnly(runs.getFirst().faults);
    assertThat(runs).extracting(options -> options.basePort).containsOnly(25_000);
    assertThat(String.join("\n", said))
        .contains("skip-recovery: P1 7 times")
        .contains("it is lost")
        .endsWith("all 2 sabotages are caught, and 1 campaigns without sabotage are valid");
  }

  @Test
  void a_sabotage_that_is_not_caught_is_told() {
    assertThat(sweep(Optional.of(VALID), Optional.of(VALID))).isFalse();
    assertThat(said.getLast()).isEqualTo("2 of 3 campaigns are not judged as they should be");
  }

  @Test
  void another_promise_than_those_that_it_breaks_does_not_count() {
    Result other = result(Judgement.INVALID, Promise.P10);
    assertThat(sweep(Optional.of(VALID), Optional.of(other))).isFalse();
  }

  @Test
  void no_judgement_is_not_good_enough() {
    assertThat(sweep(Optional.of(VALID), Optional.empty())).isFalse();
    assertThat(sweep(Optional.empty(), Optional.of(LOST))).isFalse();
  }

  @Test
  void a_campaign_that_is_invalid_without_sabotage_proves_nothing() {
    assertThat(sweep(Optional.of(LOST), Optional.of(LOST))).isFalse();
  }
}
