package io.breakwater.common.priority;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PriorityTest {
  /** Releases run mixed, and queues are indexed by them. */
  @Test
  void numbers_count_from_0_and_never_change() {
    assertThat(Priority.values()).hasSize(Priority.COUNT);
    for (int number = 0; number < Priority.COUNT; number++) {
      assertThat(Priority.of(number).number).isEqualTo(number);
    }
    assertThat(Priority.values())
        .extracting(Priority::toString)
        .containsExactly(
            "CONTROL",
            "SEND",
            "RESUME",
            "FIRST_SYNC",
            "EPHEMERAL",
            "LOOK_UP",
            "SIGN_UP",
            "BACKGROUND");
  }

  @Test
  void a_class_of_a_later_release_comes_last() {
    assertThat(Priority.of(Priority.COUNT)).isEqualTo(Priority.BACKGROUND);
    assertThat(Priority.of(-1)).isEqualTo(Priority.BACKGROUND);
  }
}
