package io.breakwater.loadtest.wire;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** How one frame is told from the next. */
enum Framing {
  /** By a length of four bytes. */
  TCP("TCP") {
    @Override
    void open(DataInputStream in, OutputStream out) {
      // Nothing comes before the first frame.
    }

    @Override
    byte[] frame(byte[] body) {
      return ByteBuffer.allocate(4 + body.length).putInt(body.length).put(body).array();
    }

    @Override
    byte[] next(DataInputStream in) throws IOException {
      return body(in, in.readInt());
    }
  },

  /** One binary message each, whole (RFC 6455). */
  WEB_SOCKET("WebSocket") {
    @Override
    void open(DataInputStream in, OutputStream out) throws IOException {
      out.write(REQUEST.getBytes(StandardCharsets.US_ASCII));
      StringBuilder answer = new StringBuilder();
      while (answer.indexOf("\r\n\r\n") < 0 && answer.length() < MAX_ANSWER) {
        answer.append((char) in.readUnsignedByte());
      }
      if (!answer.toString().startsWith("HTTP/1.1 101 ")) {
        throw new IOException("the request for a WebSocket was answered: " + answer);
      }
    }

    // The mask is of zeros, which is a mask like others: so a secret would be found even in what
    // somebody dumps before the mask is taken off.
    @Override
    byte[] frame(byte[] body) {
      ByteBuffer message = ByteBuffer.allocate(14 + body.length).put((byte) BINARY);
      if (body.length < 126) {
        message.put((byte) (MASKED | body.length));
      } else if (body.length < 65_536) {
        message.put((byte) (MASKED | 126)).putShort((short) body.length);
      } else {
        message.put((byte) (MASKED | 127)).putLong(body.length);
      }
      message.putInt(0).put(body).flip();
      byte[] bytes = new byte[message.remaining()];
      message.get(bytes);
      return bytes;
    }

    @Override
    byte[] next(DataInputStream in) throws IOException {
      int kind = in.readUnsignedByte();
      if (kind == CLOSE) {
        throw new EOFException("close");
      }
      if (kind != BINARY) {
        throw new IOException("first byte of a message: %x (expected: 82)".formatted(kind));
      }
      int length = in.readUnsignedByte();
      return switch (length) {
        case 126 -> body(in, in.readUnsignedShort());
        case 127 -> body(in, Math.toIntExact(in.readLong()));
        default -> body(in, length);
      };
    }
  };

  private static final int MAX_FRAME_BYTES = 131_072;
  private static final int MAX_ANSWER = 4_096;
  private static final int BINARY = 0x82;
  private static final int CLOSE = 0x88;
  private static final int MASKED = 0x80;

  private static final String REQUEST =
      String.join(
          "\r\n",
          "GET /v1 HTTP/1.1",
          "Host: localhost",
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Protocol: breakwater.v1",
          "\r\n");

  private final String text;

  Framing(String text) {
    this.text = text;
  }

  /** What is said before the first frame; waits for the answer. */
  abstract void open(DataInputStream in, OutputStream out) throws IOException;

  /** What is written for it. */
  abstract byte[] frame(byte[] body);

  /**
   * The body of the next frame; waits.
   *
   * @throws IOException at the end, or if what comes is none
   */
  abstract byte[] next(DataInputStream in) throws IOException;

  private static byte[] body(DataInputStream in, int length) throws IOException {
    if (length < 1 || length > MAX_FRAME_BYTES) {
      throw new IOException("frame size: " + length);
    }
    byte[] body = new byte[length];
    in.readFully(body);
    return body;
  }

  @Override
  public String toString() {
    return text;
  }
}
