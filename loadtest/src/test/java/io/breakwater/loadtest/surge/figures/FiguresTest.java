package io.breakwater.loadtest.surge.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.facts.FactWriter;
import io.breakwater.loadtest.surge.report.result.Phase;
import io.breakwater.loadtest.surge.report.result.PhaseFigures;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import io.breakwater.loadtest.surge.report.result.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FiguresTest {
  /** Three digits of a histogram. */
  private static final Percentage ROUNDING = Percentage.withPercentage(0.11);

  private static final Offset<Double> EXACT = within(1e-6);

  @TempDir Path directory;

  @Test
  void figures_are_those_found_by_looking_through_all_facts_again_and_again() {
    List<List<Fact>> generators = MadeUpRun.facts(1);
    SurgeResult result = Played.result(MadeUpRun.span(), generators);
    NaiveFigures naive = new NaiveFigures(MadeUpRun.span(), generators);
    List<String> compared = new ArrayList<>();
    for (Phase phase : Phase.values()) {
      for (int population : List.of(Played.EXISTING, Played.NEWCOMERS)) {
        List<NaiveFigures.Time> times = naive.times(phase, population);
        if (!times.isEmpty()) {
          compare(Played.phase(result, phase, population), times);
          compareSeries(result, phase, population, times);
          compared.add(phase.key() + ' ' + population);
        }
      }
    }
    assertThat(result.phases()).hasSameSizeAs(compared).hasSizeGreaterThan(9);
    assertThat(result.ledger()).isEqualTo(naive.ledger());
    assertThat(result.ledger().unaccounted()).isPositive();
    assertThat(result.ledger().waiting()).isPositive();
  }

  private static void compare(PhaseFigures figures, List<NaiveFigures.Time> times) {
    String what = figures.phase() + " of " + figures.population();
    assertThat(figures.count()).as(what).isEqualTo(times.size());
    assertThat(figures.open())
        .as(what)
        .isEqualTo(times.stream().filter(each -> each.endNanos().isEmpty()).count());
    assertThat(List.of(figures.p50Ms(), figures.p90Ms(), figures.p99Ms()))
        .as(what)
        .zipSatisfy(
            List.of(50.0, 90.0, 99.0),
            (measured, percentile) ->
                assertThat(measured)
                    .isCloseTo(NaiveFigures.percentileMs(times, percentile), ROUNDING));
    assertThat(figures.p999Ms())
        .as(what)
        .isCloseTo(NaiveFigures.percentileMs(times, 99.9), ROUNDING);
    assertThat(figures.maxMs()).as(what).isCloseTo(NaiveFigures.percentileMs(times, 100), ROUNDING);
  }

  private static void compareSeries(
      SurgeResult result, Phase phase, int population, List<NaiveFigures.Time> times) {
    String name = Played.SCENARIO.populations().get(population).name();
    Timeline.Latencies series =
        result.timeline().latencies().stream()
            .filter(each -> each.phase() == phase && each.population().equals(name))
            .findFirst()
            .orElseThrow();
    assertThat(series.p50Ms()).hasSize(33);
    for (int second = 0; second < series.p50Ms().size(); second++) {
      long from = Played.at(second * 1000.0);
      List<NaiveFigures.Time> ended =
          times.stream()
              .filter(
                  each ->
                      each.endNanos().isPresent()
                          && each.endNanos().get() >= from
                          && each.endNanos().get() < from + 1_000_000_000)
              .toList();
      String what = "second " + second + " of " + phase + " of " + name;
      if (ended.isEmpty()) {
        assertThat(series.p99Ms().get(second)).as(what).isNaN();
      } else {
        assertThat(series.p50Ms().get(second))
            .as(what)
            .isCloseTo(NaiveFigures.percentileMs(ended, 50), EXACT);
        assertThat(series.p99Ms().get(second))
            .as(what)
            .isCloseTo(NaiveFigures.percentileMs(ended, 99), EXACT);
      }
    }
  }

  @Test
  void files_in_any_order_give_the_same_result() throws IOException {
    List<Path> files = new ArrayList<>();
    for (List<Fact> facts : MadeUpRun.facts(2)) {
      files.add(write("facts-" + files.size(), facts));
    }
    String first = read(files).json();
    for (int seed = 0; seed < 6; seed++) {
      Collections.shuffle(files, new Random(seed));
      assertThat(read(files).json()).isEqualTo(first);
    }
    assertThat(first).isEqualTo(Played.result(MadeUpRun.span(), MadeUpRun.facts(2)).json());
  }

  private Path write(String name, List<Fact> facts) throws IOException {
    Path file = directory.resolve(name);
    try (FactWriter writer = FactWriter.to(file)) {
      for (Fact fact : facts) {
        writer.write(fact);
      }
    }
    return file;
  }

  private static SurgeResult read(List<Path> files) throws IOException {
    Figures figures = new Figures(Played.SCENARIO, MadeUpRun.span());
    for (Path file : files) {
      figures.read(file);
    }
    return figures.result(Played.SETTING, ServerSamples.NONE, List.of());
  }

  @Test
  void is_asked_once_and_after_facts_were_read() {
    Figures figures = new Figures(Played.SCENARIO, MadeUpRun.span());
    assertThatThrownBy(() -> figures.result(Played.SETTING, ServerSamples.NONE, List.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("generators: 0");
    figures.generator().accept(new Fact.Census(Played.at(0), 1, 0, 0, 0));
    figures.result(Played.SETTING, ServerSamples.NONE, List.of());
    assertThatThrownBy(() -> figures.result(Played.SETTING, ServerSamples.NONE, List.of()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void names_a_file_that_is_of_another_scenario() throws IOException {
    Path file =
        write("other", List.of(new Fact.Due(4, Played.at(0), Played.at(0), Fact.By.SOMEBODY)));
    assertThatThrownBy(() -> new Figures(Played.SCENARIO, MadeUpRun.span()).read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("stream: 4 (expected: 0..3)");
    Path strange =
        write("strange", List.of(new Fact.CaughtUp(new Fact.Who(2, 0, 0), Played.at(0))));
    assertThatThrownBy(() -> new Figures(Played.SCENARIO, MadeUpRun.span()).read(strange))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("population: 2 (expected: 0..1)");
  }

  @Test
  void reads_a_million_facts() throws IOException {
    int messages = 250_000;
    Path file = directory.resolve("many");
    try (FactWriter writer = FactWriter.to(file)) {
      for (int i = 0; i < messages; i++) {
        var from = Played.newcomer(i % 5000);
        var to = Played.existing(i % 300, 0);
        double ms = i * 0.1;
        writer.write(new Fact.Due(Played.CHAT, Played.at(ms), Played.at(ms), Fact.By.SOMEBODY));
        writer.write(new Fact.Written(Played.CHAT, from, to, i, Played.at(ms)));
        writer.write(new Fact.Accepted(from, to, i, Played.at(ms + 5)));
        writer.write(new Fact.Delivered(from, to, i, Played.at(ms + 9)));
      }
    }
    long bytesBefore = usedBytes();
    Figures figures = new Figures(Played.SCENARIO, MadeUpRun.span());
    long began = System.nanoTime();
    figures.read(file);
    long read = System.nanoTime();
    long heldBytes = usedBytes() - bytesBefore;
    long asked = System.nanoTime();
    SurgeResult result = figures.result(Played.SETTING, ServerSamples.NONE, List.of());
    long done = System.nanoTime();
    System.out.printf(
        "%d facts in %d KiB: read in %d ms, figures in %d ms; bytes for each message: %d, then %d%n",
        4 * messages,
        Files.size(file) >> 10,
        (read - began) / 1_000_000,
        (done - asked) / 1_000_000,
        heldBytes / messages,
        (usedBytes() - bytesBefore) / messages);
    assertThat(figures).isNotNull();
    assertThat(result.ledger().delivered()).isEqualTo(messages);
    assertThat(result.ledger().astray()).isZero();
  }

  private static long usedBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
