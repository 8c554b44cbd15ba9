package io.breakwater.loadtest.wire;

import io.breakwater.loadtest.verdict.TrialFailure;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.ServerFrame;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One socket to a gateway. A thread reads; everything else is confined to the thread of the trial.
 */
final class Wire implements AutoCloseable {
  private static final int CONNECT_TIMEOUT_MS = 5_000;
  private static final int MAX_FRAME_BYTES = 131_072;

  private final Socket socket;
  private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();

  private Wire(Socket socket) {
    this.socket = socket;
  }

  static Wire connect(int port) {
    Socket socket = new Socket();
    try {
      socket.connect(
          new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), CONNECT_TIMEOUT_MS);
      socket.setTcpNoDelay(true);
    } catch (IOException e) {
      throw new TrialFailure("cannot connect to port " + port + ": " + e.getMessage(), e);
    }
    Wire wire = new Wire(socket);
    Thread.ofPlatform().daemon().name("wire-" + socket.getLocalPort()).start(wire::read);
    return wire;
  }

  private void read() {
    try {
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      while (true) {
        int length = in.readInt();
        if (length < 1 || length > MAX_FRAME_BYTES) {
          throw new IOException("frame size: " + length);
        }
        heard.add(new Heard.Frame(ServerFrame.parseFrom(in.readNBytes(length))));
      }
    } catch (IOException e) {
      heard.add(new Heard.Closed());
    }
  }

  void send(ClientFrame frame) {
    byte[] body = frame.toByteArray();
    sendBytes(ByteBuffer.allocate(4 + body.length).putInt(body.length).put(body).array());
  }

  /** As they are. */
  void sendBytes(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new TrialFailure("a socket broke: " + e.getMessage(), e);
    }
  }

  /** Sends the end of the stream; what the server says can still be heard. */
  void endOutput() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new TrialFailure("a socket broke: " + e.getMessage(), e);
    }
  }

  /** The next thing that comes. Once closed, it is closed. */
  Heard next(Duration limit) {
    try {
      Heard next = heard.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (next instanceof Heard.Closed) {
        heard.add(next);
      }
      return next == null ? new Heard.Silence() : next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrialFailure("interrupted", e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
