package io.breakwater.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SeenTest {
  private static final Seen NOTHING =
      Seen.nothingOf(new Origin.Stream(new UserId(1, 1), 2, new ConversationId(3, 3)));

  @Test
  void nothing_is_seen_at_first() {
    assertThat(NOTHING.contains(1)).isFalse();
    assertThat(NOTHING.contains(Long.MAX_VALUE)).isFalse();
  }

  @Test
  void a_gap_within_the_map_is_not_seen_until_it_is_filled() {
    Seen seen = NOTHING.with(1).with(3);
    assertThat(seen.contains(2)).isFalse();
    assertThat(seen.with(2).contains(2)).isTrue();
    assertThat(seen.with(2).contains(1)).isTrue();
    assertThat(seen.with(2).contains(3)).isTrue();
  }

  @Test
  void below_the_map_everything_counts_as_seen() {
    Seen seen = NOTHING.with(100);
    assertThat(seen.contains(100 - 65)).isTrue();
    assertThat(seen.contains(100 - 64)).isFalse();
    assertThat(seen.with(100 - 64).contains(100 - 64)).isTrue();
    assertThat(seen.with(100 - 65)).isEqualTo(seen);
  }

  @Test
  void agrees_with_a_set_within_the_map() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 200; round++) {
      Seen seen = NOTHING;
      Set<Long> expected = new HashSet<>();
      long highest = 0;
      for (int i = 0; i < 200; i++) {
        long id = Math.max(1, highest - 70 + random.nextLong(80));
        if (random.nextInt(40) == 0) {
          id += 60 + random.nextLong(10);
        }
        seen = seen.with(id);
        expected.add(id);
        highest = Math.max(highest, id);
        for (long probe = Math.max(1, highest - 64); probe <= highest + 3; probe++) {
          assertThat(seen.contains(probe)).isEqualTo(expected.contains(probe));
        }
      }
    }
  }
}
