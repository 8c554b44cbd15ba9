package io.breakwater.client;

import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.ServerFrame;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One socket with a thread that connects and reads and a thread that writes, so that a stuck socket
 * holds nobody else up. Frames to be written wait in a queue of {@value #MAX_FRAMES}; when it is
 * full, the connection counts as lost. At most {@value #MAX_UNHANDLED} frames are read ahead of the
 * client's thread.
 */
final class Connection {
  static final int MAX_FRAME_BYTES = 131_072;
  private static final int MAX_FRAMES = 4_096;
  private static final int MAX_UNHANDLED = 256;
  private static final int CONNECT_TIMEOUT_MS = 10_000;
  private static final int CLOSE_TIMEOUT_MS = 1_000;

  /** Stands for the end of the queue. */
  private static final ClientFrame LAST = ClientFrame.getDefaultInstance();

  private static final int BUFFER_BYTES = 1 << 16;

  /** What a connection reports, on its own threads. */
  interface Reports {
    void connected(long connection);

    /** {@code handled} is to be run when the frame has been handled. */
    void received(long connection, ServerFrame frame, Runnable handled);

    void disconnected(long connection, String why);
  }

  private final long number;
  private final Endpoint endpoint;
  private final @Nullable Tls tls;
  private final Reports reports;
  private final Socket socket = new Socket();

  /** What frames are written to and read from. Set by the reader before it starts the writer. */
  private Socket stream = socket;

  private final BlockingQueue<ClientFrame> toWrite = new ArrayBlockingQueue<>(MAX_FRAMES);
  private final Semaphore unhandled = new Semaphore(MAX_UNHANDLED);
  private final Thread reader;
  private final Thread writer;

  private Connection(
      long number, Endpoint endpoint, @Nullable Tls tls, Reports reports, String name) {
    this.number = number;
    this.endpoint = endpoint;
    this.tls = tls;
    this.reports = reports;
    reader = new Thread(this::connectAndRead, name + "-reader");
    writer = new Thread(this::write, name + "-writer");
    reader.setDaemon(true);
    writer.setDaemon(true);
  }

  static Connection open(
      long number, Endpoint endpoint, @Nullable Tls tls, Reports reports, String name) {
    Connection connection = new Connection(number, endpoint, tls, reports, name);
    connection.reader.start();
    return connection;
  }

  boolean is(long which) {
    return number == which;
  }

  /** Never waits. */
  void transmit(ClientFrame frame) {
    if (!toWrite.offer(frame)) {
      reports.disconnected(
          number, "write queue: " + MAX_FRAMES + " frames (expected: fewer; the socket is stuck)");
      close();
    }
  }

  /**
   * Closes when what was transmitted is written, but within {@value #CLOSE_TIMEOUT_MS} ms. Never
   * waits.
   */
  void close() {
    reader.interrupt();
    if (!writer.isAlive() || !toWrite.offer(LAST)) {
      closeSocket();
    } else {
      CompletableFuture.delayedExecutor(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
          .execute(this::closeSocket);
    }
  }

  /** Waits until a closed connection has written what was transmitted. */
  void awaitClosed() throws InterruptedException {
    writer.join(CLOSE_TIMEOUT_MS);
  }

  private void closeSocket() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  private void connectAndRead() {
    try {
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), CONNECT_TIMEOUT_MS);
      if (tls != null) {
        stream = tls.over(socket, endpoint);
      }
      reports.connected(number);
      writer.start();
      read(new DataInputStream(new BufferedInputStream(stream.getInputStream(), BUFFER_BYTES)));
    } catch (EOFException e) {
      reports.disconnected(number, "closed by the server");
    } catch (IOException e) {
      reports.disconnected(number, endpoint + ": " + e.getMessage());
    } catch (InterruptedException e) {
      reports.disconnected(number, "closed");
    } finally {
      closeSocket();
      writer.interrupt();
    }
  }

  private void read(DataInputStream in) throws IOException, InterruptedException {
    while (true) {
      int length = in.readInt();
      if (length < 1 || length > MAX_FRAME_BYTES) {
        throw new IOException(
            "frame size: " + length + " bytes (expected: 1.." + MAX_FRAME_BYTES + ')');
      }
      byte[] bytes = new byte[length];
      in.readFully(bytes);
      ServerFrame frame = ServerFrame.parseFrom(bytes);
      unhandled.acquire();
      reports.received(number, frame, unhandled::release);
    }
  }

  private void write() {
    try {
      DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(stream.getOutputStream(), BUFFER_BYTES));
      while (true) {
        ClientFrame frame = toWrite.poll();
        if (frame == null) {
          out.flush();
          frame = toWrite.take();
        }
        if (frame.equals(LAST)) {
          out.flush();
          // TLS tells the gateway; elsewhere the socket alone is closed, which never waits.
          stream.close();
          return;
        }
        byte[] bytes = frame.toByteArray();
        out.writeInt(bytes.length);
        out.write(bytes);
      }
    } catch (IOException e) {
      reports.disconnected(number, endpoint + ": " + e.getMessage());
      closeSocket();
    } catch (InterruptedException e) {
      // Closed.
    }
  }
}
