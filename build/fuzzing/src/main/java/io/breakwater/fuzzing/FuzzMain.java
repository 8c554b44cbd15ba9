package io.breakwater.fuzzing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Fuzzes the targets of a module with Jazzer, which measures what each input reaches and goes on
 * from those that reach something new. Each target has a process of its own, and {@code
 * target/fuzz/NAME} for what it finds. The build runs this: {@code mvn verify -Dfuzz=NAME}.
 */
final class FuzzMain {
  /** An input that takes longer is a finding, s. */
  private static final int INPUT_TIMEOUT_S = 10;

  private static final int MOST_BYTES = 8_192;

  /** The first JDK that warns of what Jazzer does. */
  private static final int UNSAFE_WARNS_FROM = 23;

  private static final String INSTRUMENTED =
      "io.breakwater.**:com.google.protobuf.**:io.netty.handler.**";

  /** Breaks Netty's queues on JDK 25: it looks for a method that is not there. */
  private static final String BROKEN_HOOKS =
      "com.code_intelligence.jazzer.sanitizers.UnsafeSanitizer";

  private FuzzMain() {}

  /** Arguments: the module's directory, the name of a target or {@code all}, seconds for each. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path module = Path.of(args[0]);
    int seconds = Integer.parseInt(args[2]);
    List<String> failed = new ArrayList<>();
    for (FuzzTarget target : FuzzTarget.in(module)) {
      if ((args[1].equals("all") || args[1].equals(target.name()))
          && !survives(target, module.resolve("target/fuzz").resolve(target.name()), seconds)) {
        failed.add(target.name());
      }
    }
    if (!failed.isEmpty()) {
      System.err.println("fuzzing: findings of " + failed + ", see above");
      System.exit(1);
    }
  }

  private static boolean survives(FuzzTarget target, Path directory, int seconds)
      throws IOException, InterruptedException {
    System.out.println("fuzzing " + target.className() + " for " + seconds + " s");
    Path corpus = Files.createDirectories(directory.resolve("corpus"));
    List<byte[]> seeds = target.seeds();
    for (int i = 0; i < seeds.size(); i++) {
      Files.write(corpus.resolve("seed-" + i), seeds.get(i));
    }
    boolean survived = jazzer(target, directory, corpus, seconds) == 0;
    try (Stream<Path> files = Files.list(directory)) {
      for (Path finding : files.filter(FuzzMain::isFinding).sorted().toList()) {
        System.out.println(finding + ", as text for src/test/fuzz/" + target.name() + ":");
        System.out.print(HexText.format(Files.readAllBytes(finding)));
      }
    }
    return survived;
  }

  private static boolean isFinding(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.startsWith("crash-") || name.startsWith("timeout-") || name.startsWith("oom-");
  }

  private static String property(String name) {
    return String.valueOf(System.getProperty(name));
  }

  private static int jazzer(FuzzTarget target, Path directory, Path corpus, int seconds)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            Path.of(property("java.home"), "bin", "java").toString(),
            "-ea",
            "-Xmx768m",
            "-XX:+EnableDynamicAgentLoading",
            "--enable-native-access=ALL-UNNAMED"));
    if (Runtime.version().feature() >= UNSAFE_WARNS_FROM) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(
        List.of(
            "-D" + JazzerTarget.PROPERTY + '=' + target.className(),
            "-Dio.netty.leakDetection.level=disabled",
            "-cp",
            property("java.class.path"),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + JazzerTarget.class.getName(),
            "--instrumentation_includes=" + INSTRUMENTED,
            "--disabled_hooks=" + BROKEN_HOOKS,
            "--reproducer_path=" + directory,
            "-artifact_prefix=" + directory + "/",
            "-max_total_time=" + seconds,
            "-timeout=" + INPUT_TIMEOUT_S,
            "-max_len=" + MOST_BYTES,
            "-print_final_stats=1",
            corpus.toString()));
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
