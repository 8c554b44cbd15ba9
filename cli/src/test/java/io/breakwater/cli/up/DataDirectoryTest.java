package io.breakwater.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.cli.process.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataDirectoryTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void makes_a_secret_that_only_its_owner_reads_and_keeps_it() throws IOException {
    String secret;
    try (DataDirectory data = DataDirectory.open(directory.resolve("new/data"))) {
      secret = Files.readString(data.secretFile());
      assertThat(secret.strip()).matches("[0-9a-f]{128}");
      assertThat(Files.getPosixFilePermissions(data.secretFile()))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
    try (DataDirectory again = DataDirectory.open(directory.resolve("new/data"))) {
      assertThat(again.secretFile()).hasContent(secret);
    }
  }

  @Test
  void is_open_once_and_names_the_process_that_has_it() {
    try (DataDirectory data = DataDirectory.open(directory)) {
      assertThat(data.pids()).exists();
      assertThatThrownBy(() -> DataDirectory.open(directory))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("pid " + ProcessHandle.current().pid())
          .hasMessageContaining(directory.toString())
          .hasMessageContaining("--data");
    }
    DataDirectory.open(directory).close();
  }

  @Test
  void a_place_that_cannot_be_written_is_named() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> DataDirectory.open(file.resolve("data")))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining(file.resolve("data").toString());
  }
}
