package io.breakwater.common.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.SplittableRandom;

/** Ports on which nobody listens, at whatever address. */
public final class FreePorts {
  /** Below what the system gives to outgoing connections, which come at any time. */
  private static final int FIRST = 12_000;

  private static final int LAST = 32_000;

  /** Delivery nodes watch each other so far above the port of their trunks. */
  private static final int WATCH = 2;

  private FreePorts() {}

  /** For trunks: the port two above is free as well. */
  public static int forTrunks() {
    return new SplittableRandom()
        .ints(1_000, FIRST, LAST)
        .filter(port -> isFree(port) && isFree(port + WATCH))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no free ports"));
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
