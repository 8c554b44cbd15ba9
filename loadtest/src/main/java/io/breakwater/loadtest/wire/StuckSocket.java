package io.breakwater.loadtest.wire;

import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.ServerFrame;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A socket that nobody reads, and whose system takes as little as it can. One thread at a time. */
final class StuckSocket implements AutoCloseable {
  private static final int RECEIVE_BUFFER_BYTES = 4_096;

  private final Socket socket = new Socket();

  /** The same, or TLS over it. */
  private final Socket stream;

  private Clock sinceBegun = Clock.start();

  /** Connects. */
  StuckSocket(int port) {
    this(Transport.tcp(port));
  }

  /** Connects with TCP framing; reads what a TLS handshake needs. */
  StuckSocket(Transport transport) {
    try {
      socket.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
    } catch (SocketException e) {
      throw new TrialFailure("a socket broke: " + e.getMessage(), e);
    }
    stream = transport.connect(socket);
  }

  /** Writes a whole frame. */
  void write(ClientFrame frame) {
    begin(frame.getSerializedSize(), frame.toByteArray());
  }

  /** The same; nothing happens if the gateway has closed it. */
  void writeUnlessClosed(ClientFrame frame) {
    try {
      stream.getOutputStream().write(Framing.TCP.frame(frame.toByteArray()));
    } catch (IOException e) {
      // It is closed.
    }
  }

  /** Writes a length, and no more of the frame than this. */
  void begin(int length, byte[] some) {
    try {
      stream
          .getOutputStream()
          .write(ByteBuffer.allocate(4 + some.length).putInt(length).put(some).array());
      sinceBegun = Clock.start();
    } catch (IOException e) {
      throw new TrialFailure("a socket broke: " + e.getMessage(), e);
    }
  }

  /** The next frame. Waits. */
  ServerFrame read(Duration limit) throws IOException {
    socket.setSoTimeout((int) limit.toMillis());
    DataInputStream in = new DataInputStream(stream.getInputStream());
    return ServerFrame.parseFrom(in.readNBytes(in.readInt()));
  }

  /** Since something was written last. */
  Duration sinceBegun() {
    return sinceBegun.elapsed();
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
