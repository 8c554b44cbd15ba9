package io.breakwater.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ChildProcessTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void its_output_is_appended_to_its_log_and_its_reason_is_of_its_own_start() throws Exception {
    Path log = directory.resolve("deep/child.log");
    ChildProcess first =
        ChildProcess.start(sh("echo \"ERROR $A\"; exit 4", log, Map.of("A", "one")));
    assertThat(first.onExit().get(30, TimeUnit.SECONDS)).isEqualTo(4);
    assertThat(first.reason()).isEqualTo("ERROR one");
    ChildProcess second = ChildProcess.start(sh("echo two; exit 0", log, Map.of()));
    assertThat(second.onExit().get(30, TimeUnit.SECONDS)).isZero();
    assertThat(second.reason()).isEqualTo("two");
    assertThat(log).hasContent("ERROR one\ntwo\n");
  }

  @Test
  void a_log_beyond_its_limit_is_set_aside() throws Exception {
    Path log = directory.resolve("child.log");
    try (var file = new RandomAccessFile(log.toFile(), "rw")) {
      file.setLength(ChildProcess.LOG_LIMIT + 1);
    }
    ChildProcess child = ChildProcess.start(sh("echo fresh", log, Map.of()));
    child.onExit().get(30, TimeUnit.SECONDS);
    assertThat(log).hasContent("fresh\n");
    assertThat(directory.resolve("child.log.1")).exists();
  }

  @Test
  void a_terminals_interrupt_does_not_end_a_jvm_but_a_stop_does() throws Exception {
    Path log = directory.resolve("child.log");
    ChildProcess child = ChildProcess.start(jvm(Idle.class, log));
    awaitLine(log, "idle");
    signal("INT", child.pid());
    signal("HUP", child.pid());
    assertThat(child.isAlive()).isTrue();
    child.stop(Duration.ofSeconds(20));
    assertThat(child.onExit().join()).isEqualTo(143);
    assertThat(log).content().endsWith("stopped in order\n");
  }

  @Test
  void a_child_ends_when_its_starter_was_killed() throws Exception {
    Path log = directory.resolve("starter.log");
    Process starter =
        new ProcessBuilder(jvm(Starter.class, log).command()).redirectOutput(log.toFile()).start();
    long childPid = Long.parseLong(awaitLine(log, "[0-9]+"));
    ProcessHandle child = ProcessHandle.of(childPid).orElseThrow();
    starter.destroyForcibly().waitFor();
    child.onExit().get(30, TimeUnit.SECONDS);
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void a_log_that_cannot_be_written_is_named() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> ChildProcess.start(sh("true", file.resolve("child.log"), Map.of())))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining(file.resolve("child.log").toString());
  }

  private static Launch sh(String script, Path log, Map<String, String> environment) {
    return new Launch("child", List.of("/bin/sh", "-c", script), environment, log);
  }

  private static Launch jvm(Class<?> main, Path log) {
    return new Launch(
        "child",
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()),
        Map.of(),
        log);
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor())
        .isZero();
  }

  private static String awaitLine(Path log, String pattern) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> firstLine(log), line -> line.matches(pattern));
  }

  private static String firstLine(Path log) throws IOException {
    return Files.exists(log) ? Files.readString(log).lines().findFirst().orElse("") : "";
  }

  /** Does nothing until it is stopped. */
  static final class Idle {
    private Idle() {}

    public static void main(String[] arguments) throws InterruptedException {
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform().unstarted(() -> System.out.println("stopped in order")));
      System.out.println("idle");
      Thread.currentThread().join();
    }
  }

  /** Starts a child that would run for an hour. */
  static final class Starter {
    private Starter() {}

    public static void main(String[] arguments) throws Exception {
      Path log = Files.createTempFile("breakwater-child", ".log");
      log.toFile().deleteOnExit();
      System.out.println(ChildProcess.start(sh("exec sleep 3600", log, Map.of())).pid());
      Thread.currentThread().join();
    }
  }
}
