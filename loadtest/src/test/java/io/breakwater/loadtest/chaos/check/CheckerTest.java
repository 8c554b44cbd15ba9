package io.breakwater.loadtest.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.history.History;
import io.breakwater.loadtest.chaos.report.Judgement;
import io.breakwater.loadtest.chaos.report.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Histories that keep all promises, and such that show too little to say so. */
final class CheckerTest {
  private static final int SEEDS = 200;
  private static final int STEPS = 1_500;
  private static final Requirements FEW =
      new Requirements(Duration.ofMinutes(1), Duration.ZERO, 20, 20, 1, Set.of());

  private static Result check(List<Fact> facts, Requirements requirements) throws IOException {
    return Checker.check(History.of(facts), requirements);
  }

  private static List<Fact> valid() {
    return SyntheticCampaign.facts(1, STEPS);
  }

  private static List<Fact> without(Predicate<Fact> left) {
    return valid().stream().filter(left.negate()).toList();
  }

  private static void assertUnknown(List<Fact> facts, Requirements requirements, String doubt)
      throws IOException {
    Result result = check(facts, requirements);
    assertThat(result.judgement()).as(result.text()).isEqualTo(Judgement.UNKNOWN);
    assertThat(result.doubts()).anyMatch(each -> each.contains(doubt));
  }

  @Test
  void a_history_that_keeps_all_promises_is_valid() throws IOException {
    Map<String, Long> sometimes = new TreeMap<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      Result result = check(SyntheticCampaign.facts(seed, STEPS), FEW);

      assertThat(result.judgement())
          .as("seed %d: %s", seed, result.text())
          .isEqualTo(Judgement.VALID);
      result.sometimes().forEach((what, times) -> sometimes.merge(what, times, Long::sum));
    }
    assertThat(sometimes).as("what the histories show").doesNotContainValue(0L);
  }

  @Test
  void counts_what_the_history_holds() throws IOException {
    List<Fact> facts = valid();
    Result result = check(facts, FEW);

    assertThat(result.figures().facts()).isEqualTo(facts.size());
    assertThat(result.figures().invoked()).isEqualTo(count(facts, Fact.SendInvoked.class));
    assertThat(result.figures().accepted()).isEqualTo(count(facts, Fact.SendAccepted.class));
    assertThat(result.figures().refused()).isEqualTo(count(facts, Fact.SendRefused.class));
    assertThat(result.figures().unknown()).isEqualTo(count(facts, Fact.SendUnknown.class));
    assertThat(result.figures().delivered()).isEqualTo(count(facts, Fact.Delivered.class));
    assertThat(result.figures().stored()).isEqualTo(count(facts, Fact.Stored.class));
    assertThat(result.figures().repeatedPerMillion())
        .isEqualTo(1e6 * count(facts, Fact.Repeated.class) / count(facts, Fact.Delivered.class));
    assertThat(result.sometimes()).containsEntry("entries-recovered", 1L);
  }

  private static long count(List<Fact> facts, Class<? extends Fact> type) {
    return facts.stream().filter(type::isInstance).count();
  }

  // ---- too little

  @Test
  void a_history_without_its_end_is_no_evidence() throws IOException {
    List<Fact> facts = valid();

    assertUnknown(facts.subList(0, facts.size() - 1), FEW, "its end is missing");
    assertUnknown(facts.subList(0, facts.size() / 2), FEW, "its end is missing");
  }

  @Test
  void a_history_without_its_begin_is_no_evidence() throws IOException {
    assertUnknown(without(fact -> fact instanceof Fact.CampaignBegan), FEW, "its begin is missing");
  }

  @Test
  void a_damaged_history_is_no_evidence() throws IOException {
    List<Fact> facts = valid();
    History damaged =
        reader -> {
          facts.subList(0, 500).forEach(reader);
          return new History.Replay.CutShort("line 501: garbage");
        };

    Result result = Checker.check(damaged, FEW);

    assertThat(result.judgement()).isEqualTo(Judgement.UNKNOWN);
    assertThat(result.doubts()).contains("the history is damaged at line 501: garbage");
  }

  @Test
  void facts_out_of_their_order_are_no_evidence() throws IOException {
    List<Fact> facts = new ArrayList<>(valid());
    facts.add(facts.size() - 1, new Fact.Healed(facts.get(3).number(), facts.get(3).atMs()));

    assertUnknown(facts, FEW, "is out of its place");
  }

  @Test
  void too_few_operations_are_no_evidence() throws IOException {
    Requirements many =
        new Requirements(Duration.ofMinutes(1), Duration.ZERO, 100_000, 100_000, 1, Set.of());

    assertUnknown(valid(), many, "accepted sends");
    assertUnknown(valid(), many, "delivered messages");
  }

  @Test
  void faults_without_an_effect_are_no_evidence() throws IOException {
    List<Fact> facts =
        valid().stream()
            .map(
                fact ->
                    fact instanceof Fact.FaultEnded(long number, long atMs, int fault, var effect)
                        ? new Fact.FaultEnded(
                            number,
                            atMs,
                            fault,
                            effect == Fact.Effect.SEEN ? Fact.Effect.NONE : effect)
                        : fact)
            .toList();

    assertUnknown(facts, FEW, "faults that took effect: 0 (expected: at least 1)");
  }

  @Test
  void what_must_have_happened_and_did_not_is_no_evidence() throws IOException {
    Requirements hints =
        new Requirements(
            Duration.ofMinutes(1), Duration.ZERO, 20, 20, 1, Set.of("repeated", "hint-replayed"));

    assertUnknown(valid(), hints, "hint-replayed: 0 (expected: at least 1)");
  }

  @Test
  void a_history_without_what_storage_holds_is_no_evidence() throws IOException {
    assertUnknown(
        without(fact -> fact instanceof Fact.StorageRead), FEW, "storage was not read to the end");
    Fact one = valid().stream().filter(Fact.Stored.class::isInstance).findFirst().orElseThrow();
    assertUnknown(without(one::equals), FEW, "messages are recorded (expected:");
  }

  @Test
  void what_is_not_healed_is_no_evidence() throws IOException {
    Fact last = null;
    for (Fact fact : valid()) {
      last = fact instanceof Fact.Healed ? fact : last;
    }

    Fact healed = last;
    assertUnknown(without(fact -> fact.equals(healed)), FEW, "the last fault is not healed");
  }
}
