package io.breakwater.cli.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An installed Java of a known feature version. */
public record JavaHome(Path path, int version) {
  private static final Pattern RELEASE =
      Pattern.compile("^JAVA_VERSION=\"(\\d+)", Pattern.MULTILINE);

  /**
   * Finds an installed Java, in this order: system property {@code breakwater.java<version>.home}
   * (which the launcher sets), environment {@code JAVA<version>_HOME} and {@code JAVA_HOME}, {@code
   * java} on the PATH, then where systems and SDKMAN put them.
   *
   * @throws StartFailure if there is none
   */
  public static JavaHome find(int version) {
    List<Path> places = candidates(version, System.getProperties(), System.getenv(), Path.of("/"));
    return first(version, places)
        .orElseThrow(
            () ->
                new StartFailure(
                    "no JDK %1$d found: install one (Debian: openjdk-%1$d-jdk) or set JAVA%1$d_HOME"
                        .formatted(version)));
  }

  /** The {@code java} program. */
  public String program() {
    return path.resolve("bin/java").toString();
  }

  static Optional<JavaHome> first(int version, List<Path> candidates) {
    return candidates.stream()
        .filter(home -> Files.isExecutable(home.resolve("bin/java")) && versionOf(home) == version)
        .findFirst()
        .map(home -> new JavaHome(home, version));
  }

  static List<Path> candidates(
      int version, Properties properties, Map<String, String> environment, Path fileSystem) {
    List<Path> homes = new ArrayList<>();
    add(homes, properties.getProperty("breakwater.java" + version + ".home"));
    add(homes, environment.get("JAVA" + version + "_HOME"));
    add(homes, environment.get("JAVA_HOME"));
    for (String directory : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      onPath(Path.of(directory, "java")).ifPresent(homes::add);
    }
    homes.addAll(children(fileSystem.resolve("usr/lib/jvm")));
    String user = properties.getProperty("user.home");
    if (user != null) {
      homes.addAll(children(Path.of(user, ".sdkman/candidates/java")));
    }
    for (Path bundle : children(fileSystem.resolve("Library/Java/JavaVirtualMachines"))) {
      homes.add(bundle.resolve("Contents/Home"));
    }
    return homes;
  }

  private static void add(List<Path> homes, @Nullable String home) {
    if (home != null && !home.isBlank()) {
      homes.add(Path.of(home));
    }
  }

  private static Optional<Path> onPath(Path program) {
    try {
      return Files.isExecutable(program)
          ? Optional.of(program.toRealPath().resolve("../..").normalize())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static List<Path> children(Path directory) {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(children::add);
    } catch (IOException e) {
      return List.of();
    }
    children.sort(null);
    return children;
  }

  private static int versionOf(Path home) {
    try {
      Matcher release = RELEASE.matcher(Files.readString(home.resolve("release")));
      return release.find() ? Integer.parseInt(release.group(1)) : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
