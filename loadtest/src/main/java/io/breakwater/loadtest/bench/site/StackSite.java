package io.breakwater.loadtest.bench.site;

import io.breakwater.loadtest.bench.phone.TlsPort;
import io.breakwater.loadtest.stack.Launcher;
import io.breakwater.loadtest.stack.Metrics;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Ports;
import io.breakwater.loadtest.stack.Server;
import io.breakwater.loadtest.stack.Stack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A stack of our own, in a fresh directory. */
public final class StackSite implements Site {
  private final Stack stack;

  private StackSite(Stack stack) {
    this.stack = stack;
  }

  /** When Cassandra syncs. */
  public enum Sync {
    GROUP,
    PERIODIC;

    /** As it is written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether delivery keeps message bodies. */
  public enum History {
    ON,
    OFF;

    /** As it is written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What is measured on a stack of its own. */
  public record Setting(Variant variant, Sync sync, History history) {
    Stack.Setup setup() {
      List<String> options = new ArrayList<>(List.of("--tls", "--commitlog-sync=" + sync));
      options.addAll(variant.setup().options());
      Map<String, String> environment = new HashMap<>(variant.setup().environment());
      environment.putIfAbsent(
          "BREAKWATER_DELIVERY_STORE_HISTORY", Boolean.toString(history == History.ON));
      // A few phones do here what many people do.
      for (String limit :
          List.of("DEVICE_SENDS", "DEVICE_PAYLOAD_BYTES", "DEVICE_FRAMES", "ACCOUNT_SENDS")) {
        environment.putIfAbsent("BREAKWATER_GATEWAY_RATE_" + limit, "off");
      }
      return new Stack.Setup(options, environment, variant.setup().size());
    }
  }

  /** Starts one; returns when it is ready. */
  public static StackSite start(Launcher launcher, Path directory, Ports ports, Setting setting) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new StackSite(Stack.start(launcher, directory, ports, setting.setup()));
  }

  @Override
  public List<InetSocketAddress> clients() {
    return stack.servers(Part.GATEWAY).stream().map(Server::serves).toList();
  }

  @Override
  public Optional<TlsPort> tls() {
    return Optional.of(new TlsPort(local(stack.tlsPort()), stack.certificate()));
  }

  @Override
  public Map<Part, List<Long>> pids() {
    Map<Part, List<Long>> pids = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      pids.put(
          part, stack.servers(part).stream().map(Server::pid).flatMap(Optional::stream).toList());
    }
    return pids;
  }

  @Override
  public List<Metrics> metrics(Part part) {
    return stack.servers(part).stream().map(Server::metrics).flatMap(Optional::stream).toList();
  }

  @Override
  public Optional<InetSocketAddress> cql() {
    return Optional.of(local(stack.cqlPort()));
  }

  @Override
  public Optional<Stack> stack() {
    return Optional.of(stack);
  }

  private static InetSocketAddress local(int port) {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
  }

  @Override
  public void close() {
    stack.close();
  }
}
