package io.breakwater.client;

/**
 * Where a gateway, or the balancer before the gateways, listens. The name is resolved for each
 * connection anew.
 */
public record Endpoint(String host, int port) {
  /** Checks the port. */
  public Endpoint {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 1..65535)");
    }
  }

  /**
   * Reads {@code host:port}.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon > 0) {
      try {
        return new Endpoint(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("endpoint: " + text + " (expected: host:port)", e);
      }
    }
    throw new IllegalArgumentException("endpoint: " + text + " (expected: host:port)");
  }

  @Override
  public String toString() {
    return host + ':' + port;
  }
}
