package io.breakwater.cli.cassandra;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a Cassandra node runs and how big it is.
 *
 * @param libraries the directory with Cassandra's jars
 * @param directory everything of this node below it; survives restarts
 * @param log where its output goes
 * @param cql where clients connect
 * @param storagePort the port between nodes, on the same address
 * @param ring the addresses of all nodes of its cluster, in the order of their tokens; fixed when
 *     the data are made
 * @param heapMebibytes the JVM's heap; about as much again is used outside it
 * @param jvmFlags further flags of its JVM
 * @param commitLogSync what the end of the node may cost
 */
public record CassandraOptions(
    Path libraries,
    Path directory,
    Path log,
    InetSocketAddress cql,
    int storagePort,
    List<InetAddress> ring,
    int heapMebibytes,
    List<String> jvmFlags,
    CommitLogSync commitLogSync) {

  /** Copies the lists. */
  public CassandraOptions {
    ring = List.copyOf(ring);
    jvmFlags = List.copyOf(jvmFlags);
  }

  /** The heap of a node that is its cluster, in MiB. */
  public static final int DEFAULT_HEAP_MEBIBYTES = 1024;

  /**
   * A node on 127.0.0.1 with a heap of 1 GiB, alone.
   *
   * @param root the top directory of the project, which was built
   */
  public static CassandraOptions of(Path root, Path directory, int cqlPort, int storagePort) {
    InetAddress address = InetAddress.ofLiteral("127.0.0.1");
    return new CassandraOptions(
        root.resolve("cli/cassandra/target/lib"),
        directory,
        directory.resolve("logs/cassandra.log"),
        new InetSocketAddress(address, cqlPort),
        storagePort,
        List.of(address),
        DEFAULT_HEAP_MEBIBYTES,
        List.of(),
        CommitLogSync.GROUP);
  }

  /** Where its commit log is: no other node has the same. */
  Path commitLog() {
    return directory.toAbsolutePath().resolve("commitlog");
  }

  /** The nodes that it has to know before it is of use. */
  int peers() {
    return ring.size() - 1;
  }

  /*
   * Nodes of one token each, at equal distances, own equal shares. Since each knows its token, none
   * streams anything when it starts on empty data (no bootstrap), and so all may start at once;
   * tokens that Cassandra chooses itself would need one start after the other.
   */
  /** Its token, if it is not alone; a node that is alone draws one. */
  Optional<String> initialToken() {
    if (peers() == 0) {
      return Optional.empty();
    }
    BigInteger distance =
        BigInteger.TWO
            .pow(64)
            .multiply(BigInteger.valueOf(ring.indexOf(cql.getAddress())))
            .divide(BigInteger.valueOf(ring.size()));
    return Optional.of(BigInteger.valueOf(Long.MIN_VALUE).add(distance).toString());
  }

  /**
   * The same node with an address, and the addresses of all nodes of its cluster, which have the
   * same ports.
   */
  public CassandraOptions inRing(InetAddress address, List<InetAddress> addresses) {
    if (!addresses.contains(address)) {
      throw new IllegalArgumentException(
          "address: %s (expected: one of %s)".formatted(address, addresses));
    }
    InetSocketAddress at = new InetSocketAddress(address, cql.getPort());
    return new CassandraOptions(
        libraries,
        directory,
        log,
        at,
        storagePort,
        addresses,
        heapMebibytes,
        jvmFlags,
        commitLogSync);
  }

  /** The same node with another heap. */
  public CassandraOptions withHeapMebibytes(int mebibytes) {
    return new CassandraOptions(
        libraries, directory, log, cql, storagePort, ring, mebibytes, jvmFlags, commitLogSync);
  }

  /** The same node with these flags of its JVM. */
  public CassandraOptions withJvmFlags(List<String> flags) {
    return new CassandraOptions(
        libraries, directory, log, cql, storagePort, ring, heapMebibytes, flags, commitLogSync);
  }

  /** The same node with its output elsewhere. */
  public CassandraOptions withLog(Path file) {
    return new CassandraOptions(
        libraries, directory, file, cql, storagePort, ring, heapMebibytes, jvmFlags, commitLogSync);
  }

  /** The same node that syncs its commit log at other times. */
  public CassandraOptions withCommitLogSync(CommitLogSync sync) {
    return new CassandraOptions(
        libraries, directory, log, cql, storagePort, ring, heapMebibytes, jvmFlags, sync);
  }
}
