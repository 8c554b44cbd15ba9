package io.breakwater.storage.cassandra;

import java.time.Duration;

/**
 * What Cassandra has done to a write when it acknowledges it (P1).
 *
 * @param sync its {@code commitlog_sync}
 * @param interval between syncs of the commit log
 */
public record DurabilitySetting(Sync sync, Duration interval) {
  /** When the commit log is on the disk. */
  public enum Sync {
    /** Before the answer. */
    BATCH,
    /** Before the answer; writes of one interval share a sync. */
    GROUP,
    /** After the answer. */
    PERIODIC
  }

  /**
   * How long before all replicas were killed, or lost their power, an accepted write may be lost.
   * The kill counts, since Cassandra 5 writes its commit log by direct I/O from a buffer that the
   * kernel does not have.
   */
  public Duration lossWindow() {
    return switch (sync) {
      case BATCH, GROUP -> Duration.ZERO;
      case PERIODIC -> interval;
    };
  }
}
