package io.breakwater.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigMappings.ConfigClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** docs/configuration.md as the tests of each process read it. */
public final class ConfigurationPage {
  private ConfigurationPage() {}

  /**
   * Fails unless the page names every setting with its environment variable and its default.
   *
   * @param mapping as {@link Settings} takes it
   */
  public static void assertDescribes(Class<?> mapping) throws IOException {
    Path page = Path.of(System.getProperty("breakwater.root", ".."), "docs", "configuration.md");
    List<String> rows =
        Files.readAllLines(page).stream().filter(line -> line.startsWith("|")).toList();
    // The value is null where there is no default.
    Map<String, String> defaults = ConfigClass.configClass(mapping).getProperties();
    assertThat(defaults).isNotEmpty();
    defaults.forEach(
        (key, value) -> {
          // A list is listed twice: as itself and as its elements.
          if (!key.endsWith("[*]")) {
            assertThat(rows).as(key).anyMatch(row -> describes(row, key, value));
          }
        });
  }

  private static boolean describes(String row, String key, @Nullable String value) {
    String environment = key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    return row.contains('`' + environment + '`')
        && (value == null || row.replace("`", "").contains("| " + value + " |"));
  }
}
