package io.breakwater.loadtest.line;

import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.ServerFrame;

/** One connection to a gateway. Confined to the loop. */
public interface Line {
  /** Whom a connection belongs to. On the loop. */
  interface Owner {
    /** What tells it from other phones: TLS tickets are kept by this. */
    String name();

    /** It is connected; the first call. With TLS, what is sent waits for the handshake. */
    void connected(Line line);

    /** A frame arrived. */
    void heard(ServerFrame frame);

    /** Nothing more is there to read now. */
    void paused();

    /**
     * It cannot be connected since this machine is short of something: no port or file is free. It
     * says nothing about the other side. {@link #closed} follows.
     */
    default void notFree(String what) {}

    /** It is gone, or could not be connected; the last call. */
    void closed();
  }

  /** Sends a frame, after those before it. */
  void send(ClientFrame frame);

  /** Hangs up; what was sent before still goes out. {@link Owner#closed} follows. */
  void close();

  /** Breaks it: the other side is told that it broke, and nothing else. */
  void cut();
}
