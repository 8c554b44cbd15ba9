package io.breakwater.loadtest.surge.fleet.who;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.loadtest.surge.scenario.model.Population;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UserFileTest {
  @TempDir Path directory;

  private final Roster roster =
      new Roster(
          List.of(
              new Population("one", Population.Kind.EXISTING, 2, 2, 1, 0, 0),
              new Population("new", Population.Kind.NEWCOMERS, 0, 0, 1, 0, 0)));

  private static ByteString id(int last) {
    byte[] bytes = new byte[16];
    bytes[15] = (byte) last;
    return ByteString.copyFrom(bytes);
  }

  private Path written(Map<Who, ByteString> users) throws IOException {
    Path file = directory.resolve("users");
    UserFile.write(file, users);
    return file;
  }

  @Test
  void users_of_several_files_make_a_roster() throws IOException {
    UserFile.read(written(Map.of(new Who(0, 0, 0), id(7))), roster);
    assertThatThrownBy(roster::checkComplete)
        .hasMessage("user 1 of one has no account in any generator's file");
    UserFile.read(written(Map.of(new Who(0, 1, 0), id(8))), roster);
    roster.checkComplete();
    assertThat(roster.id(0, 0)).isEqualTo(id(7));
    assertThat(roster.id(0, 1)).isEqualTo(id(8));
  }

  @Test
  void only_its_owner_may_read_a_file() throws IOException {
    Path file = Files.writeString(directory.resolve("users"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(Files.getPosixFilePermissions(written(Map.of())))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void a_file_that_is_cut_or_foreign_or_has_strangers_is_named() throws IOException {
    Path file = written(Map.of(new Who(0, 0, 0), id(7)));
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> UserFile.read(file, roster))
        .isInstanceOf(IOException.class)
        .hasMessage(file + " ends within a user");
    Files.writeString(file, "something else");
    assertThatThrownBy(() -> UserFile.read(file, roster))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": begins with 736f6d65 (expected: 42575531)");
    Path strangers = written(Map.of(new Who(1, 0, 0), id(7)));
    assertThatThrownBy(() -> UserFile.read(strangers, roster))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("user 0 of population 1 (expected: one of the scenario)");
  }

  @Test
  void handles_are_such_as_servers_take() {
    Handles handles = new Handles("a1b2c3d4e5f6");
    assertThat(handles.of(12, Long.MAX_VALUE)).matches("[a-z][a-z0-9_.]{2,31}");
    assertThat(handles.of(1, 12)).isNotEqualTo(handles.of(11, 2));
    assertThatThrownBy(() -> new Handles("A")).hasMessageStartingWith("run: 'A' (expected: ");
  }
}
