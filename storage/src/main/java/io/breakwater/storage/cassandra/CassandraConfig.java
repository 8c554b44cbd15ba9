package io.breakwater.storage.cassandra;

import io.breakwater.storage.StorageLayout;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which Cassandra, and how to talk to it.
 *
 * @param contactPoints nodes that are asked first; names are resolved at each attempt
 * @param datacenter whose nodes are talked to
 * @param replication copies of each row in that datacenter; used when the keyspace is created
 * @param keyspace lower case, at most 48 characters
 * @param requestTimeout after which a request's outcome is unknown
 * @param historyRetention how long message bodies are kept
 */
public record CassandraConfig(
    List<InetSocketAddress> contactPoints,
    String datacenter,
    int replication,
    String keyspace,
    Duration requestTimeout,
    Duration historyRetention) {
  private static final Pattern KEYSPACE = Pattern.compile("[a-z][a-z0-9_]{0,47}");

  /** Checks every value. */
  public CassandraConfig {
    contactPoints = List.copyOf(contactPoints);
    check(!contactPoints.isEmpty(), "Cassandra contact points", "none", "at least one");
    check(replication >= 1, "Cassandra replication", replication, "at least 1");
    check(KEYSPACE.matcher(keyspace).matches(), "Cassandra keyspace", keyspace, KEYSPACE);
    check(requestTimeout.isPositive(), "Cassandra request timeout", requestTimeout, "more than 0");
    check(
        historyRetention.compareTo(Duration.ofDays(1)) >= 0
            && historyRetention.compareTo(Duration.ofDays(3650)) <= 0,
        "history retention",
        historyRetention,
        "PT24H..PT87600H");
  }

  private static void check(boolean valid, String what, Object value, Object expected) {
    if (!valid) {
      throw new IllegalArgumentException(what + ": " + value + " (expected: " + expected + ')');
    }
  }

  /** One node on this machine: nothing is replicated. */
  public static CassandraConfig forOneMachine(InetSocketAddress contactPoint, String keyspace) {
    return new CassandraConfig(
        List.of(contactPoint),
        "datacenter1",
        1,
        keyspace,
        Duration.ofSeconds(2),
        Duration.ofDays(30));
  }

  /**
   * What a process was started with.
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  public static CassandraConfig of(CassandraSettings settings) {
    return new CassandraConfig(
        settings.contactPoints().stream().map(CassandraConfig::address).toList(),
        settings.datacenter(),
        settings.replication(),
        settings.keyspace(),
        settings.requestTimeout(),
        settings.historyRetention());
  }

  /**
   * The layout that a process was started with.
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  public static StorageLayout layout(CassandraSettings settings) {
    return new StorageLayout(
        settings.shards(),
        settings.mailboxBucket(),
        settings.historyBucket(),
        settings.mailboxTtl(),
        settings.originTtl());
  }

  private static InetSocketAddress address(String hostAndPort) {
    int colon = hostAndPort.lastIndexOf(':');
    try {
      int port = Integer.parseInt(hostAndPort.substring(colon + 1));
      if (colon > 0 && port > 0) {
        return InetSocketAddress.createUnresolved(hostAndPort.substring(0, colon), port);
      }
    } catch (IllegalArgumentException e) {
      // Reported below, as everything that is not host:port.
    }
    throw new IllegalArgumentException(
        "Cassandra contact point: " + hostAndPort + " (expected: host:port)");
  }
}
