package io.breakwater.gateway.framing;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.util.List;

/**
 * Netty's decoder, which also says whether a message has begun, holds no more than the connection's
 * limit of one that is not complete, and hands violations to the framing.
 */
final class WebSocketDecoder extends WebSocket13FrameDecoder {
  private static final int LONGEST_HEADER_BYTES = 14;

  private final WebSocketFraming framing;
  private boolean isBroken;

  WebSocketDecoder(WebSocketDecoderConfig config, WebSocketFraming framing) {
    super(config);
    this.framing = framing;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    if (isBroken) {
      in.skipBytes(in.readableBytes());
      return;
    }
    try {
      super.decode(context, in, out);
    } catch (CorruptedWebSocketFrameException e) {
      violated(e.closeStatus(), String.valueOf(e.getMessage()));
      return;
    }
    framing.insideMessage(out.isEmpty());
    if (out.isEmpty() && in.readableBytes() > framing.maxBytes() + LONGEST_HEADER_BYTES) {
      in.skipBytes(in.readableBytes());
      violated(
          WebSocketCloseStatus.MESSAGE_TOO_BIG,
          "message size: more (expected: at most " + framing.maxBytes() + ')');
    }
  }

  private void violated(WebSocketCloseStatus status, String detail) {
    isBroken = true;
    framing.violated(status, detail);
  }
}
