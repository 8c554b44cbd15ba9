package io.breakwater.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class MutatorTest {
  private static final List<byte[]> OF = List.of(new byte[] {1, 2, 3}, new byte[500]);

  @Test
  void makes_many_different_inputs() {
    Set<String> mutants = new HashSet<>();
    for (int seed = 0; seed < 1_000; seed++) {
      mutants.add(HexText.format(new Mutator(new SplittableRandom(seed)).mutant(OF)));
    }
    assertThat(mutants.size()).isGreaterThan(700);
  }

  @Test
  void makes_the_same_out_of_the_same_random_numbers() {
    for (int seed = 0; seed < 1_000; seed++) {
      assertThat(new Mutator(new SplittableRandom(seed)).mutant(OF))
          .isEqualTo(new Mutator(new SplittableRandom(seed)).mutant(OF));
    }
  }
}
