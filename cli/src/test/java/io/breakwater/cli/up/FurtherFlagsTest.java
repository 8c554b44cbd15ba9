package io.breakwater.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class FurtherFlagsTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("BREAKWATER_DELIVERY_JVM", " -XX:+UseSerialGC  -Xmn64m ");

  @Test
  void takes_the_flags_of_a_server_apart_at_blanks() {
    assertThat(FurtherFlags.of("delivery", ENVIRONMENT))
        .containsExactly("-XX:+UseSerialGC", "-Xmn64m");
  }

  @Test
  void gives_none_to_another_server() {
    assertThat(FurtherFlags.of("gateway", ENVIRONMENT)).isEmpty();
  }
}
