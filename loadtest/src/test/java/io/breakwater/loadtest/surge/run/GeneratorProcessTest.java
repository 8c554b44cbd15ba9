package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.breakwater.loadtest.surge.run.GeneratorProcess.Step;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real processes, which say what a generator says. */
final class GeneratorProcessTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String FAILS =
      "echo '{\"event\":\"failed\",\"reason\":\"no port was free\"}'";

  private final CompletableFuture<JsonNode> failure = new CompletableFuture<>();

  private GeneratorProcess start(int index, String script) throws IOException {
    return GeneratorProcess.of(index, new ProcessBuilder("sh", "-c", script).start(), failure);
  }

  @Test
  void a_wait_for_one_generator_ends_when_another_one_fails() throws IOException {
    try (GeneratorProcess patient = start(0, "cat");
        GeneratorProcess failing = start(1, FAILS)) {
      assertThatThrownBy(() -> patient.await(Step.PREPARED, LONG))
          .isInstanceOf(TrialFailure.class)
          .hasMessage("generator 1: no port was free");
      assertThatThrownBy(() -> failing.await(Step.PREPARED, LONG))
          .hasMessage("generator 1: no port was free");
    }
  }

  @Test
  void who_tells_a_dead_generator_something_hears_why_it_died() throws Exception {
    Process dead = new ProcessBuilder("sh", "-c", FAILS).start();
    dead.waitFor();
    try (GeneratorProcess generator = GeneratorProcess.of(3, dead, failure)) {
      assertThatThrownBy(() -> generator.tell(generator.command("finish")))
          .isInstanceOf(TrialFailure.class)
          .hasMessage("generator 3: no port was free");
    }
  }

  /** Faults that add gateways have a thread each. */
  @Test
  void commands_of_several_threads_are_a_line_each(@TempDir Path directory) throws Exception {
    int commands = 500;
    Path heard = directory.resolve("heard");
    try (GeneratorProcess generator = start(0, "cat > '" + heard + "'")) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int j = 0; j < commands; j++) {
                        generator.tell(
                            generator.command("gateways").put("gateways", "x".repeat(300)));
                      }
                    }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(Files.readAllLines(heard))
        .hasSize(4 * commands)
        .allSatisfy(line -> assertThat(line).startsWith("{").endsWith("}").doesNotContain("}{"));
  }

  @Test
  void a_generator_that_is_done_may_end() throws IOException {
    try (GeneratorProcess first = start(0, "echo '{\"event\":\"done\"}'");
        GeneratorProcess second = start(1, "read line; echo '{\"event\":\"done\"}'")) {
      first.await(Step.DONE, LONG);
      second.tell(second.command("finish"));
      assertThat(second.await(Step.DONE, LONG).path("event").asText()).isEqualTo("done");
      assertThat(failure).isNotDone();
    }
  }
}
