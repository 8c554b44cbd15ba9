package io.breakwater.common.lever;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Levers, what moves them and what does not. */
final class LeversTest {
  private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

  private final List<Object> told = new ArrayList<>();
  private final Levers levers = new Levers(() -> NOON);
  private final Lever<Integer> places =
      levers.add(Lever.whole("line.places", "sign-ups", 1, 1_000, 100).applies(told::add));
  private final Lever<Double> share = levers.add(Lever.number("share", "", 0, 0.9, 0.25));
  private final Lever<Boolean> open = levers.add(Lever.flag("line.open", true));

  @Test
  void a_lever_is_what_it_began_with_until_somebody_moves_it() {
    assertThat(places.value()).isEqualTo(100);
    assertThat(levers.moved()).isZero();

    assertThat(levers.set("line.places", "50", "ann"))
        .containsExactly(new Change("line.places", "100", "50", "ann"));
    assertThat(places.value()).isEqualTo(50);
    assertThat(told).containsExactly(50);
    assertThat(levers.moved()).isEqualTo(1);
    assertThat(levers.standing("line.places"))
        .isEqualTo(
            new Lever.Standing(
                "line.places", "50", "100", "sign-ups", "1..1000", "ann at " + NOON));
  }

  @Test
  void the_default_is_what_it_began_with() {
    levers.set("share", "0.5", "ann");
    levers.set("line.open", "false", "ann");
    assertThat(share.value()).isEqualTo(0.5);
    assertThat(open.value()).isFalse();

    levers.set("share", "default", "bob");
    assertThat(share.value()).isEqualTo(0.25);
    assertThat(levers.set("all", "default", "bob"))
        .containsExactly(new Change("line.open", "false", "true", "bob"));
    assertThat(levers.moved()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "line.places | abc | line.places: abc (expected: 1..1000 sign-ups, or default)",
        "line.places | 0 | line.places: 0 (expected: 1..1000 sign-ups, or default)",
        "line.places | 1001 | line.places: 1001 (expected: 1..1000 sign-ups, or default)",
        "line.places | 1.5 | line.places: 1.5 (expected: 1..1000 sign-ups, or default)",
        "line.places | 99999999999 | line.places: 99999999999 (expected: 1..1000 sign-ups, or default)",
        "share | 0.91 | share: 0.91 (expected: 0.0..0.9, or default)",
        "share | NaN | share: NaN (expected: 0.0..0.9, or default)",
        "share | -0.1 | share: -0.1 (expected: 0.0..0.9, or default)",
        "line.open | yes | line.open: yes (expected: true or false, or default)",
        "all | 5 | all: 5 (expected: default)",
      })
  void what_is_no_value_of_it_moves_nothing_and_the_message_says_what_is(
      String name, String value, String message) {
    assertThatThrownBy(() -> levers.set(name, value, "ann"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThat(levers.moved()).isZero();
    assertThat(told).isEmpty();
    assertThat(levers.standing("line.places").set()).isEmpty();
  }

  @Test
  void who_asks_for_one_that_is_not_there_is_told_which_are() {
    assertThatThrownBy(() -> levers.set("speed", "5", "ann"))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("lever: speed (expected: one of line.places, share, line.open)");
  }
}
