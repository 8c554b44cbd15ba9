package io.breakwater.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class HexTextTest {
  @Test
  void reads_digits_text_repetitions_and_comments() {
    byte[] bytes = HexText.parse("# one\n00 01ff  # two\n3*0a0b 2*\"a#\\r\\n\" \"\\\"\\\\\"\n");

    assertThat(bytes)
        .containsExactly(
            0, 1, 0xff, 10, 11, 10, 11, 10, 11, 'a', '#', '\r', '\n', 'a', '#', '\r', '\n', '"',
            '\\');
  }

  @Test
  void nothing_but_a_comment_is_no_byte() {
    assertThat(HexText.parse("# nothing\n")).isEmpty();
  }

  @Test
  void says_where_something_else_is() {
    assertThatThrownBy(() -> HexText.parse("0001 0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'0' at character 5");
    assertThatThrownBy(() -> HexText.parse("\"\\x\""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("escape: \\x");
  }

  @Test
  void reads_what_it_has_written() {
    SplittableRandom random = new SplittableRandom(1);
    for (int size = 0; size < 200; size++) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      assertThat(HexText.parse(HexText.format(bytes))).isEqualTo(bytes);
    }
  }
}
