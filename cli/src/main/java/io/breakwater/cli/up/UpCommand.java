package io.breakwater.cli.up;

import io.breakwater.cli.cassandra.CqlProbe;
import io.breakwater.cli.process.JavaHome;
import io.breakwater.cli.process.StartFailure;
import io.breakwater.cli.supervise.Supervisor;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts Cassandra, a delivery node and a gateway, and keeps them running until Ctrl-C. */
@Command(
    name = "up",
    description = {
      "Starts Cassandra, a delivery node and a gateway, and keeps them running until Ctrl-C.",
      "A process that ends is started again after 0.2 s, at each further end after twice as long,"
          + " up to 5 s. Ctrl-C or SIGTERM stops gateway (10 s, then SIGKILL), delivery (15 s) and"
          + " Cassandra (20 s). Should up itself be killed, the processes end by themselves within"
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
    try (DataDirectory data = DataDirectory.open(options.data)) {
      if (options.tls) {
        DevelopmentCertificate.ensure(data, options.address);
      }
      Optional<TrunkCertificates> trunkTls =
          options.trunkTls ? Optional.of(TrunkCertificates.ensure(data)) : Optional.empty();
      Services services = new Services(options, data, trunkTls, root());
      Supervisor supervisor =
          new Supervisor(
              services.inOrder(),
              data.pids(),
              line -> {
                out.println(line);
                out.flush();
              });
      supervisor.endLeftovers();
      requireFree(services.listeners());
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(supervisor)));
      supervisor.run(
          running -> {
            out.printf(
                "ready: clients connect to %s%s (%s)%n",
                HostPort.text(options.clients()),
                options.tls ? ", with TLS to " + HostPort.text(options.tlsClients()) : "",
                pids(running));
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

  private String pids(Supervisor supervisor) {
    String own =
        "delivery %d, gateway %d".formatted(supervisor.pid("delivery"), supervisor.pid("gateway"));
    return options.startsCassandra()
        ? "cassandra %d, %s".formatted(supervisor.pid("cassandra"), own)
        : own;
  }

  private void requireCassandra() {
    if (options.cassandra.stream().noneMatch(node -> CqlProbe.answers(node, PROBE_TIMEOUT))) {
      throw new StartFailure(
          "no Cassandra answers CQL at %s: start it, or correct --cassandra"
              .formatted(
                  String.join(",", options.cassandra.stream().map(HostPort::text).toList())));
    }
  }

  private static void requireFree(List<Services.Listener> listeners) {
    for (Services.Listener listener : listeners) {
      for (Services.Listener other : listeners) {
        if (!listener.equals(other) && listener.address().equals(other.address())) {
          throw new StartFailure(
              "port %d is given to both %s and %s: choose another with %s or %s"
                  .formatted(
                      listener.address().getPort(),
                      listener.what(),
                      other.what(),
                      listener.option(),
                      other.option()));
        }
      }
      listener.requireFree();
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
