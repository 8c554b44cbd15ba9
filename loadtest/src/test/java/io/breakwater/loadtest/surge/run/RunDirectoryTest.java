package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.surge.report.result.Judgement.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RunDirectoryTest {
  @TempDir private Path parent;
  private final List<String> lines = new ArrayList<>();

  private RunDirectory make() throws IOException {
    RunDirectory directory = RunDirectory.make(parent.resolve("runs"), "surge-", lines::add);
    Files.writeString(
        Files.createDirectories(directory.path().resolve("stack")).resolve("log"), "x");
    return directory;
  }

  @ParameterizedTest
  @CsvSource({"PASSED, true", "FAILED, false", "FAILED, true", "VOID, false"})
  void is_kept_after_a_run_that_somebody_has_to_look_into(Kind kind, boolean isWanted)
      throws IOException {
    RunDirectory directory = make();
    directory.judged(kind, isWanted);
    directory.close();
    assertThat(directory.path().resolve("stack").resolve("log")).exists();
    assertThat(lines).containsExactly("kept: " + directory.path() + " (1 MiB)");
  }

  @Test
  void is_kept_after_a_run_that_came_to_no_end() throws IOException {
    RunDirectory directory = make();
    directory.close();
    assertThat(directory.path()).exists();
    assertThat(lines).containsExactly("kept: " + directory.path() + " (1 MiB)");
  }

  @Test
  void is_deleted_after_a_run_that_passed() throws IOException {
    RunDirectory directory = make();
    directory.judged(Kind.PASSED, false);
    directory.close();
    assertThat(directory.path()).doesNotExist();
    assertThat(lines).isEmpty();
  }

  @Test
  void says_what_it_could_not_delete_and_goes_on() throws IOException {
    RunDirectory directory = make();
    directory.judged(Kind.PASSED, false);
    // As when somebody else deletes it at the same time.
    Files.delete(directory.path().resolve("stack").resolve("log"));
    Files.delete(directory.path().resolve("stack"));
    Files.delete(directory.path());
    directory.close();
    assertThat(lines).singleElement().asString().startsWith("left behind: " + directory.path());
  }

  @Test
  void says_how_large_it_is() throws IOException {
    RunDirectory directory = make();
    Files.write(directory.path().resolve("facts"), new byte[(2 << 20) + 1]);
    directory.close();
    assertThat(lines).containsExactly("kept: " + directory.path() + " (3 MiB)");
  }

  @Test
  void warns_of_a_place_in_which_a_sync_costs_nothing() throws IOException {
    assertThat(RunDirectory.warning(parent, "tmpfs"))
        .get()
        .asString()
        .startsWith("warning: " + parent + " is on tmpfs");
    assertThat(RunDirectory.warning(parent, "ext4")).isEmpty();
    assertThat(RunDirectory.warning(parent))
        .isEqualTo(RunDirectory.warning(parent, Files.getFileStore(parent).type()));
  }
}
