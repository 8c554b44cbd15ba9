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

  /** What came of a frame that is not complete; the decoder's. */
  private final Kept unfinished;

  /** What came of a message whose last fragment has not come. */
  private final Kept fragments;

  private boolean isInsideMessage;
  private int closeCode = WebSocketCloseStatus.NORMAL_CLOSURE.code();
  private boolean isCloseCodeFixed;

  WebSocketFraming(WebSocketOwner owner, InboundRoom room) {
    this.owner = owner;
    InboundRoom.Share share = room.share();
    unfinished = new Kept(share);
    fragments = new Kept(share);
  }

  // Reading.

  /** Bytes that a message may have now. */
  int maxBytes() {
    return owner.maxFrameBytes();
  }

  /** What the decoder keeps. */
  Kept unfinished() {
    return unfinished;
  }

  /** Bytes of fragments that wait for the rest of their message. */
  int fragmentBytes() {
    return fragments.size();
  }

  /** Whether anything that still comes is of use. */
  boolean wantsMore() {
    return owner.wantsMore();
  }

  /** Whether the decoder has read a part of a message or fragment, and waits for the rest. */
  void insideMessage(boolean isInside) {
    isInsideMessage = isInside;
  }

  @Override
  public boolean isInsideFrame() {
    return isInsideMessage || !fragments.isEmpty();
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
    int bytes = fragments.size() + content.readableBytes();
    if (bytes > maxBytes()) {
      violated(
          WebSocketCloseStatus.MESSAGE_TOO_BIG,
          "message size: " + bytes + " (expected: at most " + maxBytes() + ')');
    } else if (fragments.isEmpty() && frame.isFinalFragment()) {
      owner.frame(content);
    } else if (!fragments.add(content, content.readableBytes(), maxBytes(), allocator)) {
      crowded(bytes);
    } else if (frame.isFinalFragment()) {
      complete();
    } else {
      owner.sign();
    }
  }

  private void complete() {
    ByteBuf whole = fragments.remove();
    try {
      owner.frame(whole);
    } finally {
      whole.release();
    }
  }

  void crowded(int bytes) {
    owner.crowded(bytes);
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
    unfinished.release();
    fragments.release();
  }
}
