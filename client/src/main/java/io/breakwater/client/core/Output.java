package io.breakwater.client.core;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.ClientFrame;

/** Something to be done by whoever drives the machine. */
public sealed interface Output {
  /**
   * Open a connection, and report {@code connected} or {@code disconnected} with this number. There
   * is at most one at a time; what an earlier one still reports is ignored.
   */
  record Connect(long connection) implements Output {}

  /** Write a frame to the connection; frames are written in the order of their outputs. */
  record Transmit(long connection, ClientFrame frame) implements Output {}

  /** Close the connection; no report is needed. */
  record Close(long connection, String why) implements Output {}

  /**
   * Look on another thread, instead of for any before, for a nonce with which SHA-256(challenge,
   * nonce) begins with so many zero bits, and report {@code worked} with this connection.
   *
   * @param bits at most {@link SignUpMachine#WORK_BITS_MAX}
   */
  record Work(long connection, ByteString challenge, int bits) implements Output {}

  /** Do not look for that nonce any more: it is not reported. */
  record StopWork() implements Output {}

  /** Tell the application. */
  record Notify(Event event) implements Output {}
}
