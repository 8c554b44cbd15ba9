package io.breakwater.common.config;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/**
 * Reads a {@code @ConfigMapping} interface. Every value may be given as an environment variable
 * ({@code breakwater.gateway.port} as {@code BREAKWATER_GATEWAY_PORT}) or as a system property,
 * which wins.
 */
public final class Settings {
  private Settings() {}

  /**
   * Reads the process's configuration.
   *
   * @throws InvalidSettings if any value is missing or malformed; its message has a line for each
   */
  public static <T> T load(Class<T> mapping) {
    return read(new SmallRyeConfigBuilder().addDefaultSources(), mapping);
  }

  /** Reads from these values alone; see {@link #load}. */
  public static <T> T from(Map<String, String> values, Class<T> mapping) {
    return read(new SmallRyeConfigBuilder().withDefaultValues(values), mapping);
  }

  private static <T> T read(SmallRyeConfigBuilder builder, Class<T> mapping) {
    try {
      return builder
          .addDiscoveredConverters()
          .addDefaultInterceptors()
          .withMapping(mapping)
          .withValidateUnknown(false)
          .build()
          .getConfigMapping(mapping);
    } catch (ConfigValidationException e) {
      StringBuilder problems = new StringBuilder("configuration:");
      for (int i = 0; i < e.getProblemCount(); i++) {
        problems.append("\n  ").append(plain(e.getProblem(i).getMessage()));
      }
      throw new InvalidSettings(problems.toString());
    } catch (IllegalArgumentException e) {
      // What cannot be converted is reported by itself, and first.
      throw new InvalidSettings("configuration:\n  " + plain(String.valueOf(e.getMessage())));
    }
  }

  /** Without the library's numbers of messages. */
  private static String plain(String problem) {
    return problem.replaceAll("(java\\.lang\\.\\w+: )?SRCFG\\d+:? ", "");
  }

  /** The configuration cannot be used; the message names each value and what was expected. */
  public static final class InvalidSettings extends RuntimeException {
    InvalidSettings(String problems) {
      super(problems);
    }
  }
}
