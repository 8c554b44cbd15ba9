package io.breakwater.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.cli.process.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @Test
  void one_cassandra_keeps_the_directory_that_it_always_had() {
    try (DataDirectory data = DataDirectory.open(directory)) {
      List<Member> one = Member.all("cassandra", 1);
      data.claimCassandra(one);
      assertThat(data.of(one.getFirst())).isEqualTo(directory.resolve("cassandra")).isDirectory();
      data.claimCassandra(one);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 3", "3, 1", "3, 2", "3, 5"})
  void data_of_another_number_of_cassandra_nodes_are_refused_with_both_numbers(
      int made, int wanted) {
    try (DataDirectory data = DataDirectory.open(directory)) {
      data.claimCassandra(Member.all("cassandra", made));
      List<Member> others = Member.all("cassandra", wanted);
      assertThatThrownBy(() -> data.claimCassandra(others))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("--cassandra-nodes: " + wanted + " (expected: " + made)
          .hasMessageContaining(directory.toString());
      data.claimCassandra(Member.all("cassandra", made));
    }
  }
}
