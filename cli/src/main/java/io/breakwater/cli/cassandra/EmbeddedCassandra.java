package io.breakwater.cli.cassandra;

import io.breakwater.cli.process.ChildProcess;
import io.breakwater.cli.process.Ports;
import io.breakwater.cli.process.StartFailure;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A Cassandra node that runs as our child. Its data survive {@link #kill} and {@link #close}: start
 * again with the same {@link #options} to have them back. Should we be killed, the node ends too.
 * Safe for any thread; methods block as they say.
 */
public final class EmbeddedCassandra implements AutoCloseable {
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration STOP_GRACE = Duration.ofSeconds(20);

  private final CassandraOptions options;
  private final ChildProcess process;

  private EmbeddedCassandra(CassandraOptions options, ChildProcess process) {
    this.options = options;
    this.process = process;
  }

  /**
   * Starts a node; returns before it is ready.
   *
   * @throws StartFailure if JDK 17, the jars, a port or the disk is not there
   */
  public static EmbeddedCassandra start(CassandraOptions options) {
    Ports.requireFree(options.cql(), "Cassandra's CQL", "--cassandra-port");
    Ports.requireFree(
        new InetSocketAddress(options.cql().getAddress(), options.storagePort()),
        "Cassandra's storage",
        "--cassandra-storage-port");
    return new EmbeddedCassandra(options, ChildProcess.start(CassandraLaunch.prepare(options)));
  }

  /**
   * Waits until the node answers CQL.
   *
   * @return this
   * @throws StartFailure if the node ends, does not answer within {@code limit}, or another node
   *     has its port
   */
  public EmbeddedCassandra awaitReady(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!serves()) {
      if (!process.isAlive()) {
        throw new StartFailure(
            "cassandra ended at its start (exit status %d): %s; its log is %s"
                .formatted(process.onExit().join(), process.reason(), options.log()));
      }
      if (System.nanoTime() - deadline > 0) {
        throw new StartFailure(
            "cassandra did not answer on %s within %d s; its log is %s"
                .formatted(options.cql(), limit.toSeconds(), options.log()));
      }
      pause();
    }
    return this;
  }

  private boolean serves() {
    return switch (NodeProbe.ask(options, PROBE_TIMEOUT)) {
      case NodeProbe.Answer.Own() -> true;
      case NodeProbe.Answer.Silent() -> false;
      case NodeProbe.Answer.Joining joining -> false;
      case NodeProbe.Answer.Stranger(String what) ->
          throw new StartFailure(
              "port %d is served by another Cassandra (%s)"
                  .formatted(options.cql().getPort(), what));
    };
  }

  private static void pause() {
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure("interrupted while Cassandra started", e);
    }
  }

  /** Where clients connect; the datacenter is {@code datacenter1}. */
  public InetSocketAddress contactPoint() {
    return options.cql();
  }

  /** What it was started with. */
  public CassandraOptions options() {
    return options;
  }

  /** The system's process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether the process has not ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL; returns when it is gone. */
  public void kill() {
    process.kill();
  }

  /** SIGTERM, then SIGKILL after 20 s; returns when it is gone. */
  @Override
  public void close() {
    process.stop(STOP_GRACE);
  }
}
