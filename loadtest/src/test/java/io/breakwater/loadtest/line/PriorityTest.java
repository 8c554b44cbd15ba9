package io.breakwater.loadtest.line;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PriorityTest {
  @Test
  void the_niceness_of_a_thread_is_read_whatever_its_name_is() {
    assertThat(
            Priority.niceness(
                "17 (surge) 1 2) S 1 17 17 0 -1 4194304 9 0 0 0 5 1 0 0 10 -10 1 0 999 1 1"))
        .isEqualTo(-10);
    assertThat(Priority.niceness("17 (x) R 1 17 17 0 -1 4194304 9 0 0 0 5 1 0 0 20 0 1 0 999 1 1"))
        .isZero();
  }

  @Test
  void no_thread_is_not_raised() {
    assertThat(Priority.isRaised("no thread of this name")).isFalse();
  }
}
