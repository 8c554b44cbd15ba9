package io.breakwater.loadtest.surge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.breakwater.loadtest.surge.scenario.arrivals.RateCurve;
import io.breakwater.loadtest.surge.scenario.model.ArrivalStream;
import io.breakwater.loadtest.surge.scenario.model.Fault;
import io.breakwater.loadtest.surge.scenario.model.Population;
import io.breakwater.loadtest.surge.scenario.model.Reduction;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ShippedScenariosTest {
  private static List<String> shipped() {
    return Scenarios.shipped();
  }

  private static Scenario load(String name) {
    try {
      return Scenarios.load(name);
    } catch (Exception e) {
      throw new AssertionError(name, e);
    }
  }

  private static RateCurve rate(Scenario scenario, String stream) {
    return scenario.stream(stream).rate();
  }

  private static double between(RateCurve rate, Duration from, Duration until) {
    return rate.expectedUntil(until) - rate.expectedUntil(from);
  }

  private static Duration hours(double hours) {
    return Duration.ofNanos(Math.round(hours * 3600 * 1e9));
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void says_what_is_known_and_what_is_invented(String name) {
    Scenario scenario = load(name);
    assertThat(scenario.name()).isEqualTo(name);
    assertThat(scenario.model()).isNotBlank();
    assertThat(scenario.facts()).allSatisfy(fact -> assertThat(fact.source()).isNotBlank());
    boolean isOfADay = !List.of("gateway-loss", "deploy").contains(name);
    assertThat(scenario.facts().isEmpty()).isNotEqualTo(isOfADay);
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void fits_a_small_machine_at_its_small_size(String name) {
    Scenario scenario = load(name);
    Replay replay = Replay.of(scenario, scenario.small());
    JsonNode json = new Description(replay).json();
    assertThat(replay.played().duration())
        .isLessThanOrEqualTo(Duration.ofMinutes(4).plusSeconds(30));
    assertThat(json.path("peak_sockets").asDouble()).isBetween(4_000.0, 10_000.0);
    assertThat(json.path("peak_messages_per_s").asDouble()).isBetween(999.0, 2_500.0);
    for (ArrivalStream stream : replay.played().streams()) {
      if (stream instanceof ArrivalStream.SignUps) {
        assertThat(stream.rate().peak()).isBetween(100.0, 801.0);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void promises_something_of_messages(String name) {
    assertThat(load(name).limits()).anyMatch(limit -> limit.phase().toString().startsWith("send"));
  }

  @Test
  void telegram_has_70_million_sign_ups_most_of_them_in_the_outage() {
    Scenario telegram = load("telegram-2021-10-04");
    RateCurve signUps = rate(telegram, "refugees");
    assertThat(signUps.expected()).isCloseTo(70e6, within(100.0));
    assertThat(signUps.mean()).isCloseTo(810, within(1.0));
    double surge = between(signUps, hours(15 + 40 / 60.0), hours(22 + 40 / 60.0));
    assertThat(surge / signUps.expected()).isCloseTo(0.8, within(1e-3));
    assertThat(signUps.peak()).isBetween(6_000.0, 7_000.0);
    assertThat(signUps.peak()).isCloseTo(3 * surge / (7 * 3600), within(1.0));
    RateCurve chat = rate(telegram, "chat");
    Duration at = hours(15 + 40 / 60.0);
    assertThat(chat.at(at) / chat.at(at.minusMillis(1))).isCloseTo(2, within(1e-3));
  }

  @Test
  void the_crowd_of_the_outage_comes_back_within_minutes_and_nobody_signs_up() {
    Scenario back = load("facebook-return-2021-10-04");
    assertThat(rate(back, "return").expected()).isCloseTo(2.4e9, within(1.0));
    assertThat(between(rate(back, "return"), Duration.ofMinutes(5), Duration.ofMinutes(10)))
        .isCloseTo(1.0 * back.population("crowd").users(), within(1.0));
    assertThat(rate(back, "return").peak()).isEqualTo(16e6);
    assertThat(back.streams()).noneMatch(ArrivalStream.SignUps.class::isInstance);
  }

  @Test
  void signal_has_17_8_million_sign_ups_in_a_week_that_ends_at_50_times_calm() {
    Scenario signal = load("signal-2021-01-15");
    RateCurve signUps = rate(signal, "joining");
    assertThat(signUps.expectedUntil(Duration.ofDays(7))).isCloseTo(17.8e6, within(5e4));
    assertThat(signUps.peak() / signUps.at(Duration.ZERO)).isCloseTo(50, within(0.01));
    assertThat(signal.populations()).allMatch(each -> each.impatient() == 1);
    // As long as a recovery may take.
    Duration calm = signal.duration().minus(hours(8 * 24 + 6));
    assertThat(calm.toNanos() / signal.small().compress()).isGreaterThan(60e9);
  }

  @Test
  void monday_brings_80_percent_within_a_quarter_of_an_hour() {
    Scenario monday = load("monday-9am");
    double come = between(rate(monday, "arrive"), Duration.ofMinutes(15), Duration.ofMinutes(30));
    assertThat(come)
        .isCloseTo(3.2e6, within(1e3))
        .isCloseTo(rate(monday, "arrive").expected(), within(1.0));
    assertThat(come / monday.population("staff").users()).isCloseTo(0.8, within(1e-3));
  }

  @Test
  void one_of_two_gateways_is_lost_for_good() {
    Scenario loss = load("gateway-loss");
    assertThat(loss.servers().gateways()).isEqualTo(2);
    assertThat(loss.faults())
        .containsExactly(new Fault.KillGateway(Duration.ofMinutes(1), Optional.empty()));
    assertThat(loss.population("existing").sockets()).isEqualTo(9_600);
  }

  @Test
  void a_deploy_restarts_all_gateways() {
    assertThat(load("deploy").faults())
        .containsExactly(new Fault.RestartGateways(Duration.ofSeconds(45), Duration.ofSeconds(30)));
  }

  @Test
  void new_year_is_ten_times_the_mean_of_100_billion_a_day_for_a_quarter_of_an_hour() {
    Scenario midnight = load("new-year");
    RateCurve chat = rate(midnight, "chat");
    assertThat(chat.at(Duration.ZERO)).isCloseTo(100e9 / 86_400, within(5e3));
    assertThat(chat.peak() / chat.at(Duration.ZERO)).isCloseTo(10, within(1e-9));
    assertThat(between(chat, Duration.ofMinutes(20), Duration.ofMinutes(36)) / chat.peak())
        .isCloseTo(15 * 60, within(25.0));
    assertThat(midnight.model()).contains("Direct messages only for now");
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void a_size_far_below_still_has_somebody(String name) {
    Scenario scenario = load(name);
    Scenario tiny = scenario.replayed(new Reduction(1e12, 1));
    assertThat(tiny.populations())
        .filteredOn(each -> each.kind() != Population.Kind.NEWCOMERS)
        .allSatisfy(each -> assertThat(each.users()).isEqualTo(1));
  }
}
