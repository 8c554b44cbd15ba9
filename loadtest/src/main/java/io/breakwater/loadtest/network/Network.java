package io.breakwater.loadtest.network;

import io.breakwater.loadtest.stack.Hosts;
import io.breakwater.loadtest.stack.Tool;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/*
 * Each host is a network namespace with one end of a pair of virtual Ethernet devices; the other ends are ports of a
 * bridge, which has an address, too: that is where this process and the supervisor are.
 *
 * Packets vanish without a word, as in a switch that fails: no error comes back, connections stay, and nobody can tell
 * except by silence. A host whose packets to another one are to vanish is given a wrong Ethernet address for it (a
 * permanent neighbour entry), so that one direction of one pair is cut; a host whose packets are all to vanish, by the
 * state of its port at the bridge, while its own device still looks connected.
 */
/**
 * Hosts at a bridge, in the network of this process. Confined to one thread, but for {@link #cut},
 * {@link #mend} and {@link #isSilent}, which are any thread's.
 */
public final class Network implements AutoCloseable {
  private static final String BRIDGE = "hosts";
  private static final String NET = "10.88.0.";

  /** Where this process is reached from the hosts. */
  public static final String HERE = NET + 1;

  private static final int FIRST = 11;

  /** Nobody's. */
  private static final String NOWHERE = "02:00:00:00:00:01";

  private static final String DISABLED = "0";
  private static final String FORWARDING = "3";

  /** Each way; a queue longer than the latency is dropped. */
  private static final List<String> SLOW =
      List.of("root", "tbf", "rate", "256kbit", "burst", "4kb", "latency", "400ms");

  private static final Pattern HELD_BACK = Pattern.compile("overlimits (\\d+)");
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration HEAL_LIMIT = Duration.ofSeconds(10);
  private static final int TIMED_OUT = 124;

  /** Files that the namespaces are mounted on. */
  private final Path directory;

  private final Map<String, InetAddress> addresses;

  private Network(Path directory, Map<String, InetAddress> addresses) {
    this.directory = directory;
    this.addresses = addresses;
  }

  /**
   * Makes it; in a process that {@link OwnNetwork} started, or it would be the machine's.
   *
   * @param directory does not exist; of the network alone
   * @param names of the hosts: 1 to 15 letters, digits and {@code -}
   */
  public static Network create(Path directory, List<String> names) {
    Network network = new Network(directory, addresses(names));
    try {
      Files.createDirectories(directory);
      Tool.run(List.of("ip", "link", "set", "dev", "lo", "up"));
      Tool.run(List.of("ip", "link", "add", "name", BRIDGE, "type", "bridge"));
      Tool.run(List.of("ip", "addr", "add", HERE + "/24", "dev", BRIDGE));
      Tool.run(List.of("ip", "link", "set", "dev", BRIDGE, "up"));
      for (String name : names) {
        network.addHost(name);
      }
      return network;
    } catch (IOException e) {
      throw new TrialFailure("cannot make hosts in " + directory + ": " + e.getMessage(), e);
    }
  }

  /** In their order. */
  static Map<String, InetAddress> addresses(List<String> names) {
    Map<String, InetAddress> addresses = new LinkedHashMap<>();
    for (String name : names) {
      addresses.put(name, InetAddress.ofLiteral(NET + (FIRST + addresses.size())));
    }
    return addresses;
  }

  private void addHost(String name) throws IOException {
    String file = Files.createFile(file(name)).toString();
    Tool.run(List.of("unshare", "--net=" + file, "true"));
    Tool.run(
        List.of(
            "ip", "link", "add", "name", name, "type", "veth", "peer", "name", "eth0", "netns",
            file));
    Tool.run(List.of("ip", "link", "set", "dev", name, "master", BRIDGE, "up"));
    within(name, "ip", "link", "set", "dev", "lo", "up");
    within(name, "ip", "addr", "add", address(name) + "/24", "dev", "eth0");
    within(name, "ip", "link", "set", "dev", "eth0", "up");
    // Of a process that was killed, a host that lost its power says nothing later.
    within(name, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/tcp_orphan_retries");
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private String address(String name) {
    InetAddress address = addresses.get(name);
    if (address == null) {
      throw new IllegalArgumentException(
          "host: %s (expected: one of %s)".formatted(name, addresses.keySet()));
    }
    return address.getHostAddress();
  }

  String within(String name, String... command) {
    return Tool.run(inside(name, command));
  }

  private List<String> inside(String name, String... command) {
    List<String> entering = new ArrayList<>(enter(name));
    entering.addAll(List.of(command));
    return entering;
  }

  private List<String> enter(String name) {
    return List.of("nsenter", "--net=" + file(name).toAbsolutePath());
  }

  /** For the stack whose servers have the names of these hosts. */
  public Hosts hosts() {
    Map<String, Hosts.Host> hosts = new HashMap<>();
    addresses.forEach((name, address) -> hosts.put(name, new Hosts.Host(address, enter(name))));
    return new Hosts(hosts);
  }

  /** From now on nothing that one host sends to another one gets there. */
  public void cut(String from, String to) {
    within(
        from,
        "ip",
        "neigh",
        "replace",
        address(to),
        "lladdr",
        NOWHERE,
        "nud",
        "permanent",
        "dev",
        "eth0");
  }

  /** It does again. */
  public void mend(String from, String to) {
    within(from, "ip", "neigh", "del", address(to), "dev", "eth0");
  }

  /** From now on nothing gets to a host or from it; it does not know. */
  public void isolate(String name) {
    Tool.run(List.of("bridge", "link", "set", "dev", name, "state", DISABLED));
  }

  /** It is back. */
  public void rejoin(String name) {
    Tool.run(List.of("bridge", "link", "set", "dev", name, "state", FORWARDING));
  }

  /** From now on a host has 256 kbit/s each way, and 0.4 s of queue. */
  public void slow(String name) {
    List<String> here = new ArrayList<>(List.of("tc", "qdisc", "add", "dev", name));
    here.addAll(SLOW);
    Tool.run(here);
    List<String> there = new ArrayList<>(inside(name, "tc", "qdisc", "add", "dev", "eth0"));
    there.addAll(SLOW);
    Tool.run(there);
  }

  /** How often packets of a slow host had to wait until now, both ways together. */
  public long heldBack(String name) {
    return heldBackOf(Tool.run(List.of("tc", "-s", "qdisc", "show", "dev", name)))
        + heldBackOf(within(name, "tc", "-s", "qdisc", "show", "dev", "eth0"));
  }

  /** As {@code tc} says it; 0 if it says nothing. */
  static long heldBackOf(String said) {
    Matcher figure = HELD_BACK.matcher(said);
    return figure.find() ? Long.parseLong(figure.group(1)) : 0;
  }

  /** It is as fast as it was. */
  public void hasten(String name) {
    Tool.run(List.of("tc", "qdisc", "del", "dev", name, "root"));
    within(name, "tc", "qdisc", "del", "dev", "eth0", "root");
  }

  /** Whether a host that asks another one for a connection hears nothing at all for a second. */
  public boolean isSilent(String from, String to, int port) {
    return isSilent(enter(from), address(to), port);
  }

  /** The same from a host to this process. */
  public boolean isSilentHere(String from, int port) {
    return isSilent(enter(from), HERE, port);
  }

  /** Refused is an answer, too. */
  private static boolean isSilent(List<String> enter, String address, int port) {
    List<String> command = new ArrayList<>(enter);
    command.addAll(
        List.of(
            "timeout",
            Long.toString(PATIENCE.toSeconds()),
            "bash",
            "-c",
            "exec 3<>/dev/tcp/%s/%d".formatted(address, port)));
    return Tool.end(command).status() == TIMED_OUT;
  }

  /** Waits until a host gets answers from another one. */
  public void awaitAnswer(String from, String to, int port) {
    Clock.await(
        "an answer from %s to %s".formatted(to, from), HEAL_LIMIT, () -> !isSilent(from, to, port));
  }

  /** Waits until a host gets answers from this process. */
  public void awaitAnswerHere(String from, int port) {
    Clock.await("an answer to " + from, HEAL_LIMIT, () -> !isSilentHere(from, port));
  }

  /** Lets the directory be deleted; the rest is gone with the processes that are in it. */
  @Override
  public void close() {
    for (String name : addresses.keySet()) {
      try {
        Tool.run(List.of("umount", "-l", file(name).toString()));
        Files.deleteIfExists(file(name));
      } catch (IOException | TrialFailure e) {
        // The directory is kept, then.
      }
    }
  }
}
