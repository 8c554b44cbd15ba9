package io.breakwater.storage.testing;

import io.breakwater.storage.AccountStore;
import io.breakwater.storage.HistoryStore;
import io.breakwater.storage.IncarnationStore;
import io.breakwater.storage.JournalStore;
import io.breakwater.storage.MailboxStore;
import io.breakwater.storage.Storage;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.ViewStore;

/**
 * Everything in maps; what Cassandra would do, as far as {@link StorageContract} says.
 *
 * <p>Confined to one thread at a time. Every stage is complete when it is returned, and nothing
 * depends on a clock, on hashing order or on randomness: rows expire by the times that a reader
 * gives, and what an incarnation that ended has left stays. Buffers are copied on the way in. Who
 * needs delay, loss or reordering puts it around the ports.
 */
public final class InMemoryStorage implements Storage {
  private final StorageLayout layout;
  private final InMemoryJournal journal = new InMemoryJournal();
  private final InMemoryIncarnations incarnations = new InMemoryIncarnations();
  private final InMemoryViews views = new InMemoryViews();
  private final InMemoryMailboxes mailboxes;
  private final InMemoryHistory history;
  private final InMemoryAccounts accounts = new InMemoryAccounts();

  /** Empty storage. */
  public InMemoryStorage(StorageLayout layout) {
    this.layout = layout;
    mailboxes = new InMemoryMailboxes(layout);
    history = new InMemoryHistory(layout);
  }

  @Override
  public JournalStore journal() {
    return journal;
  }

  @Override
  public IncarnationStore incarnations() {
    return incarnations;
  }

  @Override
  public ViewStore views() {
    return views;
  }

  @Override
  public MailboxStore mailboxes() {
    return mailboxes;
  }

  @Override
  public HistoryStore history() {
    return history;
  }

  @Override
  public AccountStore accounts() {
    return accounts;
  }

  @Override
  public StorageLayout layout() {
    return layout;
  }

  /** How many blocks the journals of all lanes hold. */
  public int journalBlocks() {
    return journal.blocks();
  }

  /** How many mailbox rows there are, expired ones too. */
  public int mailboxRows() {
    return mailboxes.rows();
  }

  /** How many origin rows there are, expired ones too. */
  public int originRows() {
    return history.originRows();
  }

  /** Keeps its rows: whoever is given this storage next finds them. */
  @Override
  public void close() {}
}
