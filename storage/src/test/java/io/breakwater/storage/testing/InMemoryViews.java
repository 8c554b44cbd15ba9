package io.breakwater.storage.testing;

import io.breakwater.storage.StorageException;
import io.breakwater.storage.ViewStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

final class InMemoryViews implements ViewStore {
  private Optional<View> current = Optional.empty();

  @Override
  public CompletionStage<Optional<View>> read() {
    return CompletableFuture.completedStage(current);
  }

  @Override
  public CompletionStage<Optional<View>> peek() {
    return read();
  }

  @Override
  public CompletionStage<Change> change(View next) {
    long number = current.map(View::number).orElse(0L);
    if (current.equals(Optional.of(next)) || number == next.number() - 1) {
      current = Optional.of(next);
      return CompletableFuture.completedStage(new Change.Decided(next));
    }
    return current
        .map(view -> CompletableFuture.<Change>completedStage(new Change.Superseded(view)))
        .orElseGet(
            () ->
                CompletableFuture.failedStage(
                    new StorageException.Broken(
                        "view: " + next.number() + " (expected: 1, there is none)", null)));
  }
}
