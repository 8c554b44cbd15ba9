package io.breakwater.loadtest.stream;

import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.trial.Trial;
import java.io.IOException;

/**
 * The gateway is killed, then Cassandra, and the delivery node before Cassandra is back: its
 * successor finds in Cassandra whatever was accepted, or lines are missing in the end.
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
          faults.cassandraThenDeliveryInTime();
          faults.checkRecovered();
        });
  }
}
