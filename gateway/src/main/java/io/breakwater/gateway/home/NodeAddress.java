package io.breakwater.gateway.home;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Where a process listens. The name is resolved at each connect, since containers move; what the
 * JVM was told of it less than a second ago counts ({@link
 * io.breakwater.common.config.NameLifetime}).
 */
public record NodeAddress(String host, int port) {
  private static final String EXPECTED = " (expected: host:port)";

  /** Checks the range; port 0 means any free port, which only a listener can use. */
  public NodeAddress {
    if (host.isBlank() || port < 0 || port > 65535) {
      throw new IllegalArgumentException("address: " + host + ':' + port + EXPECTED);
    }
  }

  /**
   * Reads {@code host:port}; an IPv6 address stands in brackets.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static NodeAddress parse(CharSequence text) {
    String address = text.toString().strip();
    int colon = address.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("address: " + address + EXPECTED);
    }
    try {
      return new NodeAddress(
          bare(address.substring(0, colon)), Integer.parseInt(address.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("address: " + address + EXPECTED, e);
    }
  }

  private static String bare(String host) {
    boolean bracketed = host.length() > 2 && host.startsWith("[") && host.endsWith("]");
    return bracketed ? host.substring(1, host.length() - 1) : host;
  }

  /**
   * Looks the name up; waits for the resolver, so never on an event loop.
   *
   * @throws UnknownHostException if there is no such host
   */
  public InetSocketAddress resolve() throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(host), port);
  }

  /**
   * Looks up all that the name stands for; waits for the resolver, so never on an event loop.
   *
   * @return at least one
   * @throws UnknownHostException if there is no such host
   */
  public List<InetSocketAddress> resolveAll() throws UnknownHostException {
    return Arrays.stream(InetAddress.getAllByName(host))
        .map(address -> new InetSocketAddress(address, port))
        .toList();
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + port;
  }
}
