package io.breakwater.storage.cassandra;

/**
 * Classes of calls, so that one cannot starve another. Each has a limit of calls in flight; a call
 * beyond it fails at once and definitely was not executed: whoever calls has a queue of its own,
 * with an order and a deadline, and a second one here would only hide its delay.
 */
enum Kind {
  /** Blocks of the lanes: sends wait for these. */
  JOURNAL("journal", 256),
  /** Batches of mailbox and history rows, and dropped slices. */
  SETTLE("settle", 256),
  /** Mailbox pages, origins, history, journals of the dead. */
  READ("read", 256),
  /** Incarnations: seal reads, checkpoints, ceilings. */
  REGISTRY("registry", 64),
  /** Accounts, devices, lookups of handles. */
  ACCOUNT("account", 256),
  /** Conditional writes and serial reads. */
  CONDITIONAL("conditional", 64);

  /** Value of the metric's tag. */
  final String tag;

  /** Most calls in flight. */
  final int limit;

  Kind(String tag, int limit) {
    this.tag = tag;
    this.limit = limit;
  }
}
