package io.breakwater.cli.up;

import io.breakwater.cli.cassandra.CqlProbe;
import io.breakwater.cli.process.JavaHome;
import io.breakwater.cli.process.Ports;
import io.breakwater.cli.process.StartFailure;
import io.breakwater.cli.supervise.Supervisor;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts Cassandra, delivery nodes and gateways, and keeps them running until Ctrl-C. */
@Command(
    name = "up",
    description = {
      "Starts Cassandra, a delivery node and a gateway, or several of each, and keeps them running"
          + " until Ctrl-C.",
      "A process that ends is started again after 0.2 s, at each further end after twice as long,"
          + " up to 5 s. Ctrl-C or SIGTERM stops the gateways (10 s, then SIGKILL), the delivery nodes (15 s"
          + " each, one after the other) and Cassandra (20 s). Should up itself be killed, the processes end by themselves within"
          + " 10 s."
    },
    mixinStandardHelpOptions = true)
public final class UpCommand implements Runnable {
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(3);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private UpOptions options = new UpOptions();

  UpCommand() {}

  @Override
  public void run() {
    options
        .problem()
        .ifPresent(
            problem -> {
              throw new ParameterException(spec.commandLine(), problem);
            });
    PrintWriter out = spec.commandLine().getOut();
    if (options.startsCassandra()) {
      JavaHome.find(17);
    } else {
      requireCassandra();
    }
    options
        .members()
        .filter(Member::isHere)
        .map(Member::address)
        .distinct()
        .forEach(Ports::requireLocal);
    try (DataDirectory data = DataDirectory.open(options.data)) {
      if (options.startsCassandra()) {
        data.claimCassandra(options.cassandraMembers());
      }
      if (options.tls) {
        DevelopmentCertificate.ensure(data, options.address, options.gatewayMembers());
      }
      Optional<TrunkCertificates> trunkTls =
          options.trunkTls
              ? Optional.of(
                  TrunkCertificates.ensure(
                      data, options.gatewayMembers(), options.deliveryMembers()))
              : Optional.empty();
      Services services = new Services(options, data, trunkTls, root());
      Supervisor supervisor =
          new Supervisor(
              services.tiers(),
              data.pids(),
              line -> {
                out.println(line);
                out.flush();
              });
      supervisor.endLeftovers();
      Listener.requireFree(services.listeners());
      data.describe(services.description());
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(supervisor)));
      supervisor.run(
          running -> {
            out.printf(
                "ready: clients connect to %s%s (%s)%n",
                gateways(options::clients),
                options.tls ? ", with TLS to " + gateways(options::tlsClients) : "",
                pids(running));
            out.flush();
            Thread.ofPlatform().daemon().name("classes").start(() -> archive(services, out));
          });
    }
  }

  /** Only the speed of the next start depends on it. */
  private static void archive(Services services, PrintWriter out) {
    try {
      services.archiveClasses();
    } catch (IOException | StartFailure e) {
      out.printf("class archive: not made (%s): restarts take longer%n", e.getMessage());
      out.flush();
    }
  }

  private String gateways(Function<Member, InetSocketAddress> listener) {
    return HostPort.list(options.gatewayMembers().stream().map(listener).toList());
  }

  private String pids(Supervisor supervisor) {
    return options
        .members()
        .map(member -> member.name() + ' ' + supervisor.pid(member.name()))
        .collect(Collectors.joining(", "));
  }

  private void requireCassandra() {
    if (options.cassandra.stream().noneMatch(node -> CqlProbe.answers(node, PROBE_TIMEOUT))) {
      throw new StartFailure(
          "no Cassandra answers CQL at %s: start it, or correct --cassandra"
              .formatted(HostPort.list(options.cassandra)));
    }
  }

  private static Path root() {
    String root = System.getProperty("breakwater.root");
    if (root == null) {
      throw new StartFailure("system property breakwater.root is missing: start with ./breakwater");
    }
    return Path.of(root);
  }

  /** On Ctrl-C and SIGTERM the JVM waits for this. */
  private static void stop(Supervisor supervisor) {
    supervisor.stop();
    try {
      supervisor.awaitStopped();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
