package io.breakwater.gateway;

import com.google.protobuf.ByteString;
import io.breakwater.common.secret.Credentials;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Hello;
import io.breakwater.proto.client.Ping;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.ServerFrame;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/** A device on a blocking socket, which writes and reads one frame at a time. */
final class TestClient implements AutoCloseable {
  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  TestClient(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  TestClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
  }

  static ClientFrame hello(Credentials credentials) {
    return hello(credentials, 0);
  }

  static ClientFrame hello(Credentials credentials, long cursor) {
    Hello.Builder hello =
        Hello.newBuilder()
            .setVersion(1)
            .setUser(ByteString.copyFrom(credentials.user().bytes()))
            .setDevice(credentials.device().value())
            .setToken(ByteString.copyFrom(credentials.token().bytes()))
            .setHeartbeatS(60);
    if (cursor != 0) {
      hello.setCursor(Cursor.newBuilder().setEntryId(cursor));
    }
    return ClientFrame.newBuilder().setHello(hello).build();
  }

  static ClientFrame send(Credentials to, long clientId, String payload) {
    return ClientFrame.newBuilder()
        .setSend(
            Send.newBuilder()
                .setClientId(clientId)
                .setTo(ByteString.copyFrom(to.user().bytes()))
                .setPayload(ByteString.copyFromUtf8(payload)))
        .build();
  }

  static ClientFrame ping() {
    return ClientFrame.newBuilder().setPing(Ping.getDefaultInstance()).build();
  }

  /** In one piece: a gateway that ends at the first byte is not gone before the last is written. */
  void write(ClientFrame frame) throws IOException {
    writeRaw(bytes(frame));
  }

  /** As they are on the wire. */
  static byte[] bytes(ClientFrame frame) {
    int size = frame.getSerializedSize();
    ByteBuffer whole = ByteBuffer.allocate(Integer.BYTES + size).putInt(size);
    return whole.put(frame.toByteArray()).array();
  }

  void writeRaw(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  ServerFrame read() throws IOException {
    byte[] body = new byte[in.readInt()];
    in.readFully(body);
    return ServerFrame.parseFrom(body);
  }

  /** The next frame of a kind; others before it are dropped. */
  ServerFrame read(ServerFrame.BodyCase kind) throws IOException {
    ServerFrame frame = read();
    while (frame.getBodyCase() != kind) {
      frame = read();
    }
    return frame;
  }

  /** Writes a length that no such frame has to follow. */
  void writeLength(int length) throws IOException {
    out.writeInt(length);
    out.flush();
  }

  /** Whether the gateway ends the stream, with nothing more before. */
  boolean isEnded() throws IOException {
    try {
      return in.read() < 0;
    } catch (EOFException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
