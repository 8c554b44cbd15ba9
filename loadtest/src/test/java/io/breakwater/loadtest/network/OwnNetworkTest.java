package io.breakwater.loadtest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With root on Linux. */
final class OwnNetworkTest {
  private static final String STAND_IN =
      """
      #!/bin/bash
      ip link add name standin type bridge
      echo "$1 $BREAKWATER_OWN_NETWORK" > "$2"
      [ -e /proc/sys/net/ipv4/conf/standin ] && exit 5
      """;

  @TempDir private Path directory;

  @Test
  void what_it_makes_is_seen_in_it_alone_and_its_exit_status_is_told() throws IOException {
    assumeThat(OwnNetwork.obstacle()).as("what is missing for hosts").isEmpty();
    Path launcher = Files.writeString(directory.resolve("breakwater"), STAND_IN);
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    Path said = directory.resolve("said");

    int status = OwnNetwork.run(directory, List.of("chaos", said.toString()));

    assertThat(status).isEqualTo(5);
    assertThat(said).content().startsWith("chaos 1\n");
    assertThat(NetworkInterface.getByName("standin")).isNull();
    assertThat(OwnNetwork.isHere()).isFalse();
  }
}
