package io.breakwater.loadtest.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

final class SabotageTest {
  /**
   * A row of the table in docs/testing.md; delivery's tests hold it against what that build knows.
   */
  private static final Pattern ROW = Pattern.compile("^\\| `([a-z-]+)` \\|", Pattern.MULTILINE);

  @TempDir private Path root = Path.of("");

  @Test
  void the_documentation_has_each() throws IOException {
    String page =
        Files.readString(Path.of(System.getProperty("breakwater.root")).resolve("docs/testing.md"));
    String section = page.substring(page.indexOf("### Sabotage"));
    List<String> rows =
        ROW.matcher(section.substring(0, section.indexOf("\n## ")))
            .results()
            .map(each -> each.group(1))
            .toList();

    assertThat(rows)
        .containsExactlyElementsOf(
            Arrays.stream(Sabotage.values()).map(Sabotage::toString).toList());
  }

  @ParameterizedTest
  @EnumSource(Sabotage.class)
  void its_campaign_can_be_run(Sabotage sabotage) {
    ChaosOptions options =
        CommandLine.populateCommand(new ChaosOptions(), sabotage.campaign().toArray(String[]::new));

    assertThat(options.problem()).isEmpty();
    assertThat(options.schedule().steps()).isNotEmpty();
  }

  @Test
  void up_is_told_which_build_and_which_sabotage() throws IOException {
    Path target = Files.createDirectories(root.resolve("delivery/target"));
    Files.createFile(target.resolve("breakwater-delivery-1.jar"));
    Path jar = Files.createFile(target.resolve("breakwater-delivery-1-sabotage.jar"));

    assertThat(Sabotage.LEAK.environment(root))
        .containsEntry("BREAKWATER_DELIVERY_BUILD", jar.toString())
        .containsEntry("BREAKWATER_SABOTAGE", "leak")
        .hasSize(2);
  }

  @Test
  void says_that_the_test_build_is_missing() throws IOException {
    Path target = Files.createDirectories(root.resolve("delivery/target"));
    Files.createFile(target.resolve("breakwater-delivery-1.jar"));

    assertThatThrownBy(() -> Sabotage.LEAK.environment(root))
        .isInstanceOf(TrialFailure.class)
        .hasMessageStartingWith("no jar *-sabotage.jar in " + target);
  }
}
