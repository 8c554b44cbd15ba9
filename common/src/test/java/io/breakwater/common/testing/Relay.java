package io.breakwater.delivery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * An address at which a server is there from now on: passes bytes on, both ways, until closed or
 * frozen.
 */
final class Relay implements AutoCloseable {
  private final ServerSocket listener;
  private final InetSocketAddress target;
  private volatile boolean isFrozen;
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

  Relay(int port, InetSocketAddress target) throws IOException {
    this.target = target;
    listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  private void accept() {
    try {
      while (true) {
        Socket near = listener.accept();
        sockets.add(near);
        Socket far = new Socket(target.getAddress(), target.getPort());
        sockets.add(far);
        Thread.ofVirtual().start(() -> pass(near, far));
        Thread.ofVirtual().start(() -> pass(far, near));
      }
    } catch (IOException e) {
      close();
    }
  }

  private void pass(Socket from, Socket to) {
    try (from;
        to) {
      byte[] bytes = new byte[8_192];
      for (int count = 0; count >= 0; count = from.getInputStream().read(bytes)) {
        if (!isFrozen) {
          to.getOutputStream().write(bytes, 0, count);
        }
      }
    } catch (IOException e) {
      // Closed by either side: the other is closed too.
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  /** From here on nothing passes, and nobody is told: as if a cable were cut. */
  void freeze() {
    isFrozen = true;
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
