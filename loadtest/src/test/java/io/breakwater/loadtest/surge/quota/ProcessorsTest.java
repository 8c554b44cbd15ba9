package io.breakwater.loadtest.surge.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class ProcessorsTest {
  @Test
  void reads_the_kernels_list() {
    assertThat(Processors.parse("\t0-3,8\n").numbers()).containsExactly(0, 1, 2, 3, 8);
    assertThat(Processors.parse("5").numbers()).containsExactly(5);
  }

  @Test
  void the_last_one_is_for_some_and_the_others_for_the_rest() {
    Processors all = Processors.parse("2-3,8");
    assertThat(all.last().list()).isEqualTo("8");
    assertThat(all.others().list()).isEqualTo("2,3");
  }

  /** A process that is held while it runs, and its child that it starts afterwards. */
  @Test
  void a_process_is_held_with_what_it_starts_later() throws Exception {
    Processors own = own();
    // Where there is only one, a process is on the last one whatever is done.
    Assumptions.assumeTrue(own.numbers().size() > 1, "one processor");
    Process shell = new ProcessBuilder("sh", "-c", "read line; sleep 60 & echo $!; wait").start();
    long child = 0;
    try {
      assertThat(Processors.of(shell.pid())).isEqualTo(own);
      own.last().hold(shell.pid());
      assertThat(Processors.of(shell.pid())).isEqualTo(own.last());
      shell.outputWriter().append("go\n").flush();
      child = Long.parseLong(shell.inputReader().readLine());
      assertThat(Processors.of(child)).isEqualTo(own.last());
    } finally {
      ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
      shell.destroyForcibly().waitFor();
    }
  }

  @Test
  void says_what_the_system_did_not_do() throws IOException {
    own();
    long self = ProcessHandle.current().pid();
    assertThatThrownBy(() -> new Processors(List.of(100_000)).hold(self))
        .isInstanceOf(TrialFailure.class)
        .hasMessageContaining("taskset --all-tasks --cpu-list --pid 100000");
  }

  private static Processors own() throws IOException {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/taskset")), "no taskset");
    return Processors.of(ProcessHandle.current().pid());
  }
}
