package io.breakwater.delivery.sabotage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.delivery.DeliveryMain;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SabotageTest {
  /**
   * A row of the table in docs/testing.md; loadtest's tests hold it against what campaigns know.
   */
  private static final Pattern ROW = Pattern.compile("^\\| `([a-z-]+)` \\|", Pattern.MULTILINE);

  @ParameterizedTest
  @EnumSource(Sabotage.class)
  void each_is_known_by_its_name(Sabotage sabotage) {
    assertThat(Sabotage.named(sabotage.toString())).isEqualTo(sabotage);
    assertThat(Sabotage.named(sabotage.toString().toUpperCase(Locale.ROOT))).isEqualTo(sabotage);
  }

  @Test
  void another_name_is_refused_with_the_list() {
    assertThatThrownBy(() -> Sabotage.named("skip-lunch"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("sabotage: 'skip-lunch' (expected: one of ack-before-durable, ")
        .hasMessageContaining("skip-recovery");
  }

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

  /** The production jar holds exactly what was compiled from the main sources. */
  @Test
  void production_classes_have_none_of_it() throws IOException, URISyntaxException {
    Path classes =
        Path.of(DeliveryMain.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      assertThat(files.map(file -> classes.relativize(file).toString()))
          .contains("io/breakwater/delivery/DeliveryMain.class")
          .noneMatch(name -> name.toLowerCase(Locale.ROOT).contains("sabotage"))
          .doesNotContain("io/breakwater/delivery/lane/LaneFactory.class");
    }
  }
}
