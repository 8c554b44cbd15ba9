package io.breakwater.loadtest.bench.site;

import io.breakwater.loadtest.bench.phone.TlsPort;
import io.breakwater.loadtest.stack.Metrics;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Stack;
import java.net.InetSocketAddress;
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
    InetSocketAddress clients,
    Optional<TlsPort> tls,
    Map<Part, Long> pids,
    Map<Part, InetSocketAddress> admin,
    Optional<InetSocketAddress> cql)
    implements Site {
  /** Copies the maps. */
  public TargetSite {
    pids = Map.copyOf(pids);
    admin = Map.copyOf(admin);
  }

  @Override
  public Optional<Metrics> metrics(Part part) {
    return Optional.ofNullable(admin.get(part)).flatMap(Metrics::ask);
  }

  @Override
  public Optional<Stack> stack() {
    return Optional.empty();
  }

  /** Nothing: it is not ours. */
  @Override
  public void close() {}
}
