package io.breakwater.delivery.node;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.storage.AccountStore;
import io.breakwater.storage.HistoryStore;
import io.breakwater.storage.IncarnationStore;
import io.breakwater.storage.JournalStore;
import io.breakwater.storage.MailboxStore;
import io.breakwater.storage.Storage;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.ViewStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Storage that answers as another one does, but for one listing of incarnations: that answer is
 * held until it is released, as by an outage. Any thread.
 */
final class HeldStorage implements Storage, IncarnationStore {
  private final Storage real;
  private final AtomicInteger listingsUntilHeld;
  private final CompletableFuture<Void> held = new CompletableFuture<>();
  private final CompletableFuture<Void> released = new CompletableFuture<>();

  /**
   * @param listing which listing of incarnations is held, from 1
   */
  HeldStorage(Storage real, int listing) {
    this.real = real;
    this.listingsUntilHeld = new AtomicInteger(listing);
  }

  /** Complete when the answer is held. */
  CompletableFuture<Void> held() {
    return held;
  }

  /** Asks the real storage, and lets the answer through. */
  void release() {
    released.complete(null);
  }

  @Override
  public CompletionStage<List<Registration>> list() {
    if (listingsUntilHeld.decrementAndGet() != 0) {
      return real.incarnations().list();
    }
    held.complete(null);
    return released.thenCompose(_ -> real.incarnations().list());
  }

  @Override
  public IncarnationStore incarnations() {
    return this;
  }

  @Override
  public JournalStore journal() {
    return real.journal();
  }

  @Override
  public ViewStore views() {
    return real.views();
  }

  @Override
  public MailboxStore mailboxes() {
    return real.mailboxes();
  }

  @Override
  public HistoryStore history() {
    return real.history();
  }

  @Override
  public AccountStore accounts() {
    return real.accounts();
  }

  @Override
  public StorageLayout layout() {
    return real.layout();
  }

  @Override
  public CompletionStage<Void> register(
      IncarnationId incarnation, String address, int lanes, long idCeiling) {
    return real.incarnations().register(incarnation, address, lanes, idCeiling);
  }

  @Override
  public CompletionStage<Optional<Registration>> read(IncarnationId incarnation) {
    return real.incarnations().read(incarnation);
  }

  @Override
  public CompletionStage<Void> raiseCeiling(IncarnationId incarnation, long idCeiling) {
    return real.incarnations().raiseCeiling(incarnation, idCeiling);
  }

  @Override
  public CompletionStage<Void> checkpoint(
      IncarnationId incarnation, Map<Integer, Long> checkpoints) {
    return real.incarnations().checkpoint(incarnation, checkpoints);
  }

  @Override
  public CompletionStage<Void> seal(IncarnationId incarnation) {
    return real.incarnations().seal(incarnation);
  }

  @Override
  public CompletionStage<Void> markRecovered(IncarnationId incarnation) {
    return real.incarnations().markRecovered(incarnation);
  }

  /** Leaves the real storage to its owner. */
  @Override
  public void close() {}
}
