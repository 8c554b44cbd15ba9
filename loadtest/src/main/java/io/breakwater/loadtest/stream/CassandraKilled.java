package io.breakwater.loadtest.stream;

import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.trial.Trial;
import java.io.IOException;

/**
 * The gateway and Cassandra are killed, and when lines flow again, the delivery node: its successor
 * finds in Cassandra whatever was accepted, or lines are missing in the end.
 */
public final class CassandraKilled {
  private CassandraKilled() {}

  /** Proves it. */
  public static void run(Trial trial) throws IOException {
    FirstLight.run(
        trial,
        faults -> {
          faults.begin();
          faults.restartInTime(Part.GATEWAY);
          faults.restartInTime(Part.CASSANDRA);
          // What waited for Cassandra comes at once, so that the share may be anything by now.
          faults.restart(Part.DELIVERY);
          faults.checkRecovered();
        });
  }
}
