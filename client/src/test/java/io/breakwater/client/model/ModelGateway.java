package io.breakwater.client.model;

import io.breakwater.client.core.Credentials;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.ServerFrame;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * A {@link ModelServer} behind a real socket on 127.0.0.1. All access to the model is under one
 * lock.
 */
public final class ModelGateway implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final ModelServer server;
  private final ServerSocket listener;
  private final Set<Client> clients = new HashSet<>();
  private final List<ClientFrame> received = new ArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicBoolean deaf = new AtomicBoolean();

  private ModelGateway(ModelServer server, ServerSocket listener) {
    this.server = server;
    this.listener = listener;
  }

  /** Listens on a free port. */
  public static ModelGateway start(ModelServer.Faults faults) throws IOException {
    long startNanos = System.nanoTime();
    ModelServer server =
        new ModelServer(
            new SplittableRandom(1),
            () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos),
            (delayMs, action) -> action.run(),
            faults,
            86_400_000);
    ModelGateway gateway =
        new ModelGateway(server, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    gateway.daemon("model-accept", gateway::accept);
    gateway.daemon("model-tick", gateway::tick);
    return gateway;
  }

  private void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Where it listens. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Asks or changes the model. */
  public <T> T with(Function<ModelServer, T> action) {
    lock.lock();
    try {
      return action.apply(server);
    } finally {
      lock.unlock();
    }
  }

  /** Makes an account. */
  public Credentials account(String handle) {
    return with(model -> model.account(handle));
  }

  /** Cuts every connection, as the end of a gateway does. */
  public void cutAll() {
    lock.lock();
    try {
      List.copyOf(clients).forEach(Client::close);
    } finally {
      lock.unlock();
    }
  }

  /** Frames that arrive are not handled, and so not answered, from now on or no longer. */
  public void setDeaf(boolean value) {
    deaf.set(value);
  }

  /** Every frame that arrived, handled or not. */
  public List<ClientFrame> received() {
    return with(model -> List.copyOf(received));
  }

  /** Sends a frame to everybody. */
  public void tellAll(ServerFrame frame) {
    lock.lock();
    try {
      List.copyOf(clients).forEach(client -> client.write(frame));
    } finally {
      lock.unlock();
    }
  }

  /** Sends bytes to everybody, whatever they are. */
  public void tellAllRaw(byte[] bytes) {
    lock.lock();
    try {
      List.copyOf(clients).forEach(client -> client.writeRaw(bytes));
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        Client client = new Client(socket);
        lock.lock();
        try {
          clients.add(client);
        } finally {
          lock.unlock();
        }
        daemon("model-client", client::read);
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void tick() {
    try {
      while (!closed.await(1, TimeUnit.SECONDS)) {
        with(
            model -> {
              model.tick();
              return true;
            });
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    listener.close();
    cutAll();
  }

  private final class Client implements ModelServer.Connection {
    private final Socket socket;
    private final DataOutputStream out;

    Client(Socket socket) throws IOException {
      this.socket = socket;
      socket.setTcpNoDelay(true);
      out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
    }

    void read() {
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16))) {
        while (true) {
          byte[] bytes = new byte[in.readInt()];
          in.readFully(bytes);
          ClientFrame frame = ClientFrame.parseFrom(bytes);
          lock.lock();
          try {
            received.add(frame);
            if (!deaf.get()) {
              server.received(this, frame);
            }
          } finally {
            lock.unlock();
          }
        }
      } catch (IOException e) {
        close();
      }
    }

    @Override
    public void write(ServerFrame frame) {
      byte[] bytes = frame.toByteArray();
      try {
        out.writeInt(bytes.length);
        out.write(bytes);
        out.flush();
      } catch (IOException e) {
        close();
      }
    }

    void writeRaw(byte[] bytes) {
      try {
        out.write(bytes);
        out.flush();
      } catch (IOException e) {
        close();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        clients.remove(this);
        server.disconnected(this);
        socket.close();
      } catch (IOException e) {
        // It is gone either way.
      } finally {
        lock.unlock();
      }
    }
  }
}
