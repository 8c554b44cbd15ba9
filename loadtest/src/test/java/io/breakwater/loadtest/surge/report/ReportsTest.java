package io.breakwater.loadtest.surge.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.breakwater.loadtest.surge.report.page.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportsTest {
  /** Kept, to be looked at in a browser after a change of the pages. */
  private static final Path LOOK = Path.of("target", "surge-report");

  @Test
  void leaves_a_page_and_a_result_that_can_be_read_again() throws IOException {
    Path page = Reports.write(SyntheticRun.passed(), LOOK.resolve("passed"));
    assertThat(page).hasFileName("report.html").content().contains("Passed");
    assertThat(Reports.read(page.resolveSibling("result.json")).json())
        .isEqualTo(SyntheticRun.passed().json());
    Reports.write(SyntheticRun.failed(), LOOK.resolve("failed"));
    Reports.write(SyntheticRun.late(), LOOK.resolve("void"));
  }

  @Test
  void replaces_an_earlier_report(@TempDir Path directory) throws IOException {
    Reports.write(SyntheticRun.late(), directory);
    Path page = Reports.write(SyntheticRun.passed(), directory);
    assertThat(Reports.read(directory.resolve("result.json")).json())
        .isEqualTo(SyntheticRun.passed().json());
    assertThat(page).content().doesNotContain("Void");
  }

  @Test
  void says_which_file_is_no_result(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("other.json"), "{\"format\": 7}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reports.read(file))
        .withMessageContaining("other.json")
        .withMessageContaining("format: '7' (expected: 1)");
  }

  @Test
  void puts_runs_side_by_side_in_a_file() throws IOException {
    Files.createDirectories(LOOK);
    Path byNumber =
        Reports.compare(
            "gateways",
            List.of(groupOf(1), groupOf(2), groupOf(4)),
            LOOK.resolve("comparison.html"));
    assertThat(byNumber).content().contains("4 gateways");
    Path byName =
        Reports.compare(
            "gateways",
            List.of(
                new Group(
                    "calm", Double.NaN, List.of(SyntheticRun.with(2, 7), SyntheticRun.with(2, 8))),
                new Group(
                    "surge", Double.NaN, List.of(SyntheticRun.with(2, 9), SyntheticRun.late()))),
            LOOK.resolve("pairs.html"));
    assertThat(byName)
        .content()
        .contains("calm")
        .contains("Void runs, and those that failed by the ledger, are left out");
  }

  private static Group groupOf(int gateways) {
    return new Group(
        gateways == 1 ? "1 gateway" : gateways + " gateways",
        gateways,
        List.of(
            SyntheticRun.with(gateways, 11),
            SyntheticRun.with(gateways, 12),
            SyntheticRun.with(gateways, 13)));
  }
}
