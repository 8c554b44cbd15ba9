package io.breakwater.gateway.framing;

import io.breakwater.proto.client.ServerFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * One frame is one binary message, without a length before it. Messages of the client may come in
 * fragments; those of the gateway are whole.
 */
final class WebSocketFraming implements Framing {
  private static final int FINAL = 0x80;
  private static final int BINARY = FINAL | 0x2;
  private static final int CLOSE = FINAL | 0x8;
  private static final int PONG = FINAL | 0xA;
  private static final int LENGTH_IN_TWO_BYTES = 126;
  private static final int LENGTH_IN_EIGHT_BYTES = 127;

  /** Codes from here on are for applications: the reasons of this protocol follow it. */
  private static final int CLOSE_REASONS = 4_000;

  private static final int CLOSE_DISPLACED = 4_100;

  private final WebSocketOwner owner;

  /** What came of a message whose last fragment has not come; none most of the time. */
  private @Nullable ByteBuf fragments;

  private boolean isInsideMessage;
  private int closeCode = WebSocketCloseStatus.NORMAL_CLOSURE.code();
  private boolean isCloseCodeFixed;

  WebSocketFraming(WebSocketOwner owner) {
    this.owner = owner;
  }

  // Reading.

  /** Bytes that a message may have now. */
  int maxBytes() {
    return owner.maxFrameBytes();
  }

  /** Whether the decoder has read a part of a message or fragment, and waits for the rest. */
  void insideMessage(boolean isInside) {
    isInsideMessage = isInside;
  }

  @Override
  public boolean isInsideFrame() {
    return isInsideMessage || fragments != null;
  }

  @Override
  public void read(Object message, ByteBufAllocator allocator, FrameSink sink) {
    switch (message) {
      case BinaryWebSocketFrame binary -> binary(binary, allocator);
      case ContinuationWebSocketFrame continued -> binary(continued, allocator);
      case PingWebSocketFrame ping -> {
        owner.reply(control(allocator, PONG, ping.content()));
        owner.sign();
      }
      case PongWebSocketFrame _ -> owner.sign();
      case CloseWebSocketFrame close -> {
        // Said by the client, this is the code to answer with.
        closeWith(close.statusCode() < 0 ? closeCode : close.statusCode());
        owner.goodbye();
      }
      case WebSocketFrame _ ->
          violated(WebSocketCloseStatus.INVALID_MESSAGE_TYPE, "text (expected: binary)");
      default ->
          violated(
              WebSocketCloseStatus.PROTOCOL_ERROR,
              "bytes before the answer to the request (expected: none)");
    }
  }

  private void binary(WebSocketFrame frame, ByteBufAllocator allocator) {
    ByteBuf content = frame.content();
    int kept = fragments == null ? 0 : fragments.readableBytes();
    int bytes = kept + content.readableBytes();
    if (bytes > maxBytes()) {
      violated(
          WebSocketCloseStatus.MESSAGE_TOO_BIG,
          "message size: " + bytes + " (expected: at most " + maxBytes() + ')');
    } else if (fragments == null && frame.isFinalFragment()) {
      owner.frame(content);
    } else {
      keep(content, allocator);
      if (frame.isFinalFragment()) {
        complete();
      } else {
        owner.sign();
      }
    }
  }

  private void keep(ByteBuf fragment, ByteBufAllocator allocator) {
    if (fragments == null) {
      fragments = allocator.ioBuffer(fragment.readableBytes());
    }
    fragments.writeBytes(fragment);
  }

  private void complete() {
    ByteBuf whole = fragments;
    fragments = null;
    if (whole != null) {
      try {
        owner.frame(whole);
      } finally {
        whole.release();
      }
    }
  }

  void violated(WebSocketCloseStatus status, String detail) {
    closeWith(status.code());
    owner.unreadable("websocket: " + detail);
  }

  // Writing.

  @Override
  public ByteBuf begin(ByteBufAllocator allocator, int bodyBytes) {
    if (bodyBytes < LENGTH_IN_TWO_BYTES) {
      return allocator.directBuffer(2 + bodyBytes).writeByte(BINARY).writeByte(bodyBytes);
    }
    if (bodyBytes <= 0xFFFF) {
      return allocator
          .directBuffer(4 + bodyBytes)
          .writeByte(BINARY)
          .writeByte(LENGTH_IN_TWO_BYTES)
          .writeShort(bodyBytes);
    }
    return allocator
        .directBuffer(10 + bodyBytes)
        .writeByte(BINARY)
        .writeByte(LENGTH_IN_EIGHT_BYTES)
        .writeLong(bodyBytes);
  }

  private static ByteBuf control(ByteBufAllocator allocator, int opcode, ByteBuf payload) {
    int bytes = payload.readableBytes();
    return allocator.directBuffer(2 + bytes).writeByte(opcode).writeByte(bytes).writeBytes(payload);
  }

  // The end.

  @Override
  public void wrote(ServerFrame frame) {
    if (isCloseCodeFixed) {
      return;
    }
    closeCode =
        switch (frame.getBodyCase()) {
          case ERROR -> CLOSE_REASONS + frame.getError().getReasonValue();
          case DISPLACED -> CLOSE_DISPLACED;
          case GO_AWAY -> WebSocketCloseStatus.ENDPOINT_UNAVAILABLE.code();
          default -> closeCode;
        };
  }

  /** The first cause counts. */
  private void closeWith(int code) {
    if (!isCloseCodeFixed) {
      closeCode = code;
      isCloseCodeFixed = true;
    }
  }

  @Override
  public ByteBuf end(ByteBufAllocator allocator) {
    ByteBuf code = Unpooled.copyShort(closeCode);
    return control(allocator, CLOSE, code);
  }

  @Override
  public void release() {
    if (fragments != null) {
      fragments.release();
      fragments = null;
    }
  }
}
