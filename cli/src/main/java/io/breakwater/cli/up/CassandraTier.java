package io.breakwater.cli.up;

import io.breakwater.cli.cassandra.CassandraLaunch;
import io.breakwater.cli.cassandra.CassandraOptions;
import io.breakwater.cli.cassandra.NodeProbe;
import io.breakwater.cli.process.Launch;
import io.breakwater.cli.supervise.Probe;
import io.breakwater.cli.supervise.Service;
import io.breakwater.cli.supervise.Tier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The Cassandra nodes that {@code up} starts, at once: each has its token from the start. */
final class CassandraTier {
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration STOP_GRACE = Duration.ofSeconds(20);

  /** Until a node is ready when its machine does nothing else; they share the processors. */
  private static final Duration READY_LIMIT_OF_EACH = Duration.ofMinutes(3);

  private final UpOptions options;
  private final DataDirectory data;
  private final Path root;

  CassandraTier(UpOptions options, DataDirectory data, Path root) {
    this.options = options;
    this.data = data;
    this.root = root;
  }

  Tier tier() {
    return new Tier(
        options.cassandraMembers().stream().map(this::service).toList(), Tier.Stop.TOGETHER);
  }

  private Service service(Member member) {
    CassandraOptions node = node(member);
    return new Service(
        member.name(),
        Listener.onFree(listeners(member), () -> launch(member, node)),
        _ -> ask(node),
        READY_LIMIT_OF_EACH.multipliedBy(options.cassandraNodes),
        STOP_GRACE,
        () -> Listener.taken(listeners(member)),
        "if its data in %s are damaged, restore them, or start anew with another --data"
            .formatted(node.directory()));
  }

  private static Launch launch(Member member, CassandraOptions node) {
    Launch prepared = CassandraLaunch.prepare(node);
    return new Launch(
        member.name(), member.wrapped(prepared.command()), prepared.environment(), prepared.log());
  }

  CassandraOptions node(Member member) {
    List<InetAddress> ring = options.cassandraMembers().stream().map(Member::address).toList();
    return CassandraOptions.of(
            root, data.of(member), options.cassandraPort, options.cassandraStoragePort)
        .inRing(member.address(), ring)
        .withHeapMebibytes(options.cassandraHeap())
        .withJvmFlags(FurtherFlags.of("cassandra"))
        .withCommitLogSync(options.commitLogSync)
        .withLog(data.log(member.name()));
  }

  private static Probe.Answer ask(CassandraOptions node) {
    InetSocketAddress cql = node.cql();
    return switch (NodeProbe.ask(node, PROBE_TIMEOUT)) {
      case NodeProbe.Answer.Own() -> new Probe.Answer.Ready();
      case NodeProbe.Answer.Joining(int peers) ->
          new Probe.Answer.NotReady(
              "it has met %d other nodes (expected: %d)".formatted(peers, node.ring().size() - 1));
      case NodeProbe.Answer.Silent() ->
          new Probe.Answer.NotReady("no CQL answer at " + HostPort.text(cql));
      case NodeProbe.Answer.Stranger(String what) ->
          new Probe.Answer.Stranger(
              "port %d on %s, for Cassandra's CQL, is served by another Cassandra (%s): stop it, or choose another with --cassandra-port"
                  .formatted(cql.getPort(), cql.getHostString(), what));
    };
  }

  List<Listener> listeners() {
    return options.cassandraMembers().stream()
        .flatMap(member -> listeners(member).stream())
        .toList();
  }

  private List<Listener> listeners(Member member) {
    return Listener.here(
        member,
        new Listener(member.at(options.cassandraPort), "Cassandra's CQL", "--cassandra-port"),
        new Listener(
            member.at(options.cassandraStoragePort),
            "Cassandra's storage",
            "--cassandra-storage-port"));
  }
}
