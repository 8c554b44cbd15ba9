package io.breakwater.cli.cassandra;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/**
 * Asks a CQL port whether it serves: an OPTIONS request (CQL binary protocol v4, section 4.1.3) is
 * answered by SUPPORTED without authentication. Any thread; blocks for at most the timeout, twice.
 */
public final class CqlProbe {
  private static final byte[] OPTIONS = {4, 0, 0, 0, 5, 0, 0, 0, 0};
  private static final int RESPONSE = 0x84;
  private static final int SUPPORTED = 6;

  private CqlProbe() {}

  /** Whether the port answers as a CQL port should within {@code timeout}. */
  public static boolean answers(InetSocketAddress address, Duration timeout) {
    InetSocketAddress fresh = new InetSocketAddress(address.getHostString(), address.getPort());
    try (Socket socket = new Socket()) {
      socket.connect(fresh, (int) timeout.toMillis());
      socket.setSoTimeout((int) timeout.toMillis());
      socket.getOutputStream().write(OPTIONS);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      int version = in.readUnsignedByte();
      in.readFully(new byte[3]);
      return version == RESPONSE && in.readUnsignedByte() == SUPPORTED;
    } catch (IOException e) {
      return false;
    }
  }
}
