package io.breakwater.loadtest.bench.site;

import io.breakwater.loadtest.bench.phone.TlsPort;
import io.breakwater.loadtest.stack.Metrics;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Stack;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Servers under load. Any thread. */
public interface Site extends AutoCloseable {
  /** Where phones connect: in turn. */
  List<InetSocketAddress> clients();

  /** Where they connect with TLS. */
  Optional<TlsPort> tls();

  /** The processes whose CPU is counted, as far as they are known. */
  Map<Part, List<Long>> pids();

  /** The figures of the delivery nodes, or of the gateways, now; of those that can be asked. */
  List<Metrics> metrics(Part part);

  /** Where Cassandra can be asked for its own counts. */
  Optional<InetSocketAddress> cql();

  /** The stack, if it is ours, and so may be killed. */
  Optional<Stack> stack();

  @Override
  void close();
}
