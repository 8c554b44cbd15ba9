package io.breakwater.loadtest.bench.site;

import io.breakwater.loadtest.bench.phone.TlsPort;
import io.breakwater.loadtest.stack.Metrics;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Stack;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Servers that somebody else runs.
 *
 * @param clients where phones connect
 * @param tls where they connect with TLS, if they can
 * @param pids of those that run on this machine and are to be counted
 * @param admin admin addresses, as far as they are known
 * @param cql of Cassandra, if it is known
 */
public record TargetSite(
    List<InetSocketAddress> clients,
    Optional<TlsPort> tls,
    Map<Part, List<Long>> pids,
    Map<Part, InetSocketAddress> admin,
    Optional<InetSocketAddress> cql)
    implements Site {
  /** Copies the maps. */
  public TargetSite {
    clients = List.copyOf(clients);
    pids = Map.copyOf(pids);
    admin = Map.copyOf(admin);
  }

  @Override
  public List<Metrics> metrics(Part part) {
    return Optional.ofNullable(admin.get(part)).flatMap(Metrics::ask).stream().toList();
  }

  @Override
  public Optional<Stack> stack() {
    return Optional.empty();
  }

  /** Nothing: it is not ours. */
  @Override
  public void close() {}
}
