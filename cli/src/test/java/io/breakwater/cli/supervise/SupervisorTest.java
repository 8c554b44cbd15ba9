package io.breakwater.cli.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.cli.process.ChildProcess;
import io.breakwater.cli.process.Launch;
import io.breakwater.cli.process.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With real children: shells that note in a file when they start and when they are stopped. */
@Timeout(60)
final class SupervisorTest {
  private static final String POLITE =
      """
      echo "start $1" >> "$2"
      trap 'echo "stop $1" >> "$2"; exit 0' TERM
      touch "$3"
      while :; do sleep 0.05; done
      """;
  private static final String DEAF =
      """
      echo "start $1" >> "$2"
      trap '' TERM
      touch "$3"
      while :; do sleep 0.05; done
      """;

  @TempDir private Path directory = Path.of("");
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
  private final AtomicReference<Optional<String>> obstacle =
      new AtomicReference<>(Optional.empty());
  private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);
  private Supervisor supervisor = new Supervisor(List.of(), Path.of(""), line -> {});

  @AfterEach
  void stop() {
    supervisor.stop();
    running.exceptionally(failure -> null).join();
  }

  @Test
  void starts_in_order_each_when_the_one_before_is_ready_and_stops_in_reverse() throws Exception {
    run(service("a", POLITE), service("b", POLITE), service("c", POLITE));
    ready.get(30, TimeUnit.SECONDS);
    supervisor.stop();
    running.get(30, TimeUnit.SECONDS);
    assertThat(events())
        .containsExactly("start a", "start b", "start c", "stop c", "stop b", "stop a");
    assertThat(directory.resolve("run")).isEmptyDirectory();
  }

  @Test
  void the_services_of_a_tier_start_at_once_and_the_next_tier_when_all_are_ready()
      throws Exception {
    // The first is ready only once the second runs.
    Service first =
        service(
            "a",
            POLITE.replace("touch", "until grep -q 'start b' \"$2\"; do sleep 0.05; done; touch"));
    run(
        new Tier(List.of(first, service("b", POLITE)), Tier.Stop.TOGETHER),
        Tier.of(service("c", POLITE)));
    ready.get(30, TimeUnit.SECONDS);
    assertThat(events()).containsExactlyInAnyOrder("start a", "start b", "start c");
    assertThat(events()).endsWith("start c");
  }

  @Test
  void the_services_of_a_tier_stop_at_once_if_they_may() throws Exception {
    // Each ends only once the other was asked to.
    run(
        new Tier(
            List.of(
                patient(
                    "a",
                    POLITE.replace(
                        "exit 0", "while ! grep -q \"stop b\" \"$2\"; do :; done; exit 0")),
                patient(
                    "b",
                    POLITE.replace(
                        "exit 0", "while ! grep -q \"stop a\" \"$2\"; do :; done; exit 0"))),
            Tier.Stop.TOGETHER));
    ready.get(30, TimeUnit.SECONDS);
    List<ProcessHandle> processes = new ArrayList<>();
    for (String name : List.of("a", "b")) {
      processes.add(ProcessHandle.of(pid(name)).orElseThrow());
    }
    supervisor.stop();
    running.get(20, TimeUnit.SECONDS);
    assertThat(processes).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void the_services_of_a_tier_stop_one_by_one_if_they_must() throws Exception {
    run(
        new Tier(
            List.of(
                service("a", POLITE),
                service(
                    "b", POLITE.replace("exit 0", "sleep 0.2; echo \"end b\" >> \"$2\"; exit 0"))),
            Tier.Stop.ONE_BY_ONE));
    ready.get(30, TimeUnit.SECONDS);
    supervisor.stop();
    running.get(30, TimeUnit.SECONDS);
    assertThat(events()).endsWith("stop b", "end b", "stop a");
  }

  @Test
  void starts_a_killed_process_again_and_says_so() throws Exception {
    run(service("a", POLITE), service("b", POLITE));
    ready.get(30, TimeUnit.SECONDS);
    long killed = pid("b");
    ProcessHandle.of(killed).orElseThrow().destroyForcibly();
    String line = awaitLine("b: pid \\d+ started in place of .*");
    assertThat(line).contains("in place of pid " + killed + " (exit status 137)");
    assertThat(pid("b")).isNotEqualTo(killed);
    assertThat(line).contains("pid " + pid("b") + " started");
    awaitLine("b: up after .*");
    assertThat(events()).containsExactly("start a", "start b", "start b");
  }

  @Test
  void says_with_which_words_a_process_ended() throws Exception {
    run(service("a", "touch \"$3\"; sleep 0.3; echo 'ERROR no room left'; exit 9"));
    ready.get(30, TimeUnit.SECONDS);
    assertThat(awaitLine("a: pid \\d+ ended .*")).endsWith("(exit status 9): ERROR no room left");
  }

  @Test
  void kills_what_does_not_stop_within_its_grace() throws Exception {
    run(service("deaf", DEAF));
    ready.get(30, TimeUnit.SECONDS);
    ProcessHandle process = ProcessHandle.of(pid("deaf")).orElseThrow();
    supervisor.stop();
    running.get(30, TimeUnit.SECONDS);
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void a_first_start_that_fails_names_process_reason_log_and_advice_and_stops_the_others() {
    run(service("a", POLITE), service("b", "echo 'ERROR bad weather'; exit 3"));
    assertThatThrownBy(() -> running.get(30, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("b ended at its start (exit status 3): ERROR bad weather")
        .hasMessageContaining(directory.resolve("b.log").toString())
        .hasMessageContaining("ask a friend");
    assertThat(ready).isNotDone();
    assertThat(events()).containsExactly("start a", "stop a");
  }

  @Test
  void an_obstacle_is_named_in_place_of_the_advice() {
    obstacle.set(Optional.of("somebody sits on it"));
    run(service("a", "echo 'ERROR no seat'; exit 3"));
    assertThatThrownBy(() -> running.get(30, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("ERROR no seat")
        .hasMessageEndingWith("somebody sits on it");
  }

  @Test
  void a_stranger_that_answers_at_the_first_start_ends_it() throws Exception {
    run(
        new Service(
            "a",
            () -> launch("a", POLITE),
            _ ->
                Files.exists(directory.resolve("a.up"))
                    ? new Probe.Answer.Stranger("it is somebody else")
                    : new Probe.Answer.NotReady("starting"),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Optional::empty,
            "ask a friend"));
    assertThatThrownBy(() -> running.get(30, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(StartFailure.class)
        .hasMessage("it is somebody else");
    assertThat(events()).containsExactly("start a", "stop a");
  }

  @Test
  void a_first_start_beyond_its_limit_fails_with_what_the_probe_said() {
    Service slow =
        new Service(
            "slow",
            () -> launch("slow", POLITE),
            _ -> new Probe.Answer.NotReady("still counting"),
            Duration.ofMillis(300),
            Duration.ofSeconds(5),
            Optional::empty,
            "ask a friend");
    run(slow);
    assertThatThrownBy(() -> running.get(30, TimeUnit.SECONDS))
        .cause()
        .hasMessageContaining("slow is not ready after")
        .hasMessageContaining("still counting");
  }

  @Test
  void a_process_whose_pid_file_cannot_be_written_is_not_left_running() throws Exception {
    Files.createDirectories(directory.resolve("run/a.pid/in-the-way"));
    run(service("a", "echo \"start $$\" >> \"$2\"; while :; do sleep 0.05; done"));
    assertThatThrownBy(() -> running.get(30, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining(directory.resolve("run/a.pid").toString());
    for (String event : Files.exists(directory.resolve("events")) ? events() : List.<String>of()) {
      assertThat(ProcessHandle.of(Long.parseLong(event.substring("start ".length())))).isEmpty();
    }
  }

  @Test
  void ends_what_a_killed_supervisor_of_more_services_left() throws Exception {
    ChildProcess left = ChildProcess.start(launch("a-2", POLITE));
    new PidFile(directory.resolve("run/a-2.pid")).write(left.pid());
    supervisor =
        new Supervisor(
            List.of(Tier.of(service("a", POLITE))), directory.resolve("run"), lines::add);
    supervisor.endLeftovers();
    assertThat(left.isAlive()).isFalse();
    assertThat(directory.resolve("run")).isEmptyDirectory();
  }

  @Test
  void ends_what_a_killed_supervisor_left_but_no_stranger_with_its_pid() throws Exception {
    ChildProcess left = ChildProcess.start(launch("a", POLITE));
    ChildProcess stranger = ChildProcess.start(launch("b", POLITE));
    new PidFile(directory.resolve("run/a.pid")).write(left.pid());
    Path strangerFile = directory.resolve("run/b.pid");
    new PidFile(strangerFile).write(stranger.pid());
    // As if written an hour ago, by a process whose pid was given to another since.
    Files.setLastModifiedTime(strangerFile, FileTime.from(Instant.now().minusSeconds(3600)));
    supervisor =
        new Supervisor(
            List.of(Tier.of(service("a", POLITE)), Tier.of(service("b", POLITE))),
            directory.resolve("run"),
            lines::add);
    supervisor.endLeftovers();
    assertThat(left.isAlive()).isFalse();
    assertThat(stranger.isAlive()).isTrue();
    assertThat(directory.resolve("run")).isEmptyDirectory();
    stranger.kill();
  }

  /** Each a tier of its own. */
  private void run(Service... services) {
    run(Stream.of(services).map(Tier::of).toArray(Tier[]::new));
  }

  private void run(Tier... tiers) {
    supervisor = new Supervisor(List.of(tiers), directory.resolve("run"), lines::add);
    Supervisor started = supervisor;
    running = CompletableFuture.runAsync(() -> started.run(all -> ready.complete(true)));
  }

  /** Ready once its script made its file. */
  private Service service(String name, String script) {
    return service(name, script, Duration.ofMillis(500));
  }

  private Service patient(String name, String script) {
    return service(name, script, Duration.ofSeconds(30));
  }

  private Service service(String name, String script, Duration stopGrace) {
    return new Service(
        name,
        () -> launch(name, script),
        _ ->
            Files.exists(directory.resolve(name + ".up"))
                ? new Probe.Answer.Ready()
                : new Probe.Answer.NotReady("starting"),
        Duration.ofSeconds(30),
        stopGrace,
        obstacle::get,
        "ask a friend");
  }

  private Launch launch(String name, String script) {
    return new Launch(
        name,
        List.of(
            "/bin/sh",
            "-c",
            script,
            "sh",
            name,
            directory.resolve("events").toString(),
            directory.resolve(name + ".up").toString()),
        Map.of(),
        directory.resolve(name + ".log"));
  }

  private List<String> events() {
    try {
      return Files.readAllLines(directory.resolve("events"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private long pid(String name) throws IOException {
    return Long.parseLong(Files.readString(directory.resolve("run/" + name + ".pid")).strip());
  }

  private String awaitLine(String pattern) throws InterruptedException {
    while (true) {
      String line = lines.poll(30, TimeUnit.SECONDS);
      assertThat(line).as("a line like " + pattern).isNotNull();
      if (line != null && line.matches(pattern)) {
        return line;
      }
    }
  }
}
