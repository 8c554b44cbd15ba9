package io.breakwater.loadtest.surge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.breakwater.loadtest.surge.scenario.model.Afterwards;
import io.breakwater.loadtest.surge.scenario.model.ArrivalStream;
import io.breakwater.loadtest.surge.scenario.model.Fact;
import io.breakwater.loadtest.surge.scenario.model.Fault;
import io.breakwater.loadtest.surge.scenario.model.Limit;
import io.breakwater.loadtest.surge.scenario.model.MessageShape.Payload;
import io.breakwater.loadtest.surge.scenario.model.Phase;
import io.breakwater.loadtest.surge.scenario.model.Popularity;
import io.breakwater.loadtest.surge.scenario.model.Population;
import io.breakwater.loadtest.surge.scenario.model.Reduction;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import io.breakwater.loadtest.surge.scenario.model.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ScenariosTest {
  private static List<String> mistakes(String yaml) {
    InvalidScenario invalid =
        catchThrowableOfType(InvalidScenario.class, () -> Scenarios.parse("all.yaml", yaml));
    return String.valueOf(invalid.getMessage()).lines().toList();
  }

  @Test
  void people_are_read() {
    assertThat(Examples.all().populations())
        .containsExactly(
            new Population("existing", Population.Kind.EXISTING, 10_000, 8_000, 2, 0.25, 4),
            new Population("newcomers", Population.Kind.NEWCOMERS, 0, 0, 1, 1, 0),
            new Population("crowd", Population.Kind.RETURNING, 3_000, 0, 1, 0, 0));
  }

  private static String content(String yaml) throws InvalidScenario {
    return Scenarios.parse("all.yaml", yaml).content();
  }

  @Test
  void what_is_played_has_a_digest() throws Exception {
    String content = content(Examples.ALL);
    assertThat(content).matches("[0-9a-f]{12}");
    assertThat(Examples.all().withImpatient(1).replayed(new Reduction(7, 3)).content())
        .isEqualTo(content);
    assertThat(content("# How it is written.\n" + Examples.ALL)).isEqualTo(content);
    assertThat(content(Examples.ALL.replaceFirst("title: .*", "title: Another.")))
        .isEqualTo(content);
    assertThat(content(Examples.ALL.replace("rate: 100/s", "rate: 101/s"))).isNotEqualTo(content);
    assertThat(content(Examples.ALL.replace("p99.9: 250ms", "p99: 250ms"))).isNotEqualTo(content);
    assertThat(Scenarios.shipped().stream().map(ScenariosTest::shipped).distinct())
        .hasSameSizeAs(Scenarios.shipped())
        .doesNotContain(content);
  }

  private static String shipped(String name) {
    try {
      return Scenarios.load(name).content();
    } catch (IOException | InvalidScenario e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void streams_are_read() {
    Scenario scenario = Examples.all();
    assertThat(scenario.stream("chat"))
        .isInstanceOfSatisfying(
            ArrivalStream.Messages.class, each -> assertThat(each.to()).isEqualTo("existing"));
    assertThat(scenario.stream("networks")).isInstanceOf(ArrivalStream.Reconnects.class);
    assertThat(scenario.stream("return"))
        .isInstanceOfSatisfying(
            ArrivalStream.Connects.class,
            each -> assertThat(each.stay()).contains(Duration.ofMinutes(10)));
    assertThat(scenario.stream("return").rate().expected()).isCloseTo(3600, within(1e-6));
    assertThat(scenario.stream("joining").rate().expected()).isCloseTo(36_000, within(1e-6));
    assertThat(scenario.stream("joining").rate().peak()).isCloseTo(20, within(1e-9));
    assertThat(scenario.stream("joining"))
        .isInstanceOfSatisfying(
            ArrivalStream.SignUps.class,
            each ->
                assertThat(each.then())
                    .contains(
                        new Afterwards(
                            3,
                            2,
                            Optional.of("existing"),
                            Duration.ofMinutes(10),
                            Optional.of(Duration.ofMinutes(20)))));
  }

  @Test
  void faults_and_limits_are_read() {
    Scenario scenario = Examples.all();
    assertThat(scenario.servers()).isEqualTo(new Servers(2, 2));
    assertThat(scenario.faults())
        .containsExactly(
            new Fault.KillGateway(Duration.ofMinutes(10), Optional.empty()),
            new Fault.KillDelivery(Duration.ofMinutes(15), Optional.of(Duration.ofMinutes(1))),
            new Fault.RestartGateways(Duration.ofMinutes(20), Duration.ofSeconds(30)),
            new Fault.RestartDeliveries(Duration.ofMinutes(25), Duration.ofSeconds(30)),
            new Fault.AddGateway(Duration.ofMinutes(30)),
            new Fault.HangUp(Duration.ofMinutes(40), "existing", 0.5, Duration.ofMinutes(5)));
    assertThat(scenario.limits())
        .containsExactly(
            new Limit.Latency(Phase.SEND_TO_DELIVERED, "existing", 99.9, Duration.ofMillis(250)),
            new Limit.Latency(Phase.RESUME, "existing", 100, Duration.ofSeconds(30)),
            new Limit.Goodput(Phase.SIGN_UP, "newcomers", 0.99),
            new Limit.Rate(Phase.SIGN_UP, "newcomers", 5));
  }

  @Test
  void facts_and_the_shape_of_messages_are_read() {
    Scenario scenario = Examples.all();
    assertThat(scenario.facts())
        .containsExactly(new Fact("It happened.", "Somebody who was there"));
    assertThat(scenario.small()).isEqualTo(new Reduction(10, 20));
    assertThat(scenario.message().orElseThrow().payload())
        .containsExactly(new Payload(160, 0.9), new Payload(2048, 0.1));
    assertThat(scenario.message().orElseThrow().popularity()).isEqualTo(new Popularity(0.8));
  }

  /** Old text, new text, where the mistake is, and how the line goes on. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          duration: 1h | duration: 1 | duration: | duration: '1' (expected: a duration above 0 such as 250ms, 15m or 6h)
          duration: 1h | length: 1h | name: | duration: missing (expected: a duration above 0 such as 250ms, 15m or 6h)
          rate: 1/s | rate: 810/m | rate: 1/s | streams.networks.rate: '810/m' (expected: a rate such as 810/s, 3k/min or 70M/day, or a list
          [30m, 2/s] | [30m, 2] | [30m, 2/s] | streams.return.rate: '2' (expected: a rate such as 810/s, 3k/min or 70M/day)
          [30m, 2/s] | [30m] | [30m, 2/s] | streams.return.rate: a list (expected: a rate
          [30m, 2/s] | [20m, 2/s] | - [0s, 0/s] | streams.return.rate: 20m after 30m (expected: times that rise from 0s to the duration)
          [30m, 2/s] | [2h, 2/s] | - [0s, 0/s] | streams.return.rate: goes on until 2h (expected: times that rise from 0s to the duration)
          [0s, 0/s] | [1s, 0/s] | - [0s, 0/s] | streams.return.rate: begins at 1s (expected: times that rise from 0s to the duration)
          rate: 1/s | rate: 0/s | rate: 1/s | streams.networks.rate: always 0 (expected: a rate above 0 at some time)
          online: 80% | online: 0.8 | existing: | populations.existing.online: '0.8' (expected: a share of 0% to 100%)
          impatient: 25% | impatient: 35% | existing: | populations.existing.behaviour: obedient, impatient (expected: obedient and impatient clients that make 100% together)
          devices: 2 | devices: 11 | existing: | populations.existing.devices: '11' (expected: a whole number of 1 to 10)
          kind: newcomers | kind: newcomers, users: 5 | newcomers: | populations.newcomers.users: '5' (expected: absent: newcomers are those who sign up)
          users: 3k | users: 3k, online: 5% | crowd: | populations.crowd.online: '5%' (expected: absent: who returns is not there at the begin)
          users: 3k | users: 0 | crowd: | populations.crowd.users: '0' (expected: a number
          kind: returning | kind: strangers | crowd: | populations.crowd.kind: 'strangers' (expected: one of existing, newcomers, returning)
          of: newcomers | of: existing | of: newcomers | streams.joining.of: 'existing' (expected: a population that is newcomers: one of newcomers)
          to: existing | to: nobody | then: | streams.joining.then.to: 'nobody' (expected: a population that is existing or returning: one of existing, crowd)
          messages: 2, to: existing, over: 10m, stay: 20m | messages: 0, stay: 20m | then: | streams.joining.then.to: missing (expected:
          over: 10m | over: 30m | then: | streams.joining.then.over: '30m' (expected: at most stay, 20m)
          factor: 2 | factor: 6 | bursts: | streams.joining.bursts.factor: '6' (expected: above 1, at most 5.000 = 1 + gap / length: bursts keep the mean)
          until: 50m | until: 5m | bursts: | streams.joining.bursts.until: 10m to 5m (expected: from before until, until at most the duration)
          160B: 90% | 160B: 80% | payload: | message.payload: 90.0000% (expected: sizes with shares that make 100% together)
          2KiB: 10% | 2KB: 10% | payload: | message.payload: '2KB' (expected: a size of 32B to 64KiB such as 160B)
          2KiB: 10% | 65KiB: 10% | payload: | message.payload: '65KiB' (expected: a size of 32B to 64KiB such as 160B)
          zipf 0.8 | zipf 4 | popularity: | message.conversations.popularity: 'zipf 4' (expected: uniform, or zipf
          of: pairs | of: groups | of: pairs | message.conversations.of: 'groups' (expected: pairs: groups cannot be played yet, only direct messages)
          of: pairs | groups: 10% | of: pairs | message.conversations.groups: '10%' (expected: pairs: groups cannot be played yet, only direct messages)
          kind: add-gateway | kind: add-cassandra | kind: add-gateway | faults[4].kind: 'add-cassandra' (expected: one of kill-gateway, kill-delivery, restart-gateways, restart-deliveries, add-gateway, hang-up)
          at: 40m | at: 60m | at: 40m | faults[5].at: '60m' (expected: before the end, 1h)
          at: 40m | at: 4m | at: 40m | faults[5].at: '4m' (expected: not before the fault above it)
          gateways: 2 | gateways: 1 | kind: kill-gateway | faults[0].kind: 'kill-gateway' (expected: more gateways under servers: none is left, and none comes back)
          share: 50% | share: 0% | kind: hang-up | faults[5].share: '0%' (expected: a share above 0%, at most 100%)
          gateways: 2 | gateways: 20 | servers: | servers.gateways: '20' (expected: a whole number of 1 to 9)
          max: 30s | max: 30s, p99: 1s | phase: resume | limits[1]: max and p99 (expected: exactly one of max, p99, goodput, rate)
          max: 30s | p100: 30s | phase: resume | limits[1]: missing (expected: exactly one of p50, p99, p99.9, max, goodput, rate)
          p99.9: 250ms | p99.9: 250 | p99.9 | limits[0].p99.9: '250' (expected: a duration above 0 such as 250ms, 15m or 6h)
          phase: resume | phase: sign-up | phase: resume | limits[1].phase: 'sign-up' (expected: something that existing do)
          phase: resume, of: existing | phase: resume, of: all | phase: resume | limits[1].of: 'all' (expected: one of existing, newcomers, crowd)
          stay: 10m | dwell: 10m | dwell | streams.return.dwell: unknown key (expected: one of bursts, diurnal, kind, of, rate, stay)
          model: The rest. | model: '' | model: | model: '' (expected: text)
          source: Somebody who was there | source: | source: | facts[0].source: '' (expected: text)
          name: everything | name: Every thing | name: | name: 'Every thing' (expected: a name of a-z, 0-9 and -, at most 40 characters)
          scale: 10 | scale: 0 | small: | small.scale: '0' (expected: a number above 0 such as 3 or 0.8)
          """)
  void a_mistake_is_told_with_its_line_key_and_value(
      String old, String replacement, String at, String message) {
    String yaml = Examples.with(old, replacement);
    assertThat(mistakes(yaml))
        .anySatisfy(
            line -> assertThat(line).matches("all\\.yaml:\\d+: .*").contains(": " + message));
    if (Examples.ALL.contains(at)) {
      assertThat(mistakes(yaml))
          .anySatisfy(line -> assertThat(line).startsWith("all.yaml:" + Examples.line(at) + ": "));
    }
  }

  @Test
  void all_mistakes_are_told_together() {
    String yaml = Examples.with("online: 80%", "online: 8").replace("replies: 40%", "replies: 4");
    assertThat(mistakes(yaml))
        .hasSize(2)
        .satisfiesExactly(
            line -> assertThat(line).contains("populations.existing.online: '8'"),
            line -> assertThat(line).contains("message.replies: '4'"));
  }

  @Test
  void more_connects_than_people_who_are_away_are_refused() {
    assertThat(mistakes(Examples.with("    stay: 10m\n", "")))
        .singleElement()
        .asString()
        .endsWith(
            "streams.return.rate: 3600 arrivals (expected: at most the 3000 of crowd who are not online, or a stay)");
  }

  @Test
  void people_who_are_never_online_write_nothing() {
    assertThat(
            mistakes(
                Examples.with(
                        "kind: reconnects\n    of: existing", "kind: reconnects\n    of: crowd")
                    .replace("kind: connects\n    of: crowd", "kind: connects\n    of: existing")))
        .anySatisfy(
            line ->
                assertThat(line)
                    .endsWith(
                        "streams.networks.of: 'crowd' (expected: people who are online, or connect by another stream)"));
  }

  @Test
  void people_of_whom_nothing_is_heard_are_refused() {
    assertThat(
            mistakes(
                Examples.with(
                    "  crowd:",
                    "  nobody: {kind: newcomers, behaviour: {obedient: 100%}}\n  crowd:")))
        .singleElement()
        .asString()
        .contains("populations.nobody: kind, behaviour (expected: a stream of nobody");
  }

  @Test
  void messages_need_a_shape_and_a_shape_needs_messages() {
    String shape =
        Examples.ALL.substring(Examples.ALL.indexOf("message:"), Examples.ALL.indexOf("faults:"));
    assertThat(mistakes(Examples.with(shape, "")))
        .singleElement()
        .asString()
        .contains("message: missing (expected: how messages look");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "just text",
        "- a list",
        "a: [",
        "a: b\na: c\n",
        "a: b\n---\nb: c\n",
        "\tx: y"
      })
  void what_is_no_scenario_at_all_is_refused_with_a_line(String yaml) {
    assertThat(mistakes(yaml)).isNotEmpty().allMatch(line -> line.matches("all\\.yaml:\\d+: .*"));
  }

  @Test
  void a_key_that_comes_twice_is_refused() {
    assertThat(mistakes(Examples.with("model: The rest.", "model: One.\nmodel: Other.")))
        .containsExactly("all.yaml:7: model: a second time (expected: each key once)");
  }

  @Test
  void a_tag_constructs_nothing() {
    Scenario scenario =
        Examples.parse(Examples.with("title: One of each.", "title: !!java.net.URL One of each."));
    assertThat(scenario.title()).isEqualTo("One of each.");
  }

  @Test
  void a_file_is_read_by_its_path(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("mine.yaml"), Examples.ALL);
    assertThat(Scenarios.load(file.toString()).name()).isEqualTo("everything");
  }

  @Test
  void the_example_of_the_documentation_is_a_scenario() throws Exception {
    Path root = Path.of(System.getProperty("breakwater.root", "."));
    String page = Files.readString(root.resolve("docs/scenarios.md"));
    int begin = page.indexOf("```yaml\n") + "```yaml\n".length();
    Scenario example = Examples.parse(page.substring(begin, page.indexOf("```", begin)));
    assertThat(example.name()).isEqualTo("example");
  }

  @Test
  void who_asks_for_what_is_not_there_is_told_what_is() {
    assertThatThrownBy(() -> Scenarios.load("telegram"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "scenario: 'telegram' (expected: a file, or one of telegram-2021-10-04, ");
  }

  @Test
  void the_same_can_be_played_with_obedient_clients() {
    assertThat(Examples.all().withImpatient(0).populations())
        .allMatch(population -> population.impatient() == 0);
  }
}
