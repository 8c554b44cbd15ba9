package io.breakwater.loadtest.wire;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.verdict.TrialFailure;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.ServerFrame;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One socket to a gateway. A thread reads; everything else is confined to the thread of the trial.
 */
final class Wire implements AutoCloseable {
  private static final int OPEN_TIMEOUT_MS = 5_000;

  private final Socket socket;
  private final Framing framing;
  private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();

  private Wire(Socket socket, Framing framing) {
    this.socket = socket;
    this.framing = framing;
  }

  static Wire connect(int port) {
    return connect(Transport.tcp(port));
  }

  static Wire connect(Transport transport) {
    Socket socket = transport.connect(new Socket());
    Wire wire = new Wire(socket, transport.framing());
    try {
      socket.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      socket.setSoTimeout(OPEN_TIMEOUT_MS);
      wire.framing.open(in, socket.getOutputStream());
      socket.setSoTimeout(0);
      Thread.ofPlatform().daemon().name("wire-" + socket.getLocalPort()).start(() -> wire.read(in));
      return wire;
    } catch (IOException e) {
      wire.close();
      throw new TrialFailure("cannot use %s: %s".formatted(transport, e.getMessage()), e);
    }
  }

  private void read(DataInputStream in) {
    try {
      while (true) {
        heard.add(new Heard.Frame(ServerFrame.parseFrom(framing.next(in))));
      }
    } catch (IOException e) {
      heard.add(new Heard.Closed());
    }
  }

  void send(ClientFrame frame) {
    sendBody(frame.toByteString());
  }

  /** A frame of these bytes, which need not be one that the gateway knows. */
  void sendBody(ByteString body) {
    sendBytes(framing.frame(body.toByteArray()));
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
