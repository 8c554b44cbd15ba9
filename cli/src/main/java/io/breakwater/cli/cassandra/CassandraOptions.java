package io.breakwater.cli.cassandra;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a Cassandra node runs and how big it is.
 *
 * @param libraries the directory with Cassandra's jars
 * @param directory everything of this node below it; survives restarts
 * @param log where its output goes
 * @param cql where clients connect
 * @param storagePort the port between nodes, on the same address
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
    int heapMebibytes,
    List<String> jvmFlags,
    CommitLogSync commitLogSync) {

  /** Copies the flags. */
  public CassandraOptions {
    jvmFlags = List.copyOf(jvmFlags);
  }

  /** The heap of {@code ./breakwater up}, in MiB. */
  public static final int DEFAULT_HEAP_MEBIBYTES = 1024;

  /**
   * A node on 127.0.0.1 with a heap of 1 GiB.
   *
   * @param root the top directory of the project, which was built
   */
  public static CassandraOptions of(Path root, Path directory, int cqlPort, int storagePort) {
    return new CassandraOptions(
        root.resolve("cli/cassandra/target/lib"),
        directory,
        directory.resolve("logs/cassandra.log"),
        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), cqlPort),
        storagePort,
        DEFAULT_HEAP_MEBIBYTES,
        List.of(),
        CommitLogSync.GROUP);
  }

  /** Where its commit log is: no other node has the same. */
  Path commitLog() {
    return directory.toAbsolutePath().resolve("commitlog");
  }

  /** The same node with another heap. */
  public CassandraOptions withHeapMebibytes(int mebibytes) {
    return new CassandraOptions(
        libraries, directory, log, cql, storagePort, mebibytes, jvmFlags, commitLogSync);
  }

  /** The same node with these flags of its JVM. */
  public CassandraOptions withJvmFlags(List<String> flags) {
    return new CassandraOptions(
        libraries, directory, log, cql, storagePort, heapMebibytes, flags, commitLogSync);
  }

  /** The same node with its output elsewhere. */
  public CassandraOptions withLog(Path file) {
    return new CassandraOptions(
        libraries, directory, file, cql, storagePort, heapMebibytes, jvmFlags, commitLogSync);
  }

  /** The same node that syncs its commit log at other times. */
  public CassandraOptions withCommitLogSync(CommitLogSync sync) {
    return new CassandraOptions(
        libraries, directory, log, cql, storagePort, heapMebibytes, jvmFlags, sync);
  }
}
