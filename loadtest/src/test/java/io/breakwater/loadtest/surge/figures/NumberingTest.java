package io.breakwater.loadtest.surge.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class NumberingTest {
  @Test
  void gives_each_pair_the_next_place_once() {
    Random random = new Random(1);
    Numbering numbering = new Numbering();
    Map<List<Long>, Integer> expected = new HashMap<>();
    List<List<Long>> pairs = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      int first = random.nextInt(-3, 300);
      long second = random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(300) * (1L << 32);
      List<Long> pair = List.of((long) first, second);
      int found = numbering.find(first, second);
      assertThat(found).isEqualTo(expected.getOrDefault(pair, -1));
      if (found < 0) {
        pairs.add(pair);
      }
      int place = expected.computeIfAbsent(pair, _ -> expected.size());
      assertThat(numbering.of(first, second)).isEqualTo(place);
    }
    assertThat(numbering.size()).isEqualTo(expected.size()).isGreaterThan(50_000);
    for (int place = 0; place < numbering.size(); place++) {
      assertThat(List.of((long) numbering.first(place), numbering.second(place)))
          .isEqualTo(pairs.get(place));
    }
  }
}
