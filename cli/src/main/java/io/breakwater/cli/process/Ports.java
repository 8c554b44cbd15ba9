package io.breakwater.cli.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** What can be known of a listening port before a process binds it. */
public final class Ports {
  private Ports() {}

  /**
   * Checks that the address can be bound now.
   *
   * @param what what is to listen there
   * @param option how the person chooses another port
   * @throws StartFailure naming the address and what to do
   */
  public static void requireFree(InetSocketAddress address, String what, String option) {
    if (address.isUnresolved()) {
      throw new StartFailure("unknown host %s for %s".formatted(address.getHostString(), what));
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
    } catch (IOException e) {
      throw new StartFailure(
          "port %d on %s, for %s, cannot be used (%s): stop what uses it, or choose another with %s"
              .formatted(address.getPort(), address.getHostString(), what, e.getMessage(), option),
          e);
    }
  }

  /**
   * Checks that this is an address of the machine: all of 127.0.0.0/8 is on Linux, and on macOS
   * only 127.0.0.1 until somebody adds more.
   *
   * @throws StartFailure naming the address and what to do
   */
  public static void requireLocal(InetAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(address, 0));
    } catch (IOException e) {
      String text = address.getHostAddress();
      throw new StartFailure(
          "%s is no address of this machine (%s): add it; on macOS: sudo ifconfig lo0 alias %s up"
              .formatted(text, e.getMessage(), text),
          e);
    }
  }

  /** A port that was free on this address a moment ago. */
  public static int free(InetAddress address) {
    try (ServerSocket socket = new ServerSocket(0, 1, address)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
