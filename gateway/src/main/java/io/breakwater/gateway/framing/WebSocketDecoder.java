package io.breakwater.gateway.framing;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * Netty's decoder, which also says whether a message has begun, holds no more than the connection's
 * limit of one that is not complete and no more than there is room for, and hands violations to the
 * framing. Gathers bytes by itself: the platform would keep the buffers that it read into, which
 * may be large for the few bytes that are left in them.
 */
final class WebSocketDecoder extends WebSocket13FrameDecoder {
  private static final int LONGEST_HEADER_BYTES = 14;

  /** Such a frame may come between fragments. */
  private static final int LONGEST_CONTROL_BYTES = 125;

  private static final int LEAST_STEP_BYTES = 512;

  private final WebSocketFraming framing;
  private final List<Object> decoded = new ArrayList<>(1);
  private boolean isOver;

  WebSocketDecoder(WebSocketDecoderConfig config, WebSocketFraming framing) {
    super(config);
    this.framing = framing;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    ByteBuf in = (ByteBuf) message;
    try {
      while (in.isReadable() && wantsMore(context)) {
        if (framing.unfinished().isEmpty()) {
          decodeAll(context, in);
          if (in.isReadable() && wantsMore(context)) {
            keep(context, in, in.readableBytes());
          }
        } else {
          goOn(context, in);
        }
      }
    } finally {
      in.release();
    }
  }

  private boolean wantsMore(ChannelHandlerContext context) {
    return !isOver && framing.wantsMore() && !context.isRemoved();
  }

  /** Hands out all frames that are complete in {@code in}. */
  private void decodeAll(ChannelHandlerContext context, ByteBuf in) throws Exception {
    while (in.isReadable() && wantsMore(context)) {
      try {
        decode(context, in, decoded);
      } catch (CorruptedWebSocketFrameException e) {
        violated(e.closeStatus(), String.valueOf(e.getMessage()));
        return;
      }
      framing.insideMessage(decoded.isEmpty());
      if (decoded.isEmpty()) {
        return;
      }
      Object frame = decoded.removeFirst();
      isOver = frame instanceof CloseWebSocketFrame;
      context.fireChannelRead(frame);
    }
  }

  /**
   * Adds to what is kept, at most as much as that: where it ends is known to the platform's decoder
   * only, and frames that follow need not be copied.
   */
  private void goOn(ChannelHandlerContext context, ByteBuf in) throws Exception {
    Kept kept = framing.unfinished();
    int step =
        Math.min(
            Math.min(in.readableBytes(), Math.max(kept.size(), LEAST_STEP_BYTES)),
            Math.max(1, free()));
    if (!keep(context, in, step)) {
      return;
    }
    ByteBuf all = kept.bytes();
    decodeAll(context, all);
    int rest = all.readableBytes();
    if (rest <= step) {
      // What was kept is done; the rest is still in what came.
      in.readerIndex(in.readerIndex() - rest);
      kept.release();
    } else {
      kept.discardRead();
    }
  }

  /** Bytes that may be kept besides fragments. */
  private int most() {
    int fragments = framing.fragmentBytes();
    int control = fragments == 0 ? 0 : LONGEST_CONTROL_BYTES;
    return framing.maxBytes() + LONGEST_HEADER_BYTES + control - fragments;
  }

  private int free() {
    return most() - framing.unfinished().size();
  }

  private boolean keep(ChannelHandlerContext context, ByteBuf in, int count) {
    if (count > free()) {
      violated(
          WebSocketCloseStatus.MESSAGE_TOO_BIG,
          "message size: more (expected: at most " + framing.maxBytes() + ')');
      return false;
    }
    Kept kept = framing.unfinished();
    if (kept.add(in, count, most(), context.alloc())) {
      return true;
    }
    isOver = true;
    framing.crowded(kept.size() + count);
    return false;
  }

  private void violated(WebSocketCloseStatus status, String detail) {
    isOver = true;
    framing.violated(status, detail);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) {
    framing.release();
  }
}
