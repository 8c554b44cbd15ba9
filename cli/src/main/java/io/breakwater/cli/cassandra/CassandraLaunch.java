package io.breakwater.cli.cassandra;

import io.breakwater.cli.process.JavaHome;
import io.breakwater.cli.process.Launch;
import io.breakwater.cli.process.StartFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes a node's configuration and makes the command that runs it. */
public final class CassandraLaunch {
  /** Bytes that must be free: two commit log segments, a flush and a compaction. */
  private static final long NEEDED_BYTES = 512L << 20;

  /**
   * Until it tries again to set up roles, which it cannot until the others are there; with 0 at
   * once.
   */
  private static final String ROLE_SETUP_DELAY = "-Dcassandra.superuser_setup_delay_ms=1000";

  private CassandraLaunch() {}

  /**
   * Prepares the node's directory, anew at each start, so that a change of options takes effect.
   *
   * @throws StartFailure if JDK 17 or Cassandra's jars are missing, or the directory cannot take
   *     the data
   */
  public static Launch prepare(CassandraOptions options) {
    JavaHome java = JavaHome.find(17);
    Path directory = options.directory().toAbsolutePath();
    Path agent = jamm(options.libraries());
    try {
      Path conf = Files.createDirectories(directory.resolve("conf"));
      requireSpace(directory);
      Path yaml = conf.resolve("cassandra.yaml");
      Files.writeString(yaml, yaml(options, directory));
      Path logback = conf.resolve("logback.xml");
      Files.writeString(logback, resource("logback.xml"));
      return new Launch(
          "cassandra",
          TimerSlack.of(
              command(options, java, agent, directory, yaml.toUri(), logback.toUri()),
              System.getenv()),
          Map.of(),
          options.log());
    } catch (IOException e) {
      throw new StartFailure(
          "cannot write Cassandra's directory %s (%s): check its owner and that the disk is not full"
              .formatted(directory, e),
          e);
    }
  }

  private static List<String> command(
      CassandraOptions options, JavaHome java, Path agent, Path directory, URI yaml, URI logback)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(java.program());
    command.add("-javaagent:" + agent);
    command.add("-Xms" + Math.min(256, options.heapMebibytes()) + "m");
    command.add("-Xmx" + options.heapMebibytes() + "m");
    resource("jvm17.options")
        .lines()
        .filter(line -> line.startsWith("-"))
        .flatMap(line -> List.of(line.split(" ")).stream())
        .forEach(command::add);
    if (options.peers() > 0) {
      command.add(ROLE_SETUP_DELAY);
    }
    command.addAll(options.jvmFlags());
    command.add("-XX:ErrorFile=" + directory.resolve("hs_err_pid%p.log"));
    command.add("-Dcassandra.config=" + yaml);
    command.add("-Dlogback.configurationFile=" + logback);
    command.add("-Dcassandra.storagedir=" + directory);
    command.add("-Dcassandra-foreground=yes");
    command.add("-cp");
    command.add(options.libraries().toAbsolutePath() + "/*");
    command.add("org.apache.cassandra.service.CassandraDaemon");
    return command;
  }

  private static String yaml(CassandraOptions options, Path directory) throws IOException {
    return resource("cassandra.yaml")
        .replace("@address@", options.cql().getAddress().getHostAddress())
        .replace("@seeds@", seeds(options))
        .replace(
            "@initialToken@",
            options.initialToken().map(token -> "initial_token: '" + token + "'").orElse(""))
        .replace("@cqlPort@", Integer.toString(options.cql().getPort()))
        .replace("@storagePort@", Integer.toString(options.storagePort()))
        .replace("@commitLog@", options.commitLog().toString().replace("'", "''"))
        .replace("@commitLogSync@", options.commitLogSync().yaml())
        .replace("@directory@", directory.toString().replace("'", "''"));
  }

  /** All: whichever starts first begins the cluster, and the others find it. */
  private static String seeds(CassandraOptions options) {
    return options.ring().stream()
        .map(address -> address.getHostAddress() + ':' + options.storagePort())
        .collect(Collectors.joining(","));
  }

  private static void requireSpace(Path directory) throws IOException {
    long free = Files.getFileStore(directory).getUsableSpace();
    if (free < NEEDED_BYTES) {
      throw new StartFailure(
          "disk full: %d MiB free at %s (expected: at least %d MiB): free some, or choose another with --data"
              .formatted(free >> 20, directory, NEEDED_BYTES >> 20));
    }
  }

  private static Path jamm(Path libraries) {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(libraries, "jamm-*.jar")) {
      for (Path jar : jars) {
        return jar.toAbsolutePath();
      }
    } catch (IOException e) {
      throw missing(libraries);
    }
    throw missing(libraries);
  }

  private static StartFailure missing(Path libraries) {
    return new StartFailure(
        "no Cassandra in %s: run `mvn package -DskipTests` at the top of the project"
            .formatted(libraries));
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream = CassandraLaunch.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new AssertionError("resource missing: " + name);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
