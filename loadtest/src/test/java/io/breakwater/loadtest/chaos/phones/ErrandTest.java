package io.breakwater.loadtest.chaos.phones;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

final class ErrandTest {
  private static final long DUE_MS = 1_000;

  private final List<CompletableFuture<Boolean>> asked = new ArrayList<>();
  private boolean isSomebodyThere = true;
  private final Errand errand = new Errand(DUE_MS, this::ask);

  private CompletionStage<?> ask(int attempt) {
    if (!isSomebodyThere) {
      throw new IllegalStateException("nobody");
    }
    assertThat(attempt).isEqualTo(asked.size());
    asked.add(new CompletableFuture<>());
    return asked.getLast();
  }

  @Test
  void is_asked_when_it_is_due_and_once_at_a_time() {
    errand.step(DUE_MS - 1, true);
    assertThat(asked).isEmpty();
    errand.step(DUE_MS, true);
    errand.step(DUE_MS + 60_000, true);
    assertThat(asked).hasSize(1);
    assertThat(errand.isOpen()).isTrue();
  }

  @Test
  void is_asked_again_after_a_failure_until_it_is_answered() {
    errand.step(DUE_MS, true);
    asked.getLast().completeExceptionally(new IllegalStateException("killed"));
    errand.step(DUE_MS + 1, true);
    assertThat(asked).hasSize(1);
    errand.step(DUE_MS + 2_000, false);
    assertThat(asked).hasSize(2);
    asked.getLast().complete(true);
    assertThat(errand.isDone()).isTrue();
    assertThat(errand.isOpen()).isFalse();
    errand.step(DUE_MS + 60_000, true);
    assertThat(asked).hasSize(2);
  }

  @Test
  void waits_for_somebody_to_ask_and_does_not_begin_too_late() {
    isSomebodyThere = false;
    errand.step(DUE_MS, true);
    isSomebodyThere = true;
    errand.step(DUE_MS + 2_000, false);
    assertThat(asked).isEmpty();
    errand.step(DUE_MS + 2_000, true);
    assertThat(asked).hasSize(1);
  }
}
