package io.breakwater.cli.cassandra;

/** When Cassandra syncs its commit log. */
public enum CommitLogSync {
  /** Before it answers a write; the writes of 2 ms share a sync. */
  GROUP("commitlog_sync: group\ncommitlog_sync_group_window: 2ms"),
  /** Every 10 s: a power loss loses what was written since. */
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
