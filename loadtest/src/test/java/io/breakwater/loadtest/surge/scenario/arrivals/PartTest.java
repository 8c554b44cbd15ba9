package io.breakwater.loadtest.surge.scenario.arrivals;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PartTest {
  @ParameterizedTest
  @CsvSource({"3, 3, 0..2", "-1, 2, 0..1", "0, 0, 0..0"})
  void is_one_of_those_that_there_are(int index, int count, String expected) {
    assertThatThrownBy(() -> new Part(index, count))
        .hasMessage("part: %d of %d (expected: %s)".formatted(index, count, expected));
  }
}
