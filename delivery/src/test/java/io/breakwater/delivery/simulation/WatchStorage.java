package io.breakwater.delivery.simulation;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.storage.AccountStore;
import io.breakwater.storage.HistoryStore;
import io.breakwater.storage.IncarnationStore;
import io.breakwater.storage.JournalStore;
import io.breakwater.storage.MailboxStore;
import io.breakwater.storage.Storage;
import io.breakwater.storage.StorageException;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.ViewStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What a node's watch over the cluster asks of storage, over the network. */
final class WatchStorage implements Storage, ViewStore, IncarnationStore {
  private final World world;
  private final SimulatedNode node;

  WatchStorage(World world, SimulatedNode node) {
    this.world = world;
    this.node = node;
  }

  private <T> CompletionStage<T> ask(Supplier<CompletionStage<T>> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    node.call(
        question,
        answer::complete,
        () ->
            answer.completeExceptionally(
                new StorageException.UnknownOutcome("no answer in time", null)));
    return answer;
  }

  @Override
  public CompletionStage<Optional<View>> peek() {
    return ask(() -> world.storage.views().peek());
  }

  @Override
  public CompletionStage<Change> change(View next) {
    return ask(
        () ->
            world
                .storage
                .views()
                .change(next)
                .thenApply(
                    change -> {
                      world.viewChange(node, change);
                      return change;
                    }));
  }

  @Override
  public CompletionStage<List<Registration>> list() {
    return ask(() -> world.storage.incarnations().list());
  }

  @Override
  public CompletionStage<Void> beat(IncarnationId incarnation, long number) {
    return ask(() -> world.storage.incarnations().beat(incarnation, number));
  }

  @Override
  public CompletionStage<Map<IncarnationId, Long>> beats() {
    return ask(() -> world.storage.incarnations().beats());
  }

  @Override
  public ViewStore views() {
    return this;
  }

  @Override
  public IncarnationStore incarnations() {
    return this;
  }

  private static AssertionError unasked() {
    return new AssertionError("a watch asks for the view, the registry and the beats only");
  }

  // Two interfaces have a read: of the view, and of a row.

  @Override
  public CompletionStage<Optional<View>> read() {
    throw unasked();
  }

  @Override
  public CompletionStage<Optional<Registration>> read(IncarnationId incarnation) {
    throw unasked();
  }

  @Override
  public CompletionStage<Void> register(
      IncarnationId incarnation, String address, int lanes, long idCeiling) {
    throw unasked();
  }

  @Override
  public CompletionStage<Void> raiseCeiling(IncarnationId incarnation, long idCeiling) {
    throw unasked();
  }

  @Override
  public CompletionStage<Void> checkpoint(
      IncarnationId incarnation, Map<Integer, Long> checkpoints) {
    throw unasked();
  }

  @Override
  public CompletionStage<Void> release(IncarnationId incarnation, long view) {
    throw unasked();
  }

  @Override
  public CompletionStage<Void> seal(IncarnationId incarnation) {
    throw unasked();
  }

  @Override
  public CompletionStage<Void> markRecovered(IncarnationId incarnation) {
    throw unasked();
  }

  @Override
  public JournalStore journal() {
    throw unasked();
  }

  @Override
  public MailboxStore mailboxes() {
    throw unasked();
  }

  @Override
  public HistoryStore history() {
    throw unasked();
  }

  @Override
  public AccountStore accounts() {
    throw unasked();
  }

  @Override
  public StorageLayout layout() {
    throw unasked();
  }

  @Override
  public void close() {}
}
