package io.breakwater.gateway.home;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.id.UserId;
import org.junit.jupiter.api.Test;

/** Who comes first within a class. */
final class LevelsTest {
  private static final long HOUR_MS = 3_600_000;

  private final Levels levels = new Levels();
  private final Levels elsewhere = new Levels();

  @Test
  void a_user_has_one_level_at_every_gateway_for_an_hour_and_then_another() {
    int changed = 0;
    for (int i = 0; i < 1_000; i++) {
      UserId user = new UserId(7, i);
      levels.advance(5 * HOUR_MS);
      elsewhere.advance(6 * HOUR_MS - 1);
      int before = levels.of(user);
      assertThat(before).isBetween(0, Levels.COUNT - 1).isEqualTo(elsewhere.of(user));
      levels.advance(6 * HOUR_MS);
      changed += levels.of(user) == before ? 0 : 1;
    }
    assertThat(changed).isGreaterThan(950);
  }

  @Test
  void users_are_spread_evenly() {
    int[] users = new int[Levels.COUNT];
    for (int i = 0; i < 128_000; i++) {
      users[levels.of(new UserId(i * 31L, i))]++;
    }
    for (int count : users) {
      assertThat(count).isBetween(800, 1_200);
    }
  }
}
