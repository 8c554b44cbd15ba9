package io.breakwater.storage.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.storage.StorageException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DurabilityTest {
  @Test
  void periodic_sync_may_lose_as_much_as_its_period() {
    DurabilitySetting setting =
        Durability.parse(Map.of("commitlog_sync", "periodic", "commitlog_sync_period", "10000ms"));
    assertThat(setting.lossWindow()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void sync_before_the_answer_loses_nothing() {
    assertThat(Durability.parse(Map.of("commitlog_sync", "batch")).lossWindow()).isZero();
  }

  @Test
  void a_setting_that_is_not_understood_is_named() {
    assertThatThrownBy(() -> Durability.parse(Map.of("commitlog_sync", "never")))
        .isInstanceOf(StorageException.Broken.class)
        .hasMessageContaining("never");
    assertThatThrownBy(() -> Durability.parse(Map.of("commitlog_sync", "periodic")))
        .isInstanceOf(StorageException.Broken.class)
        .hasMessageContaining("commitlog_sync_period: absent");
  }
}
