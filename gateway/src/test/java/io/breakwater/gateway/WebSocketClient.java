package io.breakwater.gateway;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.ServerFrame;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** A WebSocket client that can also be wrong: it writes what it is told to. */
final class WebSocketClient implements AutoCloseable {
  static final int TEXT = 0x81;
  static final int BINARY = 0x82;
  static final int CLOSE = 0x88;
  static final int PING = 0x89;
  static final int PONG = 0x8A;
  static final int FINAL = 0x80;

  static final List<String> GOOD_REQUEST =
      List.of(
          "GET /v1 HTTP/1.1",
          "Host: localhost",
          "Upgrade: websocket",
          "Connection: keep-alive, Upgrade",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Protocol: other, breakwater.v1");

  private static final byte[] MASK = HexFormat.of().parseHex("37fa213d");

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;

  /** What the gateway sent, without its mask. */
  record Sent(int opcode, ByteString payload) {
    int closeCode() {
      return Short.toUnsignedInt(payload.asReadOnlyByteBuffer().getShort());
    }
  }

  WebSocketClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(10_000);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  static WebSocketClient open(int port) throws IOException {
    return open(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  static WebSocketClient open(Socket socket) throws IOException {
    WebSocketClient client = new WebSocketClient(socket);
    String answer = client.request(GOOD_REQUEST);
    if (!answer.startsWith("HTTP/1.1 101 ")) {
      throw new IOException(answer);
    }
    return client;
  }

  /** Sends a request; reads the head of the answer. */
  String request(List<String> lines) throws IOException {
    writeRaw((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    return head.toString();
  }

  void writeRaw(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  void write(ClientFrame frame) throws IOException {
    write(BINARY, frame.toByteArray());
  }

  /** A masked frame. */
  void write(int first, byte[] payload) throws IOException {
    byte[] masked = payload.clone();
    for (int i = 0; i < masked.length; i++) {
      masked[i] ^= MASK[i % 4];
    }
    writeRaw(header(first, 0x80, payload.length));
    writeRaw(MASK);
    writeRaw(masked);
  }

  /** The head of a frame, to its length. */
  static byte[] header(int first, int mask, int length) {
    ByteBuffer header = ByteBuffer.allocate(10).put((byte) first);
    if (length < 126) {
      header.put((byte) (mask | length));
    } else if (length < 65_536) {
      header.put((byte) (mask | 126)).putShort((short) length);
    } else {
      header.put((byte) (mask | 127)).putLong(length);
    }
    byte[] bytes = new byte[header.position()];
    header.flip().get(bytes);
    return bytes;
  }

  Sent read() throws IOException {
    int opcode = in.readUnsignedByte();
    int length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = Math.toIntExact(in.readLong());
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    return new Sent(opcode, ByteString.copyFrom(payload));
  }

  ServerFrame readFrame() throws IOException {
    Sent sent = read();
    if (sent.opcode() != BINARY) {
      throw new AssertionError("opcode " + sent.opcode());
    }
    return ServerFrame.parseFrom(sent.payload());
  }

  boolean isEnded() throws IOException {
    return in.read() < 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
