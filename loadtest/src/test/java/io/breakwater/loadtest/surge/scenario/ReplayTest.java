package io.breakwater.loadtest.surge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.breakwater.loadtest.surge.scenario.arrivals.Arrivals;
import io.breakwater.loadtest.surge.scenario.arrivals.Part;
import io.breakwater.loadtest.surge.scenario.model.Afterwards;
import io.breakwater.loadtest.surge.scenario.model.ArrivalStream;
import io.breakwater.loadtest.surge.scenario.model.Fault;
import io.breakwater.loadtest.surge.scenario.model.Limit;
import io.breakwater.loadtest.surge.scenario.model.Phase;
import io.breakwater.loadtest.surge.scenario.model.Population;
import io.breakwater.loadtest.surge.scenario.model.Reduction;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplayTest {
  private static final Scenario WRITTEN = Examples.all();
  private static final Scenario PLAYED = Replay.of(WRITTEN, new Reduction(10, 20)).played();

  private static List<Long> times(Replay replay, String stream) {
    Arrivals arrivals = replay.arrivals(replay.played().stream(stream), Duration.ZERO, 7, Part.ALL);
    List<Long> times = new ArrayList<>();
    for (long next = arrivals.nextNanos(); next != Arrivals.NEVER; next = arrivals.nextNanos()) {
      times.add(next);
    }
    return times;
  }

  @Test
  void arrivals_are_divided_by_the_scale_alone() {
    for (ArrivalStream stream : WRITTEN.streams()) {
      double played = PLAYED.stream(stream.name()).rate().expected();
      assertThat(played).isCloseTo(stream.rate().expected() / 10, within(1e-6));
    }
  }

  @Test
  void a_rate_becomes_compress_by_scale_times_as_high() {
    assertThat(PLAYED.stream("networks").rate().peak()).isCloseTo(2, within(1e-9));
  }

  @Test
  void durations_are_divided_by_the_compression() {
    assertThat(PLAYED.duration()).isEqualTo(Duration.ofMinutes(3));
    assertThat(PLAYED.stream("chat").rate().duration()).isEqualTo(Duration.ofMinutes(3));
    assertThat(PLAYED.stream("return"))
        .isInstanceOfSatisfying(
            ArrivalStream.Connects.class,
            each -> assertThat(each.stay()).contains(Duration.ofSeconds(30)));
    assertThat(PLAYED.stream("joining"))
        .isInstanceOfSatisfying(
            ArrivalStream.SignUps.class,
            each ->
                assertThat(each.then())
                    .contains(
                        new Afterwards(
                            3,
                            2,
                            Optional.of("existing"),
                            Duration.ofSeconds(30),
                            Optional.of(Duration.ofSeconds(60)))));
    assertThat(PLAYED.faults())
        .contains(
            new Fault.KillGateway(Duration.ofSeconds(30), Optional.empty()),
            new Fault.KillDelivery(Duration.ofSeconds(45), Optional.of(Duration.ofSeconds(3))),
            new Fault.HangUp(Duration.ofSeconds(120), "existing", 0.5, Duration.ofSeconds(15)));
  }

  @Test
  void limits_of_latencies_are_of_the_wall_clock_and_stay() {
    assertThat(PLAYED.limits())
        .containsExactly(
            new Limit.Latency(Phase.SEND_TO_DELIVERED, "existing", 99.9, Duration.ofMillis(250)),
            new Limit.Latency(Phase.RESUME, "existing", 100, Duration.ofSeconds(30)),
            new Limit.Goodput(Phase.SIGN_UP, "newcomers", 0.99),
            new Limit.Rate(Phase.SIGN_UP, "newcomers", 10));
  }

  @Test
  void users_are_divided_and_messages_that_wait_for_each_of_them_are_not() {
    assertThat(PLAYED.population("existing"))
        .isEqualTo(new Population("existing", Population.Kind.EXISTING, 1_000, 800, 2, 0.25, 4));
  }

  @Test
  void the_size_is_kept_for_printing() {
    assertThat(Replay.of(WRITTEN, new Reduction(10, 20)).by()).isEqualTo(new Reduction(10, 20));
  }

  @Test
  void another_stream_changes_no_times() {
    String more =
        Examples.with(
            "streams:\n", "streams:\n  more: {kind: messages, of: existing, rate: 5/s}\n");
    Replay with = Replay.of(Examples.parse(more), new Reduction(10, 20));
    Replay without = Replay.of(WRITTEN, new Reduction(10, 20));
    assertThat(times(with, "joining")).isEqualTo(times(without, "joining"));
    assertThat(times(with, "more")).isNotEmpty();
  }

  @Test
  void the_clock_moves_times_and_the_scale_thins_them() {
    Replay slow = Replay.of(WRITTEN, new Reduction(10, 1));
    Replay fast = Replay.of(WRITTEN, new Reduction(10, 20));
    List<Long> expected = times(slow, "networks").stream().map(time -> time / 20).toList();
    List<Long> found = times(fast, "networks");
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).isCloseTo(expected.get(i), within(1000L));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void a_size_that_is_none_is_refused(double scale) {
    assertThatThrownBy(() -> new Reduction(scale, 1))
        .hasMessage("scale: %s (expected: above 0)".formatted(scale));
  }
}
