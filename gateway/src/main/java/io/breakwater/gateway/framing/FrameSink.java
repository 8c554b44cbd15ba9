package io.breakwater.gateway.framing;

import io.netty.buffer.ByteBuf;

/** Where frames go. */
public interface FrameSink {
  /** Largest length that is accepted now, bytes. */
  int maxFrameBytes();

  /** A frame; the buffer is the framing's, and valid during the call only. */
  void frame(ByteBuf body);

  /** Not a frame: the stream cannot be read any further. */
  void unreadable(String detail);

  /** There is no room to keep so many bytes of a frame whose end has not come. */
  void crowded(int bytes);

  /** Whether more frames are wanted. */
  boolean wantsMore();
}
