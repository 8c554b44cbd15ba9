package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.surge.report.Reports;
import io.breakwater.loadtest.surge.report.SyntheticRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class PairsCommandTest {
  private static final String ROOT = "breakwater.root";

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

  @Test
  void names_a_surge_that_has_no_name_of_its_own() {
    String report = "--report=" + directory;
    assertThat(pairs("pairs", "monday-9am", report, "--surge=3x:--scale 3", "--surge=--scale 9"))
        .isEqualTo(2);
    assertThat(pairs("pairs", "monday-9am", report, "--surge=calm:--scale 3")).isEqualTo(2);
    assertThat(pairs("pairs", "monday-9am", report, "--surge=a:", "--surge=a:")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--surge='--scale 9' (expected, of several: NAME:ARGS")
        .contains("--surge=calm:... (expected: a name of its own)")
        .contains("--surge=a:... (expected: a name of its own)");
  }

  /** The runs themselves are a script's here, which says what it was asked for. */
  @Test
  void plays_each_of_several_surges_after_a_calm_run_and_compares_them_with_that()
      throws IOException {
    Path made =
        Reports.write(SyntheticRun.passed(), directory.resolve("made"))
            .resolveSibling(Reports.RESULT);
    Path asked = directory.resolve("asked");
    Path script = directory.resolve("breakwater");
    Files.writeString(
        script,
        """
        #!/bin/bash
        echo "$*" >> '%s'
        cp '%s' "${@: -1}"
        """
            .formatted(asked, made));
    assertThat(script.toFile().setExecutable(true)).isTrue();
    String before = System.getProperty(ROOT);
    System.setProperty(ROOT, directory.toString());
    try {
      Path report = directory.resolve("report");
      assertThat(
              pairs(
                  "pairs",
                  "monday-9am",
                  "--pairs=2",
                  "--seed=7",
                  "--calm=--times joining=0",
                  "--surge=3x:--times joining=3",
                  "--surge=10x:--times joining=10",
                  "--report=" + report))
          .isZero();
      assertThat(Files.readAllLines(asked))
          .map(line -> line.replace(report.toString(), "DIR"))
          .containsExactly(
              "surge monday-9am --times joining=0 --seed 7 --report DIR/calm-1",
              "surge monday-9am --times joining=3 --seed 7 --report DIR/3x-1",
              "surge monday-9am --times joining=10 --seed 7 --report DIR/10x-1",
              "surge monday-9am --times joining=0 --seed 8 --report DIR/calm-2",
              "surge monday-9am --times joining=3 --seed 8 --report DIR/3x-2",
              "surge monday-9am --times joining=10 --seed 8 --report DIR/10x-2");
      assertThat(report.resolve("report-3x.html")).content().contains("calm → 3x");
      assertThat(report.resolve("report-10x.html")).content().contains("calm → 10x");
    } finally {
      if (before == null) {
        System.clearProperty(ROOT);
      } else {
        System.setProperty(ROOT, before);
      }
    }
  }
}
