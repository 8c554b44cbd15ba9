package io.breakwater.loadtest.bench.site;

import io.breakwater.loadtest.stack.Size;
import io.breakwater.loadtest.stack.Stack;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A way to run the servers that is compared with others.
 *
 * @param setup what differs from {@code ./breakwater up} without options
 */
public record Variant(String name, Stack.Setup setup) {
  /** Nothing differs. */
  public static final Variant USUAL = new Variant("usual", new Stack.Setup(List.of(), Map.of()));

  /** Commas may stand in a value: only one before the next key separates. */
  private static final String BETWEEN_SETTINGS = ",(?=[A-Z][A-Z0-9_]*=|--)";

  /**
   * Reads {@code NAME} or {@code NAME:KEY=VALUE,KEY=VALUE}. A key is a variable of the environment,
   * or an option of {@code up} if it begins with {@code --}.
   *
   * @throws IllegalArgumentException if it is not of that form
   */
  public static Variant of(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    List<String> options = new ArrayList<>();
    Map<String, String> environment = new HashMap<>();
    String settings = colon < 0 ? "" : text.substring(colon + 1);
    if (!settings.isEmpty()) {
      for (String setting : settings.split(BETWEEN_SETTINGS, -1)) {
        int equals = setting.indexOf('=');
        if (setting.startsWith("--")) {
          options.add(setting);
        } else if (equals > 0) {
          environment.put(setting.substring(0, equals), setting.substring(equals + 1));
        } else {
          throw malformed(text);
        }
      }
    }
    if (name.isEmpty()) {
      throw malformed(text);
    }
    Size size =
        new Size(
            take("--gateways=", options),
            take("--delivery=", options),
            take("--cassandra-nodes=", options));
    return new Variant(name, new Stack.Setup(options, environment, size));
  }

  /** How many servers of a kind; the stack passes that on itself. */
  private static int take(String option, List<String> options) {
    Optional<String> given = options.stream().filter(each -> each.startsWith(option)).findFirst();
    given.ifPresent(options::remove);
    try {
      return given.map(each -> Integer.parseInt(each.substring(option.length()))).orElse(1);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(given.orElse(option) + " (expected: " + option + "N)", e);
    }
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(text + " (expected: NAME:KEY=VALUE,...)");
  }
}
