package io.breakwater.loadtest.line;

import io.netty.channel.Channel;

/** Puts TLS under the frames, or nothing. */
public interface Security {
  /** Frames go as they are. */
  Security NONE = (_, _) -> {};

  /** Before the socket is connected; on the loop. */
  void addTo(Channel channel, Line.Owner owner);
}
