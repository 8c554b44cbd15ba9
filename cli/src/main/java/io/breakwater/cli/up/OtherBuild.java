package io.breakwater.cli.up;

import io.breakwater.cli.process.StartFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * Another build of one server, for tests, from the environment: {@code BREAKWATER_DELIVERY_BUILD}
 * and so on.
 *
 * @param jar goes before the server's own class path
 * @param main the {@code Main-Class} of its manifest
 */
record OtherBuild(Path jar, String main) {
  /** That of this process's environment, if it names one. */
  static Optional<OtherBuild> of(String module) {
    return of(module, System.getenv());
  }

  /**
   * That of an environment, if it names one.
   *
   * @throws StartFailure if it cannot be used
   */
  static Optional<OtherBuild> of(String module, Map<String, String> environment) {
    String variable = "BREAKWATER_" + module.toUpperCase(Locale.ROOT) + "_BUILD";
    String jar = environment.getOrDefault(variable, "");
    return jar.isBlank()
        ? Optional.empty()
        : Optional.of(new OtherBuild(Path.of(jar), main(variable, jar)));
  }

  private static String main(String variable, String jar) {
    try (JarFile file = new JarFile(jar)) {
      Manifest manifest = file.getManifest();
      String main =
          manifest == null
              ? null
              : manifest.getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
      if (main != null) {
        return main;
      }
    } catch (IOException e) {
      throw new StartFailure(
          "%s: %s (expected: a jar that can be read; %s)".formatted(variable, jar, e.getMessage()));
    }
    throw new StartFailure("%s: %s (expected: a jar with a Main-Class)".formatted(variable, jar));
  }
}
