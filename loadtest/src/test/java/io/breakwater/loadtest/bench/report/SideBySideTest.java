package io.breakwater.loadtest.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SideBySideTest {
  private static Section twoRounds() {
    Section section = new Section("Cost");
    for (double factor : List.of(1.0, 1.1)) {
      section.under("variant", "usual").add(line("maximum", 100 * factor, Double.NaN));
      section.under("variant", "zgc").add(line("maximum", 200 * factor, 7));
    }
    return section;
  }

  private static Row line(String load, double micros, double reads) {
    return new Row().with("load", load).with("µs", micros).with("reads", reads).with("why", "none");
  }

  @Test
  void compares_the_medians_of_all_rounds_with_the_first_variant() {
    Section table = SideBySide.of(twoRounds(), "variant", List.of("usual", "zgc"));
    assertThat(table.title()).isEqualTo("Cost: side by side");
    assertThat(table.table())
        .contains("| load    | figure | usual | zgc  | zgc x | spread % |")
        .contains("| maximum | µs     | 105   | 210  | 2.00  | 9.52     |");
  }

  @Test
  void leaves_open_what_a_variant_does_not_know() {
    assertThat(SideBySide.of(twoRounds(), "variant", List.of("usual", "zgc")).table())
        .contains("| maximum | reads  | -     | 7.00 | -     | 0.00     |");
  }

  @Test
  void tells_lines_apart_by_the_words_before_their_figures() {
    Section section =
        new Section("Cost")
            .under("variant", "usual")
            .add(line("maximum", 1, 1))
            .add(line("half", 2, 2));
    assertThat(SideBySide.of(section, "variant", List.of("usual")).rows()).hasSize(4);
  }
}
