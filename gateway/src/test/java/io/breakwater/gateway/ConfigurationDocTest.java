package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/configuration.md names every setting with its environment variable and its default. */
final class ConfigurationDocTest {
  @ParameterizedTest
  @ValueSource(classes = GatewayKeys.class)
  void every_setting_stands_in_the_documentation_with_its_default(Class<?> mapping)
      throws IOException {
    Path page = Path.of(System.getProperty("breakwater.root", ".."), "docs", "configuration.md");
    check(mapping.getAnnotation(ConfigMapping.class).prefix(), mapping, Files.readAllLines(page));
  }

  private static void check(String prefix, Class<?> mapping, List<String> lines) {
    assertThat(mapping.getDeclaredMethods()).isNotEmpty();
    for (Method setting : mapping.getDeclaredMethods()) {
      String key = prefix + '.' + nameOf(setting);
      if (setting.getReturnType().getEnclosingClass() == mapping) {
        check(key, setting.getReturnType(), lines);
      } else {
        assertThat(lines).as(key).anyMatch(line -> describes(line, key, setting));
      }
    }
  }

  private static boolean describes(String line, String key, Method setting) {
    String environment = key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    WithDefault value = setting.getAnnotation(WithDefault.class);
    return line.startsWith("|")
        && line.contains('`' + environment + '`')
        && (value == null || line.replace("`", "").contains("| " + value.value() + " |"));
  }

  private static String nameOf(Method setting) {
    WithName name = setting.getAnnotation(WithName.class);
    return name != null
        ? name.value()
        : setting.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
