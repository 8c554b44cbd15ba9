package io.breakwater.storage;

/** All durable state of a cluster. */
public interface Storage extends AutoCloseable {
  /** The write-ahead logs of the lanes. */
  JournalStore journal();

  /** The registry of incarnations: addresses, checkpoints, ceilings, seals. */
  IncarnationStore incarnations();

  /** Who is a member: the one row that decides. */
  ViewStore views();

  /** Entries that were not settled live. */
  MailboxStore mailboxes();

  /** Messages, and the origins by which a retry is known. */
  HistoryStore history();

  /** Accounts, devices, handles. */
  AccountStore accounts();

  /** How rows are spread over partitions. */
  StorageLayout layout();

  /** How long calls have waited for their turn. */
  default TurnWaits turnWaits() {
    return TurnWaits.NONE;
  }

  @Override
  void close();
}
