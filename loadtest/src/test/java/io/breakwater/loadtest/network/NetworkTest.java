package io.breakwater.loadtest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.breakwater.loadtest.stack.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NetworkTest {
  @TempDir private Path directory;

  @Test
  void hosts_have_addresses_in_their_order() {
    assertThat(Network.addresses(List.of("cassandra", "delivery-1")))
        .isEqualTo(
            Map.of(
                "cassandra", InetAddress.ofLiteral("10.88.0.11"),
                "delivery-1", InetAddress.ofLiteral("10.88.0.12")));
  }

  @Test
  void what_waited_is_read_from_what_tc_says() {
    assertThat(
            Network.heldBackOf(
                """
                qdisc tbf 8007: root refcnt 3 rate 256Kbit burst 4Kb lat 400ms
                 Sent 168348 bytes 116 pkt (dropped 185, overlimits 350 requeues 0)
                """))
        .isEqualTo(350);
    assertThat(Network.heldBackOf("qdisc noqueue 0: root refcnt 2")).isZero();
  }

  /** With root on Linux; it takes some 10 s. */
  @Test
  void a_cut_is_silent_and_one_way_and_leaves_nothing_behind() throws IOException {
    assumeThat(OwnNetwork.obstacle()).as("what is missing for hosts").isEmpty();
    Tool.Ended trial =
        Tool.end(
            List.of(
                "unshare",
                "--net",
                "--mount",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                NetworkTrial.class.getName(),
                directory.toString()));
    assertThat(trial.said().lines())
        .as(trial.said())
        .containsExactly(
            "whole: silent",
            // Neither end hears the other: of what b asks, the answers are lost.
            "cut a b: silent ab ba",
            "mended: silent",
            "isolated a: silent ab ac a-here ba ca",
            "rejoined: silent",
            "slow a: silent",
            "held back: true",
            "hastened: silent");
    assertThat(trial.status()).isZero();
    assertThat(directory.resolve("net")).isEmptyDirectory();
  }
}
