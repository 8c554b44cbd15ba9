package io.breakwater.loadtest.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ComparisonTest {
  private static final List<String> SENT = List.of("one", "two", "three", "four");

  @TempDir Path directory = Path.of("");

  @Test
  void finds_equal_lines_the_same() {
    assertThat(Comparison.of(SENT, List.copyOf(SENT))).isEqualTo(new Comparison.Same(4));
  }

  @Test
  void names_the_first_line_that_is_missing() {
    assertThat(difference("one", "three", "four"))
        .startsWith("line 2: \"three\" (expected: \"two\")")
        .endsWith("missing 1, repeated 0, never sent 0, out of order 0");
  }

  @Test
  void names_a_repeated_line() {
    assertThat(difference("one", "one", "two", "three", "four"))
        .startsWith("line 2: \"one\" (expected: \"two\")")
        .endsWith("missing 0, repeated 1, never sent 0, out of order 0");
  }

  @Test
  void counts_lines_out_of_order() {
    assertThat(difference("one", "three", "two", "four"))
        .endsWith("missing 0, repeated 0, never sent 0, out of order 1");
  }

  @Test
  void counts_lines_that_were_never_sent() {
    assertThat(difference("one", "two", "three", "four", "five"))
        .startsWith("line 5: \"five\" (expected: nothing)")
        .endsWith("missing 0, repeated 0, never sent 1, out of order 0");
  }

  @Test
  void says_where_a_text_ends_too_early() {
    assertThat(difference("one", "two")).startsWith("line 3: nothing (expected: \"three\")");
  }

  @Test
  void shows_the_beginning_of_a_long_line_in_whole_characters() {
    assertThat(difference("😀".repeat(100))).contains("\"" + "😀".repeat(40) + "\"");
  }

  @Test
  void compares_files_byte_for_byte() throws IOException {
    Path sent = file("sent", "one\ntwo\n\n");
    assertThat(Comparison.of(sent, file("same", "one\ntwo\n\n"))).isEqualTo(new Comparison.Same(3));
    assertThat(Comparison.of(sent, file("short", "one\ntwo\n")))
        .isInstanceOf(Comparison.Different.class);
    assertThat(Comparison.of(sent, file("cut", "one\ntwo\n\n\n")))
        .isInstanceOf(Comparison.Different.class);
  }

  @Test
  void says_that_only_the_last_newline_is_missing() throws IOException {
    assertThat(Comparison.of(file("sent", "one\n"), file("received", "one")))
        .isEqualTo(
            new Comparison.Different(
                "the bytes differ, the lines do not: is the last newline there?"));
  }

  @Test
  void counts_the_complete_lines_of_a_file_that_grows() throws IOException {
    Path file = file("growing", "one\ntw");
    try (LineCount count = LineCount.of(file)) {
      assertThat(count.now()).isEqualTo(1);
      Files.writeString(file, "one\ntwo\nthree\n");
      assertThat(count.now()).isEqualTo(3);
      assertThat(count.now()).isEqualTo(3);
    }
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private static String difference(String... received) {
    return Comparison.of(SENT, List.of(received)) instanceof Comparison.Different(String what)
        ? what
        : "the same";
  }
}
