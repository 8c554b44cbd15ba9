package io.breakwater.cli.cassandra;

/** When Cassandra syncs its commit log. */
public enum CommitLogSync {
  /** Before it answers a write; the writes of 2 ms share a sync. */
  GROUP("commitlog_sync: group\ncommitlog_sync_group_window: 2ms"),
  /**
   * Every 10 s. What was written since is lost with the node's process, not only with the machine's
   * power: Cassandra 5 writes its commit log by direct I/O from a buffer of its own.
   */
  PERIODIC("commitlog_sync: periodic\ncommitlog_sync_period: 10s");

  private final String yaml;

  CommitLogSync(String yaml) {
    this.yaml = yaml;
  }

  /** Its lines of {@code cassandra.yaml}. */
  String yaml() {
    return yaml;
  }
}
