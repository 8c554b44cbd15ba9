package io.breakwater.storage.cassandra;

/**
 * Classes of calls, so that one cannot starve another. Each has a limit of calls in flight and of
 * calls that wait for their turn; a call beyond both fails at once, and one that waited too long
 * fails when its turn comes: neither was executed.
 */
enum Kind {
  /** Blocks of the lanes: sends wait for these. Lanes have few in flight and queue themselves. */
  JOURNAL("journal", 256, 0),
  /** Batches of mailbox and history rows, and dropped slices. */
  SETTLE("settle", 128, 1024),
  /** Origins, journals of the dead. */
  READ("read", 256, 4096),
  /**
   * Pages of mailboxes and of history. Each bucket may answer with {@link Statements#PAGE_ROWS}
   * entries of 64 KiB, which Cassandra holds outside of its heap: few at once.
   */
  PAGE("page", 16, 8192),
  /** Incarnations: seal reads, checkpoints, ceilings. */
  REGISTRY("registry", 64, 64),
  /** Accounts, devices, lookups of handles: all devices return at once after an outage. */
  ACCOUNT("account", 256, 8192),
  /** Conditional writes and serial reads: costly, so few at once. */
  CONDITIONAL("conditional", 64, 1024);

  /** Value of the metric's tag. */
  final String tag;

  /** Most calls in flight. */
  final int limit;

  /** Most calls that wait. */
  final int queueLimit;

  Kind(String tag, int limit, int queueLimit) {
    this.tag = tag;
    this.limit = limit;
    this.queueLimit = queueLimit;
  }
}
