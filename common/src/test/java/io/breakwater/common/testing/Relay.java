package io.breakwater.common.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/**
 * An address at which a server is there from now on: passes bytes on, both ways, until closed,
 * frozen or stuck.
 */
public final class Relay implements AutoCloseable {
  private static final int BUFFER_BYTES = 8_192;

  private final ServerSocket listener;
  private final InetSocketAddress target;
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private final Set<Socket> stuck = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean isFrozen;

  /**
   * Listens at once.
   *
   * @param port of the loopback address; 0: any that is free
   * @throws IOException if it cannot listen there
   */
  public Relay(int port, InetSocketAddress target) throws IOException {
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
      byte[] bytes = new byte[BUFFER_BYTES];
      for (int count = 0; count >= 0; count = from.getInputStream().read(bytes)) {
        if (stuck.contains(from)) {
          closed.await();
        }
        if (!isFrozen) {
          to.getOutputStream().write(bytes, 0, count);
        }
      }
    } catch (IOException | InterruptedException e) {
      // Closed by either side: the other is closed too.
    }
  }

  /** The port at which it listens. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return new InetSocketAddress(listener.getInetAddress(), port());
  }

  /** From here on nothing passes, and nobody is told: as if a cable were cut. */
  public void freeze() {
    isFrozen = true;
  }

  /**
   * From here on the connections there are do not even take bytes: who writes to them fills its
   * buffers and waits. New connections work.
   */
  public void stick() {
    stuck.addAll(sockets);
  }

  @Override
  public void close() {
    closed.countDown();
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
