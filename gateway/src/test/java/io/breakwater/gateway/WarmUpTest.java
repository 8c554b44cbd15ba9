package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway that runs strangers through its code before it is ready. */
final class WarmUpTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void is_ready_when_it_is_warm_and_nobody_counts_the_strangers(boolean isTls) throws Exception {
    Map<String, String> settings = new HashMap<>(Map.of("breakwater.gateway.warm-up-ms", "1000"));
    if (isTls) {
      settings.putAll(TestCertificate.installed(directory, 1).settings());
    }
    GatewayFixture fixture = new GatewayFixture(directory, settings);
    try {
      await().until(() -> fixture.admin("/readyz").startsWith("200"));
      assertThat(fixture.meter("frames.in")).isZero();
      assertThat(fixture.meter("connections")).isZero();
      assertThat(fixture.meter("line.length")).isZero();
      try (TestClient client = fixture.connected(fixture.user(1))) {
        client.write(TestClient.ping());
      }
    } finally {
      fixture.close();
    }
  }

  @Test
  void is_not_ready_before() throws Exception {
    GatewayFixture fixture =
        new GatewayFixture(directory, Map.of("breakwater.gateway.warm-up-ms", "60000"));
    try {
      await().until(() -> fixture.admin("/readyz").contains("warming up"));
    } finally {
      fixture.close();
    }
  }
}
