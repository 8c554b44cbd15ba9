package io.breakwater.gateway;

import io.breakwater.proto.client.ServerFrame;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A client that writes what it is told to, and reads until the gateway ends the stream. */
final class RawPeer {
  private static final int WEBSOCKET_CLOSE = 0x88;

  private final Socket socket;

  RawPeer(Socket socket) {
    this.socket = socket;
  }

  /** As far as the gateway takes it: it may have heard enough. */
  void write(byte[] bytes) throws IOException {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (SocketException e) {
      // The gateway has closed; what it said before is read.
    }
  }

  /** The next frame. */
  ServerFrame frame() throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] body = new byte[in.readInt()];
    in.readFully(body);
    return ServerFrame.parseFrom(body);
  }

  /** What comes until the end. A stream that is cut by a reset has ended, too. */
  byte[] toTheEnd() throws IOException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    byte[] buffer = new byte[4_096];
    try {
      for (int n = socket.getInputStream().read(buffer);
          n >= 0;
          n = socket.getInputStream().read(buffer)) {
        said.write(buffer, 0, n);
      }
    } catch (SocketException e) {
      // Reset: closed while something was on its way.
    }
    return said.toByteArray();
  }

  /** The frames until the end. */
  List<ServerFrame> frames() throws IOException {
    ByteBuffer said = ByteBuffer.wrap(toTheEnd());
    List<ServerFrame> frames = new ArrayList<>();
    while (said.hasRemaining()) {
      int length = said.getInt();
      frames.add(ServerFrame.parseFrom(said.slice(said.position(), length)));
      said.position(said.position() + length);
    }
    return frames;
  }

  /** The code of the WebSocket close that is the last frame before the end. */
  int closeCode() throws IOException {
    ByteBuffer said = ByteBuffer.wrap(toTheEnd());
    int code = -1;
    while (said.hasRemaining()) {
      int opcode = said.get() & 0xFF;
      int length = said.get();
      length = length == 126 ? said.getShort() : length;
      code = opcode == WEBSOCKET_CLOSE ? said.getShort(said.position()) & 0xFFFF : -1;
      said.position(said.position() + length);
    }
    return code;
  }
}
