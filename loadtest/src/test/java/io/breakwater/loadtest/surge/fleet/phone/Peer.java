package io.breakwater.loadtest.surge.fleet.phone;

import io.breakwater.proto.client.ServerFrame;

/** One connection, from the server's side. */
public interface Peer {
  /** The server says something. */
  void say(ServerFrame... frames);

  /** The server closes; what it said before arrives. */
  void hangUp();
}
