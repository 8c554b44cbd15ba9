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
    assertThat(surge("monday-9am", "--target", "127.0.0.1:1", "--gateways", "2")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--impatient=2.0 (expected: 0..1)")
        .contains("quota: 'gateway=none' (expected: ")
        .contains("--heartbeat=1 (expected: 10..590)")
        .contains("--target: with --quota, --gateways or --delivery");
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
