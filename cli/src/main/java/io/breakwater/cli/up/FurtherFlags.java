package io.breakwater.cli.up;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * JVM flags of one server from the environment: {@code BREAKWATER_DELIVERY_JVM} and so on. They
 * come after those of {@code up}, and so win over them.
 */
final class FurtherFlags {
  private FurtherFlags() {}

  /** Those of this process's environment. */
  static List<String> of(String module) {
    return of(module, System.getenv());
  }

  /** Separated by blanks; none if there is no such variable. */
  static List<String> of(String module, Map<String, String> environment) {
    String flags =
        environment.getOrDefault("BREAKWATER_" + module.toUpperCase(Locale.ROOT) + "_JVM", "");
    return Arrays.stream(flags.split(" ", -1)).filter(flag -> !flag.isBlank()).toList();
  }
}
