package io.breakwater.loadtest.surge.fleet.phone;

import io.breakwater.loadtest.line.Line;

/** How phones reach gateways. On the loop. */
public interface Lines {
  /**
   * Opens a connection; the owner hears of it later, never before this returns.
   *
   * @param turn which gateway, modulo their number
   */
  void open(int turn, Line.Owner owner);
}
