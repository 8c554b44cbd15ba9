package io.breakwater.cli.up;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One process of a tier: all of a tier have the same ports, each at a loopback address of its own.
 *
 * @param name of its log, pid file and data: the tier's, with its number if there are several
 * @param number from 1
 */
record Member(String name, int number) {
  /** Those of a tier, in order. */
  static List<Member> all(String tier, int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(number -> new Member(count == 1 ? tier : tier + '-' + number, number))
        .toList();
  }

  /** 127.0.0.1 for the first, 127.0.0.2 for the second. */
  InetAddress address() {
    return InetAddress.ofLiteral("127.0.0." + number);
  }

  InetSocketAddress at(int port) {
    return new InetSocketAddress(address(), port);
  }
}
