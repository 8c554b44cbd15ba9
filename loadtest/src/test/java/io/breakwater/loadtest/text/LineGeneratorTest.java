package io.breakwater.loadtest.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LineGeneratorTest {
  @Test
  void makes_distinct_lines() {
    assertThat(new LineGenerator(1).next(30_000)).hasSize(30_000).doesNotHaveDuplicates();
  }

  @Test
  void makes_the_same_lines_of_the_same_seed() {
    assertThat(new LineGenerator(1).next(1_000))
        .isEqualTo(new LineGenerator(1).next(1_000))
        .isNotEqualTo(new LineGenerator(2).next(1_000));
  }

  @Test
  void goes_on_with_lines_that_are_different_from_those_before() {
    LineGenerator generator = new LineGenerator(1);
    List<String> first = generator.next(500);
    assertThat(generator.next(500)).doesNotContainAnyElementsOf(first);
  }

  @Test
  void makes_lines_that_survive_utf_8_and_a_terminal() {
    assertThat(new LineGenerator(3).next(5_000))
        .allSatisfy(
            line -> {
              byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
              assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(line);
              assertThat(line.chars().filter(c -> Character.isISOControl(c) && c != '\t'))
                  .isEmpty();
              assertThat(bytes.length).isLessThanOrEqualTo(65_536);
            });
  }

  @Test
  void makes_an_empty_line_a_blank_one_one_with_tabs_and_a_long_one_early() {
    assertThat(new LineGenerator(4).next(200))
        .contains("", "   ")
        .anyMatch(line -> line.contains("\t"))
        .anyMatch(line -> line.length() > 19_000);
  }
}
