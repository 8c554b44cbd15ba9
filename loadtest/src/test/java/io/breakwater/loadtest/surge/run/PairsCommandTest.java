package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class PairsCommandTest {
  private final StringWriter err = new StringWriter();

  @TempDir private Path directory;

  private int pairs(String... arguments) {
    return new CommandLine(new SurgeCommand())
        .setErr(new PrintWriter(err))
        .setOut(new PrintWriter(new StringWriter()))
        .execute(arguments);
  }

  @Test
  void names_an_option_that_makes_no_sense_and_what_it_should_be() {
    String report = "--report=" + directory;
    assertThat(pairs("pairs", "monday-9am", report, "--pairs=0")).isEqualTo(2);
    assertThat(pairs("pairs", "monday-9am", report, "--limit=-1")).isEqualTo(2);
    assertThat(pairs("pairs", "monday-9am")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--pairs=0 (expected: 1..100)")
        .contains("--limit=-1.0 (expected: > 0)")
        .contains("Missing required option: '--report=DIR'");
  }
}
