package io.breakwater.loadtest.stack;

import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The ports of one stack, at fixed distances from a base: on 127.0.0.1, and on 127.0.0.2 and so on
 * if it has several servers of a kind.
 */
public record Ports(int base) {
  private static final int FIRST = 12_000;
  private static final int SPAN = 50;
  private static final int CHOICES = 400;
  private static final int LAST_BASE = 65_535 - 43;

  /** What {@link #isBase} takes. */
  public static final String BASES = "1.." + LAST_BASE + ", or 0 for free ones";

  /** Whether a person can choose this base; 0 leaves the choice to {@link #free}. */
  public static boolean isBase(int base) {
    return base >= 0 && base <= LAST_BASE;
  }

  /**
   * Eight that nobody listens on now, below those that the system gives to outgoing connections.
   */
  public static Ports free() {
    return free(Size.ONE_OF_EACH);
  }

  /** The same at all addresses of a stack. */
  public static Ports free(Size size) {
    SplittableRandom random = new SplittableRandom();
    return IntStream.generate(() -> FIRST + SPAN * random.nextInt(CHOICES))
        .limit(100)
        .mapToObj(Ports::new)
        .filter(ports -> ports.areFree(size.addresses()))
        .findFirst()
        .orElseThrow(() -> new TrialFailure("no free ports found: choose some with --base-port"));
  }

  /** A port on which nobody listens now. */
  public static int closed() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(local(), 0));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new TrialFailure("cannot find a free port: " + e.getMessage(), e);
    }
  }

  private boolean areFree(int addresses) {
    return IntStream.rangeClosed(1, addresses)
        .mapToObj(Ports::address)
        .allMatch(address -> all().stream().allMatch(port -> isFree(address, port)));
  }

  private static boolean isFree(InetAddress address, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(address, port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  static InetAddress local() {
    return address(1);
  }

  /** Of the first, second and so on of a kind. */
  static InetAddress address(int number) {
    return InetAddress.ofLiteral("127.0.0." + number);
  }

  private List<Integer> all() {
    return List.of(
        clients(),
        gatewayAdmin(),
        tlsClients(),
        trunk(),
        deliveryAdmin(),
        watch(),
        cql(),
        storage());
  }

  /** Where clients connect. */
  public int clients() {
    return base;
  }

  /** Where clients connect with TLS, if {@code up} is told to offer it. */
  public int tlsClients() {
    return base + 2;
  }

  int gatewayAdmin() {
    return base + 1;
  }

  int trunk() {
    return base + 10;
  }

  int deliveryAdmin() {
    return base + 11;
  }

  /** Where delivery nodes watch each other; {@code up} puts it there. */
  private int watch() {
    return trunk() + 2;
  }

  int cql() {
    return base + 42;
  }

  int storage() {
    return base + 43;
  }

  /** For {@code ./breakwater up}. */
  List<String> options() {
    return List.of(
        "--port=" + clients(),
        "--tls-port=" + tlsClients(),
        "--admin-port=" + gatewayAdmin(),
        "--delivery-port=" + trunk(),
        "--delivery-admin-port=" + deliveryAdmin(),
        "--cassandra-port=" + cql(),
        "--cassandra-storage-port=" + storage());
  }
}
