package io.breakwater.cli.cassandra;

import io.breakwater.cli.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Cassandra for tests: ports that were free, a temporary directory, removed when the JVM ends.
 *
 * <p>Needs system property {@code breakwater.root} (the build gives it to every test).
 */
public final class TestCassandra {
  private static final int HEAP_MEBIBYTES = 768;

  /** Of each node of a ring. */
  private static final int RING_HEAP_MEBIBYTES = 384;

  /** Halves the CPU of a start: 5 s instead of 10. */
  private static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1");

  private static final Duration READY_LIMIT = Duration.ofMinutes(3);

  private TestCassandra() {}

  /**
   * The one node that all tests of this JVM share; started at the first call, ready on return.
   * Tests keep apart by keyspace, and do not stop it.
   */
  public static EmbeddedCassandra shared() {
    return Shared.NODE;
  }

  /** A node of the caller's own, ready on return; the caller closes it and may start it again. */
  public static EmbeddedCassandra own() {
    EmbeddedCassandra node = EmbeddedCassandra.start(options());
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> remove(node)));
    return node.awaitReady(READY_LIMIT);
  }

  /** Starts a node that was killed or closed, on the same data and ports; ready on return. */
  public static EmbeddedCassandra again(EmbeddedCassandra ended) {
    EmbeddedCassandra node = EmbeddedCassandra.start(ended.options());
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> remove(node)));
    return node.awaitReady(READY_LIMIT);
  }

  /**
   * Nodes of one cluster at 127.0.0.1, 127.0.0.2 and so on, started at once, ready on return; the
   * caller closes them. Needs a system on which all of these are addresses of the machine.
   */
  public static List<EmbeddedCassandra> ring(int nodes) {
    List<InetAddress> addresses =
        IntStream.rangeClosed(1, nodes)
            .mapToObj(node -> InetAddress.ofLiteral("127.0.0." + node))
            .toList();
    int cqlPort = Ports.free(addresses.getFirst());
    int storagePort = Ports.free(addresses.getFirst());
    List<EmbeddedCassandra> ring = new ArrayList<>();
    for (InetAddress address : addresses) {
      EmbeddedCassandra node =
          EmbeddedCassandra.start(
              options(cqlPort, storagePort)
                  .withHeapMebibytes(RING_HEAP_MEBIBYTES)
                  .inRing(address, addresses));
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> remove(node)));
      ring.add(node);
    }
    ring.forEach(node -> node.awaitReady(READY_LIMIT));
    return ring;
  }

  private static CassandraOptions options() {
    InetAddress address = InetAddress.ofLiteral("127.0.0.1");
    return options(Ports.free(address), Ports.free(address));
  }

  private static CassandraOptions options(int cqlPort, int storagePort) {
    String root = System.getProperty("breakwater.root");
    if (root == null) {
      throw new IllegalStateException(
          "system property breakwater.root: missing (expected: the project's top directory)");
    }
    try {
      Path directory = Files.createTempDirectory("breakwater-cassandra");
      return CassandraOptions.of(Path.of(root), directory, cqlPort, storagePort)
          .withHeapMebibytes(HEAP_MEBIBYTES)
          .withJvmFlags(QUICK_START);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(EmbeddedCassandra node) {
    node.kill();
    try (Stream<Path> files = Files.walk(node.options().directory())) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // Removed by the hook of an earlier start on the same directory, or by the system later.
    }
  }

  /** Initialised on first use, once, by the class loader. */
  private static final class Shared {
    private static final EmbeddedCassandra NODE = own();
  }
}
