package io.breakwater.loadtest.wire;

import io.breakwater.loadtest.stack.Ports;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.trial.Trial;
import java.time.Duration;
import java.util.List;

/** {@code up --cassandra} with nobody at that port. */
public final class CassandraDownAtStart {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private CassandraDownAtStart() {}

  /** Proves it. */
  public static void run(Trial trial) {
    String address = "127.0.0.1:" + Ports.closed();
    Stack.Refusal refusal =
        Stack.refusal(
            trial.launcher(),
            trial.directory().resolve("stack"),
            trial.ports(),
            List.of("--cassandra=" + address),
            LIMIT);
    trial.verdict().equal("exit status of up", 1, refusal.status());
    trial.verdict().equal("lines that up says", 1, refusal.lines().size());
    String line = String.join(" / ", refusal.lines());
    trial
        .verdict()
        .check(
            line.contains(address) && line.contains("--cassandra"),
            "the line names the address and the option",
            line);
  }
}
