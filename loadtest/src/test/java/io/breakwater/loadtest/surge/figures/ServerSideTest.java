package io.breakwater.loadtest.surge.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.figures.ServerSamples.Gateway;
import io.breakwater.loadtest.surge.figures.ServerSamples.Mark;
import io.breakwater.loadtest.surge.figures.ServerSamples.ServerProcess;
import io.breakwater.loadtest.surge.figures.ServerSamples.Sockets;
import io.breakwater.loadtest.surge.figures.ServerSamples.Statements;
import io.breakwater.loadtest.surge.figures.ServerSamples.Usage;
import io.breakwater.loadtest.surge.report.result.Servers.StatementKind;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import io.breakwater.loadtest.surge.report.result.Timeline;
import io.breakwater.loadtest.surge.report.result.Timeline.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ServerSideTest {
  private static final long CPU_MS = 1_000_000;

  private static final Comparator<Double> ROUNDED =
      Comparator.comparingDouble(each -> Math.rint(each * 1e6));

  private static SurgeResult result(ServerSamples samples, Fact... facts) {
    Figures figures = new Figures(Played.SCENARIO, Played.until(4000));
    Arrays.asList(facts).forEach(figures.generator());
    return figures.result(Played.SETTING, samples, List.of());
  }

  private static Usage usage(double ms, long cpuMs, long bytes) {
    return usage(ms, 7, cpuMs, bytes);
  }

  private static Usage usage(double ms, long pid, long cpuMs, long bytes) {
    return new Usage(Played.at(ms), pid, cpuMs * CPU_MS, bytes);
  }

  private static ServerSamples processes(ServerProcess... processes) {
    return new ServerSamples(List.of(processes), List.of(), List.of(), List.of());
  }

  @Test
  void cpu_is_summed_by_tier_and_spread_over_the_time_between_samples() {
    SurgeResult result =
        result(
            processes(
                new ServerProcess(
                    "gateway", "gateway-0", List.of(usage(-500, 100, 10), usage(1500, 1100, 30))),
                new ServerProcess(
                    "gateway", "gateway-1", List.of(usage(1000, 0, 5), usage(2000, 200, 7)))));
    Series gateways = result.timeline().cpuCores().getFirst();
    assertThat(gateways.name()).isEqualTo("gateway");
    assertThat(gateways.values()).hasSize(4);
    assertThat(gateways.values().get(0)).isCloseTo(0.5, within(1e-9));
    assertThat(gateways.values().get(1)).isCloseTo(0.25 + 0.2, within(1e-9));
    assertThat(gateways.values().get(2)).isNaN();
    assertThat(result.servers().processes().getFirst().cpuSeconds()).isCloseTo(0.75, within(1e-9));
    assertThat(result.servers().processes().getFirst().memoryMaxBytes()).isEqualTo(30);
  }

  @Test
  void a_process_that_was_started_anew_counts_from_nothing() {
    SurgeResult result =
        result(
            processes(
                new ServerProcess(
                    "delivery",
                    "delivery-0",
                    List.of(
                        usage(0, 7, 5000, 9), usage(1000, 7, 5300, 9), usage(2000, 8, 400, 3)))));
    assertThat(result.servers().processes().getFirst().cpuSeconds()).isCloseTo(0.7, within(1e-9));
    assertThat(result.timeline().memoryBytes().getFirst().values())
        .containsExactly(9.0, 9.0, 3.0, 3.0);
  }

  /** At these times, each with its number: 1, 2 and so on. */
  private static ServerSamples seen(double... times) {
    List<Usage> usages = new ArrayList<>();
    List<Sockets> sockets = new ArrayList<>();
    for (double ms : times) {
      int number = sockets.size() + 1;
      usages.add(usage(ms, number, 500, number));
      sockets.add(new Sockets(Played.at(ms), number));
    }
    return new ServerSamples(
        List.of(new ServerProcess("gateway", "gateway-1", usages)),
        List.of(),
        List.of(new Gateway("gateway-1", sockets)),
        List.of());
  }

  @Test
  void a_second_between_samples_that_has_none_is_like_the_one_before() {
    Timeline timeline = result(seen(-1020, -10, 1010, 1990, 3010)).timeline();
    assertThat(timeline.sockets().getFirst().values()).containsExactly(2.0, 4.0, 4.0, 5.0);
    assertThat(timeline.memoryBytes().getFirst().values()).containsExactly(2.0, 4.0, 4.0, 5.0);
    assertThat(timeline.cpuCores().getFirst().values()).doesNotContain(Double.NaN);
  }

  @Test
  void the_last_sample_holds_until_the_end() {
    Timeline timeline = result(seen(1000, 2000, 2990)).timeline();
    assertThat(timeline.sockets().getFirst().values()).containsExactly(Double.NaN, 1.0, 3.0, 3.0);
    assertThat(timeline.memoryBytes()).isEqualTo(named(timeline.sockets(), "gateway"));
  }

  private static List<Series> named(List<Series> all, String name) {
    return all.stream().map(each -> new Series(name, each.values())).toList();
  }

  @Test
  void a_server_that_was_down_is_a_hole() {
    Figures figures = new Figures(Played.SCENARIO, Played.until(9000));
    figures.generator();
    Timeline timeline =
        figures.result(Played.SETTING, seen(500, 1500, 7500, 8500), List.of()).timeline();
    double none = Double.NaN;
    assertThat(timeline.sockets().getFirst().values())
        .containsExactly(1.0, 2.0, none, none, none, none, none, 3.0, 4.0);
    assertThat(timeline.memoryBytes()).isEqualTo(named(timeline.sockets(), "gateway"));
    // Its successor was seen soon after it was started.
    assertThat(timeline.cpuCores().getFirst().values())
        .usingElementComparator(ROUNDED)
        .containsExactly(0.25, 0.25, none, none, none, 0.2, 0.2, 0.35, 0.25);
  }

  @Test
  void a_tier_is_what_is_known_of_its_servers() {
    SurgeResult result =
        result(
            processes(
                new ServerProcess(
                    "gateway", "gateway-1", List.of(usage(0, 0, 5), usage(1000, 200, 5))),
                new ServerProcess(
                    "gateway", "gateway-2", List.of(usage(0, 0, 7), usage(4000, 400, 7)))));
    assertThat(result.timeline().memoryBytes().getFirst().values())
        .containsExactly(12.0, 5.0, Double.NaN, 7.0);
    assertThat(result.timeline().cpuCores().getFirst().values())
        .usingElementComparator(ROUNDED)
        .containsExactly(0.3, 0.1, 0.1, 0.1);
    assertThat(result.servers().processes().getFirst().cpuSeconds()).isCloseTo(0.2, within(1e-9));
  }

  @Test
  void a_process_that_was_started_anew_may_have_used_more_than_the_one_before() {
    SurgeResult result =
        result(
            processes(
                new ServerProcess(
                    "gateway",
                    "gateway-0",
                    List.of(usage(0, 7, 100, 9), usage(1000, 7, 200, 9), usage(2000, 8, 900, 3)))));
    assertThat(result.servers().processes().getFirst().cpuSeconds()).isCloseTo(1.0, within(1e-9));
  }

  @Test
  void statements_are_counted_by_accepted_message() {
    var from = Played.existing(0, 0);
    SurgeResult result =
        result(
            new ServerSamples(List.of(), List.of(new Statements("x", 3)), List.of(), List.of()),
            new Fact.Written(Played.CHAT, from, from, 1, Played.at(0)),
            new Fact.Accepted(from, from, 1, Played.at(1)),
            new Fact.Written(Played.CHAT, from, from, 2, Played.at(0)),
            new Fact.Accepted(from, from, 2, Played.at(1)));
    assertThat(result.servers().statements()).containsExactly(new StatementKind("x", 3, 1.5));
  }

  @Test
  void sockets_of_gateways_and_marks_are_passed_on() {
    SurgeResult result =
        result(
            new ServerSamples(
                List.of(),
                List.of(),
                List.of(new Gateway("gateway-0", List.of(new Sockets(Played.at(1200), 17)))),
                List.of(new Mark(Played.at(2500), "gateway-0 killed"))),
            new Fact.Census(Played.at(0), 5, 0, 0, 0));
    Series sockets = result.timeline().sockets().getFirst();
    assertThat(sockets.name()).isEqualTo("gateway-0");
    assertThat(sockets.values().get(0)).isNaN();
    assertThat(sockets.values().get(1)).isEqualTo(17);
    assertThat(result.timeline().marks())
        .containsExactly(new Timeline.Mark(2.5, "gateway-0 killed"));
  }

  @Test
  void a_census_holds_until_the_next_and_all_generators_are_summed() {
    Figures figures = new Figures(Played.SCENARIO, Played.until(4000));
    List.of(
            new Fact.Census(Played.at(-1000), 10, 3, 1, 5 * CPU_MS),
            new Fact.Census(Played.at(1100), 20, 6, 2, 6 * CPU_MS),
            new Fact.Census(Played.at(1900), 30, 9, 3, 9 * CPU_MS))
        .forEach(figures.generator());
    List.of(
            new Fact.Census(Played.at(2000), 100, 120, 40, 1 * CPU_MS),
            new Fact.Census(Played.at(3000), 90, 150, 50, 2 * CPU_MS))
        .forEach(figures.generator());
    SurgeResult result = figures.result(Played.SETTING, ServerSamples.NONE, List.of());
    assertThat(result.timeline().sockets().getFirst().values())
        .containsExactly(10.0, 30.0, 130.0, 120.0);
    assertThat(result.timeline().waitingLine()).containsExactly(1.0, 3.0, 43.0, 53.0);
    assertThat(result.timeline().openSignUps()).containsExactly(3.0, 9.0, 129.0, 159.0);
    assertThat(result.generator().phones()).isEqualTo(130);
    assertThat(result.generator().processes()).isEqualTo(2);
    assertThat(result.generator().cpuMicrosPerMessage()).isNaN();
  }

  @Test
  void the_generators_cpu_is_that_of_the_run_by_message() {
    var from = Played.existing(0, 0);
    SurgeResult result =
        result(
            ServerSamples.NONE,
            new Fact.Census(Played.at(-1000), 10, 3, 1, 5 * CPU_MS),
            new Fact.Written(Played.CHAT, from, from, 1, Played.at(0)),
            new Fact.Written(Played.CHAT, from, from, 2, Played.at(0)),
            new Fact.Census(Played.at(3000), 10, 3, 1, 8 * CPU_MS));
    assertThat(result.generator().cpuMicrosPerMessage()).isEqualTo(1500);
  }

  @Test
  void refusals_are_counted_with_the_times_that_they_named() {
    var who = Played.existing(0, 0);
    SurgeResult result =
        result(
            ServerSamples.NONE,
            new Fact.Refused(who, "send", Played.at(-1), "OVERLOADED", 900),
            new Fact.Refused(who, "send", Played.at(1), "OVERLOADED", 100),
            new Fact.Refused(who, "send", Played.at(2), "OVERLOADED", 0),
            new Fact.Refused(who, "send", Played.at(3), "OVERLOADED", 300),
            new Fact.Refused(who, "connect", Played.at(3), "FULL", 0));
    assertThat(result.refusals())
        .extracting(each -> each.reason() + ' ' + each.count())
        .containsExactly("connect: FULL 1", "send: OVERLOADED 3");
    assertThat(result.refusals().getFirst().returnAfterP50Ms()).isNaN();
    assertThat(result.refusals().getLast().returnAfterP50Ms()).isEqualTo(100);
    assertThat(result.refusals().getLast().returnAfterMaxMs()).isEqualTo(300);
  }

  @Test
  void what_a_message_costs_is_of_the_run_and_its_messages_alone() {
    Fact.Who from = Played.existing(0, 0);
    Fact.Who to = Played.newcomer(0);
    SurgeResult result =
        result(
            new ServerSamples(
                List.of(), List.of(new Statements("INSERT", 6)), List.of(), List.of()),
            new Fact.Written(Played.CHAT, from, to, 1, Played.at(-3000)),
            new Fact.Accepted(from, to, 1, Played.at(-2900)),
            new Fact.Census(Played.at(-1000), 10, 3, 1, 5 * CPU_MS),
            new Fact.Written(Played.CHAT, from, to, 2, Played.at(1000)),
            new Fact.Accepted(from, to, 2, Played.at(1100)),
            new Fact.Written(Played.CHAT, from, to, 3, Played.at(1000)),
            new Fact.Census(Played.at(3000), 10, 3, 1, 8 * CPU_MS),
            // As it finishes.
            new Fact.Census(Played.at(4001), 10, 3, 1, 100 * CPU_MS));
    assertThat(result.servers().statements().getFirst().perMessage()).isEqualTo(6);
    assertThat(result.servers().acceptedInRun()).isEqualTo(1);
    assertThat(result.ledger().accepted()).isEqualTo(2);
    assertThat(result.generator().cpuMicrosPerMessage()).isEqualTo(1500);
  }
}
