package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.surge.report.Reports;
import io.breakwater.loadtest.surge.report.SyntheticRun;
import io.breakwater.loadtest.surge.scenario.Scenarios;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class SurgeCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int surge(String... arguments) {
    return new CommandLine(new SurgeCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  void lists_the_scenarios_that_are_shipped() throws IOException {
    assertThat(surge()).isZero();
    assertThat(out.toString()).contains(Scenarios.shipped());
  }

  @Test
  void describes_what_it_would_play_and_plays_nothing() {
    assertThat(surge("telegram-2021-10-04", "--describe", "--scale", "6000")).isZero();
    assertThat(out.toString())
        .contains("70 million new users in one day")
        .doesNotContain("ready after");
  }

  @Test
  void says_what_a_scenario_should_have_been() {
    assertThat(surge("nothing-of-the-kind")).isEqualTo(2);
    assertThat(err.toString()).contains("nothing-of-the-kind").contains("monday-9am");
  }

  @Test
  void names_an_option_that_makes_no_sense_and_what_it_should_be() {
    assertThat(surge("monday-9am", "--impatient", "2")).isEqualTo(2);
    assertThat(surge("monday-9am", "--quota", "gateway=none")).isEqualTo(2);
    assertThat(surge("monday-9am", "--heartbeat", "1")).isEqualTo(2);
    assertThat(surge("monday-9am", "--times", "chat=-1")).isEqualTo(2);
    assertThat(surge("monday-9am", "--times", "chatter=1", "--describe")).isEqualTo(2);
    assertThat(surge("monday-9am", "--target", "127.0.0.1:1", "--gateways", "2")).isEqualTo(2);
    assertThat(surge("monday-9am", "--wait", "0", "--describe")).isEqualTo(2);
    assertThat(surge("monday-9am", "--quota-from", "5", "--describe")).isEqualTo(2);
    assertThat(surge("monday-9am", "--quota", "gateway=1", "--quota-from", "3601", "--describe"))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains("--wait=0 (expected: 1..3600)")
        .contains("--quota-from: without --quota")
        .contains("--quota-from=3601 (expected: 0..3600)")
        .contains("--impatient=2.0 (expected: 0..1)")
        .contains("quota: 'gateway=none' (expected: ")
        .contains("--times=chat=-1.0 (expected: 0..10000)")
        .contains("stream: chatter (expected: one of ")
        .contains("--heartbeat=1 (expected: 10..590)")
        .contains("--target: with --quota, --gateways or --delivery");
  }

  @Test
  void starts_nothing_with_arguments_that_make_no_sense_for_the_scenario(@TempDir Path directory)
      throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThat(surge("monday-9am", "--target", "nowhere")).isEqualTo(2);
    assertThat(surge("gateway-loss", "--target", "127.0.0.1:1")).isEqualTo(2);
    assertThat(surge("monday-9am", "--scale", "1")).isEqualTo(2);
    assertThat(surge("monday-9am", "--report", file + "/below")).isEqualTo(2);
    assertThat(err.toString())
        .contains("gateway: 'nowhere'")
        .contains("--target: the scenario has kill-gateway")
        .contains("generators: 51")
        .contains("--report=" + file);
    assertThat(out.toString()).doesNotContain("seed:");
  }

  @Test
  void a_run_that_came_to_no_end_is_told_from_one_that_is_void(@TempDir Path directory)
      throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThat(surge("monday-9am", "--scale", "1000", "--data", file.toString())).isEqualTo(4);
    assertThat(out.toString()).contains("no end: ", file.toString()).doesNotContain("void");
    assertThat(new CommandLine(new SurgeCommand()).getCommandSpec().exitCodeOnExecutionException())
        .isEqualTo(4);
  }

  @Test
  void says_how_to_repeat_a_run_whose_seed_was_drawn() {
    assertThat(SurgeCommand.command(List.of("surge", "my day.yaml"), OptionalLong.of(17)))
        .isEqualTo("./breakwater surge 'my day.yaml' --seed 17");
    assertThat(SurgeCommand.command(List.of("surge", "x", "--seed=3"), OptionalLong.empty()))
        .isEqualTo("./breakwater surge x --seed=3");
    assertThat(
            SurgeCommand.command(
                List.of("surge", "--data", "here", "x", "--report=there", "--seed", "3"),
                OptionalLong.empty()))
        .isEqualTo("./breakwater surge x --seed 3");
  }

  @Test
  void every_option_is_in_the_documents() throws IOException {
    String document = Files.readString(Path.of("..", "docs", "configuration.md"));
    CommandLine surge = new CommandLine(new SurgeCommand());
    CommandLine compare = Objects.requireNonNull(surge.getSubcommands().get("compare"));
    CommandLine pairs = Objects.requireNonNull(surge.getSubcommands().get("pairs"));
    assertThat(
            Stream.of(surge, compare, pairs)
                .flatMap(each -> each.getCommandSpec().options().stream()))
        .flatExtracting(option -> List.of(option.names()))
        .filteredOn(name -> !List.of("-h", "--help", "-V", "--version").contains(name))
        .allSatisfy(name -> assertThat(section(document)).contains("\n| `" + name + "` |"));
  }

  private static String section(String document) {
    int from = document.indexOf("### `./breakwater surge`");
    return document.substring(from, document.indexOf("\n## ", from));
  }

  @Test
  void puts_kept_results_side_by_side(@TempDir Path directory) throws IOException {
    Path one = result(directory.resolve("one"), 1);
    Path two = result(directory.resolve("two"), 2);
    Path page = directory.resolve("page.html");

    int status = surge("compare", "1=" + one, "2=" + two, "--page", page.toString());

    assertThat(status).isZero();
    assertThat(Files.readString(page)).contains("side by side").contains("gateways");
  }

  @Test
  void refuses_to_compare_what_is_no_result(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("result.json"), "{}");
    String page = directory.resolve("page.html").toString();
    assertThat(surge("compare", "a=" + file, "--page", page)).isEqualTo(2);
    assertThat(surge("compare", "a", "--page", page)).isEqualTo(2);
    assertThat(err.toString()).contains(file.toString()).contains("'a' (expected: NAME=FILE)");
    assertThat(Path.of(page)).doesNotExist();
  }

  private static Path result(Path directory, int gateways) throws IOException {
    Reports.write(SyntheticRun.with(gateways, gateways), directory);
    return directory.resolve(Reports.RESULT);
  }
}
