package io.breakwater.loadtest.surge.report.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.surge.report.SyntheticRun;
import io.breakwater.loadtest.surge.report.result.Judgement.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JudgementTest {
  private static final Ledger BALANCED = new Ledger(10, 10, 0, 0, 0, 0, 0, 0, 0, 0L);
  private static final Ledger ONE_LOST = new Ledger(10, 9, 1, 0, 0, 0, 0, 0, 0, 0L);
  private static final Objective MET = objective(400);
  private static final Objective MISSED = objective(400.5);

  private static Objective objective(double measuredMs) {
    return Objective.latency(Phase.ACCEPTED_TO_DELIVERED, "existing users", 99, 400, measuredMs);
  }

  private static Generator lag(double p99Ms) {
    return new Generator(0.1, p99Ms, 20, 30, 18, 100, 1);
  }

  @Test
  void passes_a_run_that_kept_all_limits_and_lost_nothing() {
    Judgement judgement = Judgement.of(List.of(MET), BALANCED, lag(5), List.of());
    assertThat(judgement).isEqualTo(new Judgement(Kind.PASSED, List.of()));
  }

  @Test
  void fails_a_run_that_missed_a_limit_and_says_by_how_much() {
    Judgement judgement = Judgement.of(List.of(MET, MISSED), BALANCED, lag(1), List.of());
    assertThat(judgement.kind()).isEqualTo(Kind.FAILED);
    assertThat(judgement.reasons())
        .containsExactly("accepted → delivered of existing users, p99: 400.5 ms (at most 400 ms).");
  }

  @Test
  void fails_a_run_in_which_a_limit_had_nothing_to_measure() {
    Judgement judgement = Judgement.of(List.of(objective(Double.NaN)), BALANCED, lag(1), List.of());
    assertThat(judgement.kind()).isEqualTo(Kind.FAILED);
    assertThat(judgement.reasons()).singleElement().asString().contains("nothing to measure");
  }

  @Test
  void fails_a_run_that_brought_too_little_to_its_good_end() {
    Objective goodput = Objective.goodput(Phase.SEND_TO_ACCEPTED, "existing users", 99.9, 99.5);
    Objective rate = Objective.rate(Phase.SIGN_UP, "newcomers", 500, 499);
    Judgement judgement = Judgement.of(List.of(goodput, rate), BALANCED, lag(1), List.of());
    assertThat(judgement.kind()).isEqualTo(Kind.FAILED);
    assertThat(judgement.reasons())
        .containsExactly(
            "send → accepted of existing users, goodput: 99.5 % (at least 99.9 %).",
            "sign-up of newcomers, rate: 499 /s (at least 500 /s).");
    List<Objective> enough =
        List.of(
            Objective.goodput(Phase.SEND_TO_ACCEPTED, "existing users", 99.9, 99.9),
            Objective.rate(Phase.SIGN_UP, "newcomers", 500, 500));
    assertThat(Judgement.of(enough, BALANCED, lag(1), List.of()).kind()).isEqualTo(Kind.PASSED);
  }

  @ParameterizedTest
  @CsvSource({"400.0004, 5.0004", "399.9996, 4.9996", "400.0006, 5", "400, 5.0006"})
  void is_the_same_after_the_result_was_written_and_read(double measuredMs, double lagMs) {
    SurgeResult passed = SyntheticRun.passed();
    SurgeResult result =
        new SurgeResult(
            passed.setting(),
            List.of(),
            List.of(objective(measuredMs)),
            passed.phases(),
            passed.streams(),
            passed.refusals(),
            passed.disconnects(),
            passed.line(),
            passed.ledger(),
            passed.servers(),
            lag(lagMs),
            passed.timeline());
    assertThat(SurgeResult.parse(result.json()).judgement()).isEqualTo(result.judgement());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 0, 0, 0, 0, 1 accepted message was lost.",
    "0, 2, 0, 0, 0, 0, 2 accepted messages were delivered more than once.",
    "0, 0, 3, 0, 0, 0, 3 accepted messages were delivered out of order.",
    "0, 0, 0, 4, 0, 0, 4 accepted messages were not accounted for when the run ended.",
    "0, 0, 0, 0, 1, 0, 1 message that nobody wrote was delivered.",
    "0, 0, 0, 0, 2, 0, 2 messages that nobody wrote were delivered.",
    "0, 0, 0, 0, 0, 2, 2 rejected messages were delivered all the same."
  })
  void fails_a_run_in_which_a_message_went_astray(
      long lost,
      long doubled,
      long reordered,
      long unaccounted,
      long ghosts,
      long despiteRejection,
      String reason) {
    Ledger ledger =
        new Ledger(10, 6, lost, doubled, reordered, unaccounted, 0, ghosts, despiteRejection, 0L);
    Judgement judgement = Judgement.of(List.of(MET), ledger, lag(1), List.of());
    assertThat(judgement).isEqualTo(new Judgement(Kind.FAILED, List.of(reason)));
  }

  @Test
  void voids_a_run_whose_generator_was_late_whatever_its_limits_say() {
    assertThat(Judgement.of(List.of(MET), BALANCED, lag(5.1), List.of()).kind())
        .isEqualTo(Kind.VOID);
    Judgement judgement = Judgement.of(List.of(MISSED), BALANCED, lag(5.1), List.of());
    assertThat(judgement.kind()).isEqualTo(Kind.VOID);
    assertThat(judgement.reasons())
        .first()
        .isEqualTo("The generator was late: lag p99 5.1 ms (limit 5 ms).");
    assertThat(judgement.reasons()).hasSize(2);
  }

  @Test
  void voids_a_run_in_which_messages_could_not_be_asked_for() {
    Ledger five = new Ledger(10, 5, 0, 0, 0, 0, 5, 0, 0, 0L);
    assertThat(Judgement.of(List.of(MET), five, lag(1), List.of()))
        .isEqualTo(
            new Judgement(Kind.VOID, List.of("5 accepted messages could not be asked for.")));
    Ledger one = new Ledger(10, 9, 0, 0, 0, 0, 1, 0, 0, 0L);
    Judgement judgement = Judgement.of(List.of(MISSED), one, lag(1), List.of());
    assertThat(judgement.kind()).isEqualTo(Kind.VOID);
    assertThat(judgement.reasons())
        .startsWith("1 accepted message could not be asked for.")
        .hasSize(2);
    Ledger lost = new Ledger(10, 8, 1, 0, 0, 0, 1, 0, 0, 0L);
    assertThat(Judgement.of(List.of(MET), lost, lag(1), List.of()).kind()).isEqualTo(Kind.FAILED);
  }

  @Test
  void voids_a_run_whose_lag_nobody_measured() {
    assertThat(Judgement.of(List.of(MET), BALANCED, lag(Double.NaN), List.of()).kind())
        .isEqualTo(Kind.VOID);
  }

  @Test
  void fails_a_run_that_lost_a_message_even_if_the_generator_was_late() {
    Judgement judgement = Judgement.of(List.of(MET), ONE_LOST, lag(100), List.of());
    assertThat(judgement.kind()).isEqualTo(Kind.FAILED);
    assertThat(judgement.reasons()).hasSize(2);
  }

  @Test
  void a_run_in_trouble_shows_nothing_but_that_messages_went_astray() {
    List<Trouble> troubles = List.of(Trouble.ofRun("No port was free."));
    assertThat(Judgement.of(List.of(MISSED), BALANCED, lag(1), troubles).kind())
        .isEqualTo(Kind.VOID);
    assertThat(Judgement.of(List.of(MET), BALANCED, lag(1), troubles).reasons())
        .containsExactly("No port was free.");
    assertThat(Judgement.of(List.of(MET), ONE_LOST, lag(1), troubles).kind())
        .isEqualTo(Kind.FAILED);
  }

  @Test
  void a_run_whose_facts_are_missing_shows_nothing_not_even_that_messages_went_astray() {
    List<Trouble> troubles = List.of(Trouble.ofFacts("7 facts were lost."));
    Judgement judgement = Judgement.of(List.of(MISSED), ONE_LOST, lag(1), troubles);
    assertThat(judgement.kind()).isEqualTo(Kind.VOID);
    assertThat(judgement.reasons())
        .startsWith("7 facts were lost.", "1 accepted message was lost.")
        .hasSize(3);
  }
}
