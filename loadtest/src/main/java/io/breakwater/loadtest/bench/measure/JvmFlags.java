package io.breakwater.loadtest.bench.measure;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * With what a JVM runs: its release, its collector and largest heap, whoever chose them, and the
 * flags that it was given.
 */
public final class JvmFlags {
  private static final Pattern RELEASE = Pattern.compile("(?m)^JDK (\\S+)");
  private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use([A-Za-z0-9]+)GC\\b");
  private static final Pattern HEAP = Pattern.compile("-XX:MaxHeapSize=(\\d+)");

  /** Where something is or goes, and what every JVM of Breakwater is given: says nothing here. */
  private static final List<String> DULL =
      List.of(
          "-XX:SharedArchiveFile",
          "-XX:DumpLoadedClassList",
          "-XX:ErrorFile",
          "-XX:+ExitOnOutOfMemoryError",
          "-Dcassandra.config=",
          "-Dcassandra.storagedir",
          "-Dcassandra-foreground",
          "-Dlogback",
          "-Dfile.encoding",
          "-Djdk.attach");

  private JvmFlags() {}

  /** Those of a process, in one line. */
  public static String of(long pid) throws IOException {
    return text(
        Jcmd.ask(pid, "VM.version"),
        Jcmd.ask(pid, "VM.flags"),
        Arrays.asList(ProcFiles.read("/proc/" + pid + "/cmdline").split("\0", -1)));
  }

  /**
   * Pure.
   *
   * @param version answer to {@code VM.version}
   * @param flags answer to {@code VM.flags}
   * @param command program and arguments
   */
  static String text(String version, String flags, List<String> command) {
    String given =
        command.stream()
            .filter(word -> word.startsWith("-X") || word.startsWith("-D"))
            .filter(word -> DULL.stream().noneMatch(word::startsWith))
            .collect(Collectors.joining(" "));
    return "JDK %s, %s collector, heap up to %s MiB; %s"
        .formatted(
            found(RELEASE, version).orElse("unknown"),
            found(COLLECTOR, flags).orElse("unknown"),
            found(HEAP, flags).map(bytes -> Long.toString(Long.parseLong(bytes) >> 20)).orElse("?"),
            given);
  }

  private static Optional<String> found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
