package io.breakwater.gateway.home;

import io.breakwater.common.id.UserId;

/** Maps a user to the delivery node that is its home now. Safe for any thread; never waits. */
public interface Homes {
  /** The number of the node: its place in the list of trunks. */
  int nodeOf(UserId user);
}
