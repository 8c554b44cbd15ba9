package io.breakwater.delivery.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.delivery.lane.Rule;
import java.util.EnumSet;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulationTest {
  private static final int SEEDS = 250;
  private static final int SABOTAGED_SEEDS = 400;

  @Test
  void everything_arrives_in_a_world_without_faults() {
    for (long seed = 1; seed <= 20; seed++) {
      assertThat(Simulation.runWithoutFaults(seed).sent()).isPositive();
    }
  }

  @Test
  void promises_are_kept_whatever_breaks_and_what_is_rare_happens() {
    Seeds seeds = Seeds.run(1, SEEDS, 1);

    assertThat(seeds.failures()).isEmpty();
    assertThat(seeds.counters()).containsOnlyKeys(Sometimes.values());
  }

  @Test
  void a_seed_replays_to_the_last_event() {
    for (long seed = 1; seed <= 5; seed++) {
      assertThat(Simulation.run(seed)).isEqualTo(Simulation.run(seed));
    }
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void a_lane_that_breaks_a_rule_breaks_a_promise(Rule rule) {
    Promise expected =
        switch (rule) {
          case DEDUPE -> Promise.P3;
          case PREFIX,
              SEAL,
              CEILING,
              RESUBMISSION,
              HANDOFF,
              GAIN,
              IDS_ABOVE,
              RELEASE,
              HOME_ONLY,
              EVERY_DEVICE ->
              Promise.P2;
          case TAIL_CAP -> Promise.P9;
        };

    Optional<Violation> shown =
        firstViolation(
            seed -> Simulation.run(seed, EnumSet.complementOf(EnumSet.of(rule))), expected);

    assertThat(shown).as("%s is missed", rule).isPresent();
    assertThat(shown.orElseThrow()).hasMessageStartingWith(expected + " broken by seed ");
    assertThatThrownBy(() -> replay(shown.orElseThrow(), rule))
        .hasMessage(shown.orElseThrow().getMessage());
  }

  @ParameterizedTest
  @EnumSource(Sabotage.class)
  void surroundings_that_do_not_do_what_they_say_break_a_promise(Sabotage sabotage) {
    Promise expected =
        switch (sabotage) {
          case LINK_NOT_WRITTEN, REVOKE_NOT_WRITTEN, LINK_ID_IGNORED -> Promise.DEVICES;
          case NO_TOO_LONG, EXPIRES_EARLY, RECOVERY_SKIPPED, SEAL_NOT_AWAITED -> Promise.P2;
          case RETRIES_FOREVER, GIVES_UP_EARLY -> Promise.P3;
        };

    Optional<Violation> shown = firstViolation(seed -> Simulation.run(seed, sabotage), expected);

    assertThat(shown).as("%s is missed", sabotage).isPresent();
    assertThatThrownBy(() -> Simulation.run(shown.orElseThrow().seed(), sabotage))
        .hasMessage(shown.orElseThrow().getMessage());
  }

  private static void replay(Violation violation, Rule without) {
    Simulation.run(violation.seed(), EnumSet.complementOf(EnumSet.of(without)));
  }

  private static Optional<Violation> firstViolation(LongConsumer run, Promise expected) {
    for (long seed = 1; seed <= SABOTAGED_SEEDS; seed++) {
      try {
        run.accept(seed);
      } catch (Violation violation) {
        if (violation.promise() == expected) {
          return Optional.of(violation);
        }
      }
    }
    return Optional.empty();
  }
}
