package io.breakwater.gateway.connection;

/** Numbers of the client protocol, version 1: docs/protocol.md promises them. */
final class Wire {
  static final int VERSION = 1;
  static final int ID_BYTES = 16;
  static final int MAX_PAYLOAD_BYTES = 65_536;
  static final int WINDOW = 256;
  static final int MIN_HEARTBEAT_S = 10;
  static final int MAX_HEARTBEAT_S = 590;

  /** Largest frame of a connection that is not welcomed yet. */
  static final int MAX_FRAME_BYTES_BEFORE_WELCOME = 4 * 1024;

  /** Largest frame of a welcomed connection. */
  static final int MAX_FRAME_BYTES = 128 * 1024;

  private Wire() {}
}
