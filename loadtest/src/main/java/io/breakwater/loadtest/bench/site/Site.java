package io.breakwater.loadtest.bench.site;

import io.breakwater.loadtest.bench.phone.TlsPort;
import io.breakwater.loadtest.stack.Metrics;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Stack;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;

/** Servers under load. Any thread. */
public interface Site extends AutoCloseable {
  /** Where phones connect. */
  InetSocketAddress clients();

  /** Where they connect with TLS. */
  Optional<TlsPort> tls();

  /** The processes whose CPU is counted, as far as they are known. */
  Map<Part, Long> pids();

  /** The figures of a delivery node or a gateway, now; none if it cannot be asked. */
  Optional<Metrics> metrics(Part part);

  /** Where Cassandra can be asked for its own counts. */
  Optional<InetSocketAddress> cql();

  /** The stack, if it is ours, and so may be killed. */
  Optional<Stack> stack();

  @Override
  void close();
}
