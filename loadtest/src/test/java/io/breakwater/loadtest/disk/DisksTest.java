package io.breakwater.loadtest.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.breakwater.loadtest.stack.Tool;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DisksTest {
  @TempDir private Path directory;

  /** With root on Linux; it takes some seconds. */
  @Test
  void disks_lose_what_was_not_synced_and_have_no_room_when_full_and_leave_nothing_behind() {
    assumeThat(Disks.problem()).as("what is missing for disks").isEmpty();

    String said =
        Tool.run(
            "unshare",
            "--mount",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            DisksTrial.class.getName(),
            directory.toString());

    assertThat(said.lines())
        .containsExactly(
            "power: a synced file is there, an unsynced one is lost, the journal is replayed",
            "written after: false",
            "full: true false",
            "the others: true",
            "freed: true");
    assertThat(directory.resolve("stack/cassandra-1")).isEmptyDirectory();
  }
}
