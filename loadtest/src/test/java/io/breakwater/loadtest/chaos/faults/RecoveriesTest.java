package io.breakwater.loadtest.chaos.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

final class RecoveriesTest {
  @Test
  void adds_up_what_delivery_nodes_log() throws IOException {
    String log =
        """
        10:15:30.123 INFO  ready
        10:15:31.000 INFO  recovered 120 journaled entries of incarnation 7 (127.0.0.2:7410) in 300 ms: 100 ms to seal and read, 200 ms to hand over
        10:15:32.000 INFO  recovered many things
        10:15:33.000 INFO  recovered 0 journaled entries of incarnation 9 (127.0.0.3:7410) in 100 ms: 99 ms to seal and read, 1 ms to hand over
        """;

    Recoveries all = Recoveries.none().and(new BufferedReader(new StringReader(log)));

    assertThat(all).isEqualTo(new Recoveries(2, 120, 400, 199, 201));
    assertThat(all.entriesPerSecond()).isEqualTo(300);
  }

  @Test
  void none_took_no_time() {
    assertThat(Recoveries.none().entriesPerSecond()).isZero();
  }
}
