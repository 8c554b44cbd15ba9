package io.breakwater.gateway.framing;

import io.netty.buffer.ByteBuf;

/** A connection that may become a WebSocket. */
public interface WebSocketOwner extends FrameSink {
  /** The client speaks HTTP: until it is answered, it understands no frame, and may send none. */
  void upgrading(Framing unanswered);

  /** From here on this is how frames are written and read. */
  void upgraded(Framing framing);

  /** Something came that is no frame, and is allowed: a part of one, or a ping. */
  void sign();

  /** To be written, at the end of the tick. */
  void reply(ByteBuf message);

  /** The client has ended the conversation and waits for the answer. */
  void goodbye();
}
