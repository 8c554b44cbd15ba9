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
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Storage that answers as another one does, but for one question: that one is put off until it is
 * released, as by an outage. Any thread.
 */
final class HeldStorage implements Storage, IncarnationStore, JournalStore {
  /** What may be held. */
  enum Question {
    LIST_INCARNATIONS,
    READ_JOURNAL,
    APPEND_BLOCK
  }

  private final Storage real;
  private final Question question;
  private final AtomicInteger timesUntilHeld;
  private final CompletableFuture<Void> held = new CompletableFuture<>();
  private final CompletableFuture<Void> released = new CompletableFuture<>();

  /**
   * @param time which time that it is asked is held, from 1
   */
  HeldStorage(Storage real, Question question, int time) {
    this.real = real;
    this.question = question;
    this.timesUntilHeld = new AtomicInteger(time);
  }

  /** Complete when it was asked. */
  CompletableFuture<Void> held() {
    return held;
  }

  /** Asks the real storage. */
  void release() {
    released.complete(null);
  }

  private <T> CompletionStage<T> ask(Question asked, Supplier<CompletionStage<T>> real) {
    if (asked != question || timesUntilHeld.decrementAndGet() != 0) {
      return real.get();
    }
    held.complete(null);
    return released.thenCompose(_ -> real.get());
  }

  @Override
  public CompletionStage<List<Registration>> list() {
    return ask(Question.LIST_INCARNATIONS, real.incarnations()::list);
  }

  @Override
  public CompletionStage<List<StoredBlock>> read(LaneKey lane, long slice, long fromSeq) {
    return ask(Question.READ_JOURNAL, () -> real.journal().read(lane, slice, fromSeq));
  }

  @Override
  public CompletionStage<Void> append(LaneKey lane, long seq, long timestampUs, ByteBuffer block) {
    return ask(Question.APPEND_BLOCK, () -> real.journal().append(lane, seq, timestampUs, block));
  }

  @Override
  public CompletionStage<Void> dropSlice(LaneKey lane, long slice) {
    return real.journal().dropSlice(lane, slice);
  }

  @Override
  public IncarnationStore incarnations() {
    return this;
  }

  @Override
  public JournalStore journal() {
    return this;
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
  public CompletionStage<Void> release(IncarnationId incarnation, long view) {
    return real.incarnations().release(incarnation, view);
  }

  @Override
  public CompletionStage<Void> beat(IncarnationId incarnation, long number) {
    return real.incarnations().beat(incarnation, number);
  }

  @Override
  public CompletionStage<Map<IncarnationId, Long>> beats() {
    return real.incarnations().beats();
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
