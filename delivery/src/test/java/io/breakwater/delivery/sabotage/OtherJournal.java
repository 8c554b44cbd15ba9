package io.breakwater.delivery.sabotage;

import io.breakwater.storage.AccountStore;
import io.breakwater.storage.HistoryStore;
import io.breakwater.storage.IncarnationStore;
import io.breakwater.storage.JournalStore;
import io.breakwater.storage.MailboxStore;
import io.breakwater.storage.Storage;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.ViewStore;

/** A storage with another journal. */
record OtherJournal(Storage real, JournalStore journal) implements Storage {
  @Override
  public IncarnationStore incarnations() {
    return real.incarnations();
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
  public void close() {
    real.close();
  }
}
