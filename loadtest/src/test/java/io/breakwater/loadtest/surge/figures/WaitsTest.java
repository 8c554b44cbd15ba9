package io.breakwater.loadtest.surge.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.loadtest.surge.report.result.Judgement;
import io.breakwater.loadtest.surge.report.result.Objective;
import io.breakwater.loadtest.surge.report.result.Phase;
import io.breakwater.loadtest.surge.report.result.PhaseFigures;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import io.breakwater.loadtest.surge.report.result.Timeline;
import io.breakwater.loadtest.surge.report.result.WaitingLine;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Who waits is counted for as long as it waits, whoever makes it wait. */
final class WaitsTest {
  private static final Percentage ROUNDING = Percentage.withPercentage(0.11);
  private static final Who WRITER = Played.existing(0, 0);
  private static final Who READER = Played.newcomer(0);

  /** One message a millisecond for ten seconds; nothing happens from the fourth to the sixth. */
  private static List<Fact> stall(boolean stopsGenerator) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact.Welcomed(READER, false, Played.at(-2), Played.at(-1), 1));
    for (int ms = 0; ms < 10_000; ms++) {
      boolean isStill = ms >= 4000 && ms < 6000;
      double begun = isStill && stopsGenerator ? 6000 : ms;
      double through = isStill ? 6000 : ms;
      facts.add(new Fact.Due(Played.CHAT, Played.at(ms), Played.at(begun), Fact.By.SOMEBODY));
      facts.add(new Fact.Written(Played.CHAT, WRITER, READER, ms, Played.at(ms)));
      facts.add(new Fact.Accepted(WRITER, READER, ms, Played.at(through + 1)));
      facts.add(new Fact.Delivered(WRITER, READER, ms, Played.at(through + 2)));
    }
    return facts;
  }

  private static SurgeResult of(List<Fact> facts) {
    return Played.result(facts.toArray(new Fact[0]));
  }

  @Test
  void a_stall_shows_in_percentiles_though_the_generator_stood_still_as_well() {
    SurgeResult late = of(stall(true));
    PhaseFigures sent = Played.phase(late, Phase.SEND_TO_ACCEPTED, Played.EXISTING);
    assertThat(sent.p50Ms()).isCloseTo(1, ROUNDING);
    // A fifth of all messages waited: evenly up to two seconds.
    assertThat(sent.p90Ms()).isCloseTo(1001, within(5.0));
    assertThat(sent.p99Ms()).isCloseTo(1901, within(5.0));
    assertThat(sent.maxMs()).isCloseTo(2001, within(5.0));
    assertThat(late.phases()).isEqualTo(of(stall(false)).phases());
  }

  @Test
  void a_stall_of_the_generator_voids_the_run() {
    SurgeResult late = of(stall(true));
    assertThat(late.generator().lagP99Ms()).isGreaterThan(1800);
    assertThat(late.judgement().kind()).isEqualTo(Judgement.Kind.VOID);
    assertThat(of(stall(false)).generator().lagMaxMs()).isZero();
    assertThat(of(stall(false)).judgement().kind()).isEqualTo(Judgement.Kind.FAILED);
  }

  @Test
  void a_stall_shows_in_the_second_in_which_it_ends() {
    Timeline.Latencies series =
        of(stall(false)).timeline().latencies().stream()
            .filter(each -> each.phase() == Phase.SEND_TO_DELIVERED)
            .findFirst()
            .orElseThrow();
    assertThat(series.p99Ms().get(3)).isCloseTo(2, within(1e-6));
    // What was written before it, and came when it had begun.
    assertThat(series.p99Ms().get(4)).isCloseTo(2, within(1e-6));
    assertThat(series.p99Ms().get(5)).isNaN();
    assertThat(series.p99Ms().get(6)).isGreaterThan(1900);
    assertThat(series.p99Ms().get(7)).isCloseTo(2, within(1e-6));
  }

  @Test
  void a_sign_up_that_was_not_done_has_waited_until_the_end() {
    SurgeResult result =
        Played.result(
            new Fact.SignedUp(
                Played.REFUGEES, Played.newcomer(1), Played.at(1000), Played.at(1500), 1),
            new Fact.NotSignedUp(Played.REFUGEES, Played.newcomer(2), Played.at(10_000), 7));
    PhaseFigures signUps = Played.phase(result, Phase.SIGN_UP, Played.NEWCOMERS);
    assertThat(signUps.count()).isEqualTo(2);
    assertThat(signUps.open()).isEqualTo(1);
    assertThat(signUps.p50Ms()).isCloseTo(500, ROUNDING);
    assertThat(signUps.maxMs()).isCloseTo(20_000, ROUNDING);
    assertThat(result.objectives().get(1))
        .isEqualTo(Objective.goodput(Phase.SIGN_UP, "newcomers", 90, 50));
  }

  @Test
  void a_newcomer_who_was_never_welcomed_has_waited_since_it_was_signed_up() {
    SurgeResult result =
        Played.result(
            new Fact.SignedUp(
                Played.REFUGEES, Played.newcomer(1), Played.at(1000), Played.at(5000), 1),
            new Fact.Coming(Played.newcomer(1), false, Played.at(5000)));
    PhaseFigures connects = Played.phase(result, Phase.CONNECT, Played.NEWCOMERS);
    assertThat(connects.open()).isEqualTo(1);
    assertThat(connects.maxMs()).isCloseTo(25_000, ROUNDING);
  }

  @Test
  void a_newcomer_who_has_its_account_too_late_to_connect_waits_for_nothing() {
    SurgeResult result =
        Played.result(
            new Fact.SignedUp(
                Played.REFUGEES, Played.newcomer(1), Played.at(1000), Played.at(31_000), 1));
    assertThat(result.phases()).extracting(PhaseFigures::phase).containsExactly(Phase.SIGN_UP);
  }

  @Test
  void who_changed_its_network_and_never_came_back_waits_once() {
    SurgeResult result =
        Played.result(
            new Fact.Welcomed(WRITER, false, Played.at(-20), Played.at(-10), 1),
            new Fact.Lost(WRITER, Played.at(20_000), "network"),
            new Fact.Due(Played.NETWORKS, Played.at(20_000), Played.at(20_001), Fact.By.SOMEBODY));
    PhaseFigures resumes = Played.phase(result, Phase.RESUME, Played.EXISTING);
    assertThat(resumes.open()).isEqualTo(1);
    assertThat(resumes.maxMs()).isCloseTo(10_000, ROUNDING);
  }

  @Test
  void who_has_no_network_when_the_run_ends_waits_for_nothing() {
    SurgeResult result =
        Played.result(
            new Fact.Welcomed(READER, false, Played.at(-20), Played.at(-10), 1),
            new Fact.Synced(READER, Played.at(-10), Played.at(-9)),
            new Fact.Left(READER, Played.at(4000)),
            new Fact.Lost(READER, Played.at(4000), "network"));
    assertThat(result.phases()).isEmpty();
  }

  @Test
  void who_has_its_network_back_and_is_not_welcomed_has_waited_since_then() {
    SurgeResult result =
        Played.result(
            new Fact.Welcomed(READER, false, Played.at(-20), Played.at(-10), 1),
            new Fact.Left(READER, Played.at(4000)),
            new Fact.Lost(READER, Played.at(4000), "network"),
            new Fact.Coming(READER, true, Played.at(20_000)));
    PhaseFigures resumes = Played.phase(result, Phase.RESUME, Played.NEWCOMERS);
    assertThat(resumes.open()).isEqualTo(1);
    assertThat(resumes.maxMs()).isCloseTo(10_000, ROUNDING);
  }

  @Test
  void who_lost_its_network_while_it_came_back_on_another_one_has_waited_until_then() {
    SurgeResult result =
        Played.result(
            new Fact.Welcomed(WRITER, false, Played.at(-20), Played.at(-10), 1),
            new Fact.Lost(WRITER, Played.at(10_000), "network"),
            new Fact.Due(Played.NETWORKS, Played.at(10_000), Played.at(10_001), Fact.By.SOMEBODY),
            new Fact.Left(WRITER, Played.at(12_000)),
            new Fact.Coming(WRITER, true, Played.at(15_000)),
            new Fact.Welcomed(WRITER, true, Played.at(15_000), Played.at(15_100), 1));
    PhaseFigures resumes = Played.phase(result, Phase.RESUME, Played.EXISTING);
    assertThat(resumes.count()).isEqualTo(2);
    assertThat(resumes.open()).isEqualTo(1);
    assertThat(resumes.maxMs()).isCloseTo(2000, ROUNDING);
    assertThat(result.streams().get(Played.NETWORKS).done()).isZero();
  }

  @Test
  void a_message_for_who_connects_and_is_never_welcomed_is_open_and_waits() {
    SurgeResult result =
        Played.result(
            new Fact.Written(Played.CHAT, WRITER, READER, 1, Played.at(500)),
            new Fact.Accepted(WRITER, READER, 1, Played.at(510)),
            new Fact.Coming(READER, false, Played.at(1000)),
            new Fact.Written(Played.CHAT, WRITER, READER, 2, Played.at(5000)),
            new Fact.Accepted(WRITER, READER, 2, Played.at(5010)));
    PhaseFigures deliveries = Played.phase(result, Phase.ACCEPTED_TO_DELIVERED, Played.EXISTING);
    assertThat(deliveries.count()).isEqualTo(1);
    assertThat(deliveries.open()).isEqualTo(1);
    assertThat(result.ledger().waiting()).isEqualTo(2);
  }

  @Test
  void an_arrival_whose_devices_were_not_all_welcomed_is_not_done() {
    Who first = Played.existing(5, 0);
    SurgeResult result =
        Played.result(
            new Fact.Due(Played.ARRIVE, Played.at(1000), Played.at(1000), Fact.By.SOMEBODY),
            new Fact.Due(Played.ARRIVE, Played.at(2000), Played.at(2000), Fact.By.NOBODY),
            new Fact.Welcomed(first, false, Played.at(1000), Played.at(1100), 1));
    PhaseFigures connects = Played.phase(result, Phase.CONNECT, Played.EXISTING);
    assertThat(connects.count()).isEqualTo(2);
    assertThat(connects.open()).isEqualTo(1);
    assertThat(connects.p50Ms()).isCloseTo(100, ROUNDING);
    assertThat(connects.maxMs()).isCloseTo(29_000, ROUNDING);
    assertThat(result.streams().get(Played.ARRIVE))
        .extracting("intended", "nobody", "done")
        .containsExactly(2L, 1L, 0L);
  }

  @Test
  void a_message_that_another_wrote_is_counted_in_the_run() {
    SurgeResult result =
        Played.result(
            new Fact.Due(Played.CHAT, Played.at(-1), Played.at(0), Fact.By.ANOTHER),
            new Fact.Due(Played.CHAT, Played.at(1000), Played.at(1000), Fact.By.ANOTHER),
            new Fact.Due(Played.CHAT, Played.at(2000), Played.at(2000), Fact.By.SOMEBODY),
            new Fact.Due(Played.CHAT, Played.at(3000), Played.at(3000), Fact.By.NOBODY));
    assertThat(result.streams().get(Played.CHAT))
        .extracting("intended", "nobody", "replaced", "done")
        .containsExactly(3L, 1L, 1L, 0L);
  }

  @Test
  void who_was_cut_off_and_never_came_back_has_waited_since_then() {
    SurgeResult result =
        Played.result(
            new Fact.Due(Played.NETWORKS, Played.at(20_000), Played.at(20_000), Fact.By.SOMEBODY),
            new Fact.Lost(READER, Played.at(10_000), "broken"),
            new Fact.Lost(WRITER, Played.at(10_000), "GOING_AWAY"),
            new Fact.Welcomed(WRITER, true, Played.at(10_000), Played.at(10_200), 1));
    assertThat(Played.phase(result, Phase.RESUME, Played.NEWCOMERS).maxMs())
        .isCloseTo(20_000, ROUNDING);
    PhaseFigures existing = Played.phase(result, Phase.RESUME, Played.EXISTING);
    assertThat(existing.open()).isEqualTo(1);
    assertThat(existing.p50Ms()).isCloseTo(200, ROUNDING);
    assertThat(existing.maxMs()).isCloseTo(10_000, ROUNDING);
    assertThat(result.disconnects())
        .extracting(each -> each.reason() + ' ' + each.count())
        .containsExactly("GOING_AWAY 1", "broken 1");
  }

  @Test
  void what_people_in_line_were_told_is_compared_with_how_long_they_waited() {
    Who done = Played.newcomer(1);
    Who open = Played.newcomer(2);
    Who quick = Played.newcomer(3);
    SurgeResult result =
        Played.result(
            new Fact.Queued(done, Played.at(-1), 99, 1),
            // 10 s: off by a half, by a quarter, and right.
            new Fact.Queued(done, Played.at(1000), 50, 15_000),
            new Fact.Queued(open, Played.at(1000), 51, 15_000),
            new Fact.Queued(done, Played.at(3000), 40, 6_000),
            new Fact.Queued(done, Played.at(6000), 20, 5_000),
            new Fact.SignedUp(Played.REFUGEES, done, Played.at(900), Played.at(11_000), 1),
            // 0.1 s: off by 0.3 s, of one second.
            new Fact.Queued(quick, Played.at(12_000), 1, 400),
            new Fact.SignedUp(Played.REFUGEES, quick, Played.at(12_000), Played.at(12_100), 1));
    WaitingLine line = result.line();
    assertThat(line.people()).isEqualTo(3);
    assertThat(line.told()).isEqualTo(5);
    assertThat(line.longestPlace()).isEqualTo(51);
    assertThat(line.compared()).isEqualTo(4);
    assertThat(line.errorP50Percent()).isCloseTo(25, ROUNDING);
    assertThat(line.errorP90Percent()).isCloseTo(50, ROUNDING);
  }

  @Test
  void nobody_in_line_is_no_figure() {
    assertThat(Played.result().line()).isEqualTo(WaitingLine.NONE);
  }

  @Test
  void a_message_without_an_answer_has_waited_until_the_end() {
    SurgeResult result =
        Played.result(
            new Fact.Welcomed(READER, false, Played.at(0), Played.at(1), 1),
            new Fact.Due(Played.CHAT, Played.at(5000), Played.at(5000), Fact.By.SOMEBODY),
            new Fact.Written(Played.CHAT, WRITER, READER, 1, Played.at(5000)));
    PhaseFigures accepted = Played.phase(result, Phase.SEND_TO_ACCEPTED, Played.EXISTING);
    assertThat(accepted.open()).isEqualTo(1);
    assertThat(accepted.maxMs()).isCloseTo(25_000, ROUNDING);
    PhaseFigures delivered = Played.phase(result, Phase.SEND_TO_DELIVERED, Played.EXISTING);
    assertThat(delivered.open()).isEqualTo(1);
    assertThat(result.streams().get(Played.CHAT).done()).isZero();
    assertThat(result.ledger().accepted()).isZero();
  }

  @Test
  void a_message_that_was_refused_for_good_counts_against_goodput_and_took_no_time() {
    SurgeResult result =
        Played.result(
            new Fact.Written(Played.CHAT, WRITER, READER, 1, Played.at(5000)),
            new Fact.Rejected(WRITER, READER, 1, Played.at(5001), "TOO_LARGE"));
    PhaseFigures accepted = Played.phase(result, Phase.SEND_TO_ACCEPTED, Played.EXISTING);
    assertThat(accepted.count()).isZero();
    assertThat(result.refusals())
        .extracting(each -> each.reason() + ' ' + each.count())
        .containsExactly("send, for good: TOO_LARGE 1");
  }

  @Test
  void a_message_that_waited_for_a_reader_who_was_away_is_no_slow_one() {
    SurgeResult result =
        Played.result(
            new Fact.Written(Played.CHAT, WRITER, READER, 1, Played.at(5000)),
            new Fact.Accepted(WRITER, READER, 1, Played.at(5010)),
            new Fact.Welcomed(READER, false, Played.at(20_000), Played.at(20_010), 1),
            new Fact.Delivered(WRITER, READER, 1, Played.at(20_020)));
    assertThat(result.phases())
        .extracting(PhaseFigures::phase)
        .containsExactly(Phase.CONNECT, Phase.SEND_TO_ACCEPTED, Phase.SYNC);
    assertThat(result.ledger().delivered()).isEqualTo(1);
  }

  @Test
  void a_message_that_waited_for_a_reader_who_was_cut_off_is_a_slow_one() {
    SurgeResult result =
        Played.result(
            new Fact.Welcomed(READER, false, Played.at(-20), Played.at(-10), 1),
            new Fact.Written(Played.CHAT, WRITER, READER, 1, Played.at(5000)),
            new Fact.Accepted(WRITER, READER, 1, Played.at(5010)),
            new Fact.Lost(READER, Played.at(4000), "broken"),
            new Fact.Welcomed(READER, true, Played.at(4000), Played.at(20_010), 1),
            new Fact.Delivered(WRITER, READER, 1, Played.at(20_010)));
    assertThat(Played.phase(result, Phase.ACCEPTED_TO_DELIVERED, Played.EXISTING).maxMs())
        .isCloseTo(15_000, ROUNDING);
    assertThat(Played.phase(result, Phase.SEND_TO_DELIVERED, Played.EXISTING).maxMs())
        .isCloseTo(15_010, ROUNDING);
  }

  @Test
  void a_message_that_a_reader_who_came_later_never_got_is_no_slow_one() {
    SurgeResult result =
        Played.result(
            new Fact.Written(Played.CHAT, WRITER, READER, 1, Played.at(5000)),
            new Fact.Accepted(WRITER, READER, 1, Played.at(5010)),
            new Fact.Welcomed(READER, false, Played.at(20_000), Played.at(20_010), 1));
    assertThat(result.phases())
        .extracting(PhaseFigures::phase)
        .doesNotContain(Phase.ACCEPTED_TO_DELIVERED, Phase.SEND_TO_DELIVERED);
    assertThat(result.ledger().unaccounted()).isEqualTo(1);
  }

  @Test
  void a_message_that_came_before_its_writer_had_an_answer_took_no_time_after_it() {
    SurgeResult result =
        Played.result(
            new Fact.Welcomed(READER, false, Played.at(-20), Played.at(-10), 1),
            new Fact.Written(Played.CHAT, WRITER, READER, 1, Played.at(5000)),
            new Fact.Delivered(WRITER, READER, 1, Played.at(5005)),
            new Fact.Accepted(WRITER, READER, 1, Played.at(5010)));
    assertThat(Played.phase(result, Phase.ACCEPTED_TO_DELIVERED, Played.EXISTING).maxMs()).isZero();
  }

  @Test
  void who_left_before_it_was_back_has_waited_until_then() {
    SurgeResult result =
        Played.result(
            new Fact.Welcomed(READER, false, Played.at(0), Played.at(1), 1),
            new Fact.Lost(READER, Played.at(10_000), "broken"),
            new Fact.Left(READER, Played.at(12_000)));
    PhaseFigures resumes = Played.phase(result, Phase.RESUME, Played.NEWCOMERS);
    assertThat(resumes.open()).isEqualTo(1);
    assertThat(resumes.maxMs()).isCloseTo(2000, ROUNDING);
  }

  @Test
  void a_session_that_was_lost_before_it_had_all_counts_against_goodput() {
    SurgeResult result =
        Played.result(
            new Fact.Welcomed(READER, false, Played.at(0), Played.at(1), 1),
            new Fact.Lost(READER, Played.at(2), "broken"));
    assertThat(Played.phase(result, Phase.SYNC, Played.NEWCOMERS).count()).isZero();
  }

  @Test
  void a_message_that_waited_for_a_reader_without_a_network_is_no_slow_one() {
    SurgeResult result =
        Played.result(
            new Fact.Welcomed(READER, false, Played.at(-20), Played.at(-10), 1),
            new Fact.Left(READER, Played.at(4000)),
            new Fact.Lost(READER, Played.at(4000), "network"),
            new Fact.Written(Played.CHAT, WRITER, READER, 1, Played.at(5000)),
            new Fact.Accepted(WRITER, READER, 1, Played.at(5010)),
            new Fact.Welcomed(READER, true, Played.at(20_000), Played.at(20_010), 1),
            new Fact.Delivered(WRITER, READER, 1, Played.at(20_020)));
    assertThat(result.phases())
        .extracting(PhaseFigures::phase)
        .doesNotContain(Phase.ACCEPTED_TO_DELIVERED, Phase.SEND_TO_DELIVERED);
    assertThat(Played.phase(result, Phase.RESUME, Played.NEWCOMERS).maxMs())
        .isCloseTo(10, ROUNDING);
  }

  @Test
  void what_began_before_the_run_is_in_no_phase() {
    SurgeResult result =
        Played.result(
            new Fact.Welcomed(READER, false, Played.at(-3000), Played.at(-2000), 1),
            new Fact.Synced(READER, Played.at(-2000), Played.at(10)),
            new Fact.Written(Played.CHAT, WRITER, READER, 1, Played.at(-1000)),
            new Fact.Accepted(WRITER, READER, 1, Played.at(-900)),
            new Fact.Delivered(WRITER, READER, 1, Played.at(100)));
    assertThat(result.phases()).isEmpty();
    assertThat(result.streams()).allSatisfy(each -> assertThat(each.done()).isZero());
    assertThat(result.ledger().delivered()).isEqualTo(1);
  }

  @Test
  void rates_are_of_what_was_done_while_the_schedule_lasted() {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact.Welcomed(READER, false, Played.at(-2), Played.at(-1), 1));
    for (int i = 0; i < 60; i++) {
      boolean isLate = i >= 45;
      facts.add(new Fact.Due(Played.CHAT, Played.at(i), Played.at(i), Fact.By.SOMEBODY));
      facts.add(new Fact.Written(Played.CHAT, WRITER, READER, i, Played.at(i)));
      facts.add(new Fact.Accepted(WRITER, READER, i, Played.at(isLate ? 31_000 : 100)));
      facts.add(new Fact.Delivered(WRITER, READER, i, Played.at(isLate ? 31_001 : 101)));
    }
    SurgeResult result = Played.result(MadeUpRun.span(), List.of(facts));
    assertThat(result.objectives().get(2).measured()).isEqualTo(1.5);
    assertThat(result.streams().getFirst())
        .extracting("done", "perSecond")
        .containsExactly(60L, 1.5);
  }

  /** Signed up at these times. */
  private static double peak(double endMs, double... timesMs) {
    List<Fact> facts = new ArrayList<>();
    for (int i = 0; i < timesMs.length; i++) {
      Fact.Who who = Played.newcomer(i);
      facts.add(new Fact.SignedUp(Played.REFUGEES, who, Played.at(0), Played.at(timesMs[i]), 1));
    }
    return Played.result(
            Played.until(endMs), List.of(facts, List.of(new Fact.Census(1, 1, 1, 1, 1))))
        .streams()
        .get(Played.REFUGEES)
        .peakPerSecond();
  }

  @Test
  void the_most_is_that_of_any_ten_seconds_in_a_row() {
    assertThat(peak(33_000, 100, 9_900, 10_100, 12_000, 14_000, 18_900, 31_000, 32_000))
        .isEqualTo(0.5);
    assertThat(peak(33_000, 23_100, 24_000, 32_900)).isEqualTo(0.3);
    assertThat(peak(33_000)).isZero();
  }

  @Test
  void the_most_of_a_shorter_run_is_of_what_there_is() {
    assertThat(peak(4_000, 100, 3_900)).isEqualTo(0.5);
    assertThat(peak(3_500, 100, 3_400, 3_450)).isEqualTo(0.75);
  }
}
