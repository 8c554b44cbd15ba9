package io.breakwater.delivery.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a start waits for, and what it does not. */
final class StorageWaitTest {
  private final List<String> waitedFor = new ArrayList<>();
  private final StorageWait wait =
      new StorageWait(Duration.ofMillis(1), Clocks.system(), waitedFor::add);

  private static StorageWait.Question<String> failing(StorageException... failures) {
    List<StorageException> left = new ArrayList<>(List.of(failures));
    return () -> {
      if (!left.isEmpty()) {
        throw left.removeFirst();
      }
      return "here";
    };
  }

  @Test
  void asks_again_while_nothing_answers_and_says_what_it_waits_for() throws Exception {
    StorageWait.Question<String> question =
        failing(
            new StorageException.Unavailable("no answer", null),
            new StorageException.UnknownOutcome("lost", null));
    assertThat(wait.answer(question)).isEqualTo("here");
    assertThat(waitedFor).containsExactly("no answer", "lost", "starting");
  }

  @Test
  void does_not_wait_for_what_waiting_will_not_cure() {
    StorageException broken = new StorageException.Broken("other migrations", null);
    assertThatThrownBy(() -> wait.answer(failing(broken))).isSameAs(broken);
    assertThat(waitedFor).isEmpty();
  }
}
