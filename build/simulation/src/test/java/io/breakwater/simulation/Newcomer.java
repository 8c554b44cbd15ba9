package io.breakwater.simulation;

import io.breakwater.gateway.line.Waiting;
import org.jspecify.annotations.Nullable;

/** Who signs up. */
final class Newcomer {
  static final int NOWHERE = -1;

  final long connection;

  /** By the clock of all. */
  final long cameMs;

  /** By the clock of the gateway that it came to first. */
  final long arrivedMs;

  /** Its place in line; none while it is under way. */
  @Nullable Waiting place;

  /** The node that it was given to. */
  int at = NOWHERE;

  /** How long it was told that it would wait, at first; 0: it went straight on. */
  long estimateMs;

  int sentBack;

  Newcomer(long connection, long cameMs, long arrivedMs) {
    this.connection = connection;
    this.cameMs = cameMs;
    this.arrivedMs = arrivedMs;
  }
}
