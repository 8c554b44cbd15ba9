package io.breakwater.cli.up;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One process of a tier: all of a tier have the same ports, each at an address of its own.
 *
 * @param name of its log, pid file and data: the tier's, with its number if there are several
 * @param address 127.0.0.1 for the first, 127.0.0.2 for the second, if nothing else is said
 * @param wrapper words put in front of its command; empty if it is started as it is
 */
record Member(String name, InetAddress address, List<String> wrapper) {
  /** Copies the list. */
  Member {
    wrapper = List.copyOf(wrapper);
  }

  /** At its loopback address. */
  Member(String name, int number) {
    this(name, InetAddress.ofLiteral("127.0.0." + number), List.of());
  }

  /** Those of a tier, in order. */
  static List<Member> all(String tier, int count) {
    return all(tier, count, Hosts.none());
  }

  /** The same, some of them elsewhere. */
  static List<Member> all(String tier, int count, Hosts hosts) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(number -> of(count == 1 ? tier : tier + '-' + number, number, hosts))
        .toList();
  }

  private static Member of(String name, int number, Hosts hosts) {
    return hosts
        .of(name)
        .map(host -> new Member(name, host.address(), host.command()))
        .orElseGet(() -> new Member(name, number));
  }

  InetSocketAddress at(int port) {
    return new InetSocketAddress(address, port);
  }

  /** Whether its address can be bound by us: a wrapper may take it into another network. */
  boolean isHere() {
    return wrapper.isEmpty();
  }

  /** The command that starts it. */
  List<String> wrapped(List<String> command) {
    List<String> wrapped = new ArrayList<>(wrapper);
    wrapped.addAll(command);
    return wrapped;
  }
}
