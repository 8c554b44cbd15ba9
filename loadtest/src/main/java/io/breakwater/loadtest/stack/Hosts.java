package io.breakwater.loadtest.stack;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the servers of a stack are that are not at 127.0.0.1, 127.0.0.2 and so on, by the
 * supervisor's names: for {@code ./breakwater up --hosts}.
 */
public record Hosts(Map<String, Host> byName) {
  private static final Hosts NONE = new Hosts(Map.of());

  /**
   * Of one server.
   *
   * @param address at which it listens
   * @param command words that are put in front of its own, without spaces; the last of them is
   *     replaced by it (exec), so that the pid stays
   */
  public record Host(InetAddress address, List<String> command) {
    /** Copies the list. */
    public Host {
      command = List.copyOf(command);
    }
  }

  /** Copies the map. */
  public Hosts {
    byName = Map.copyOf(byName);
  }

  /** All at their usual addresses. */
  public static Hosts none() {
    return NONE;
  }

  /** With words after those that a server's command has in front of it already. */
  public Hosts wrapping(String name, int number, List<String> words) {
    Host before = byName.getOrDefault(name, new Host(Ports.address(number), List.of()));
    List<String> command = new ArrayList<>(before.command());
    command.addAll(words);
    Map<String, Host> with = new HashMap<>(byName);
    with.put(name, new Host(before.address(), command));
    return new Hosts(with);
  }

  /** Of a server that is the first, second and so on of its kind. */
  InetAddress address(String name, int number) {
    Host host = byName.get(name);
    return host == null ? Ports.address(number) : host.address();
  }

  /** As {@code up} reads them. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    new TreeMap<>(byName)
        .forEach(
            (name, host) -> {
              List<String> words = new ArrayList<>(List.of(name, host.address().getHostAddress()));
              words.addAll(host.command());
              lines.add(String.join(" ", words));
            });
    return lines;
  }
}
