package io.breakwater.client.core;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.ServerFrame;

/**
 * What drives a connection: fed with what happens and the time, drained of what follows. {@code
 * nowMs} is any clock that does not go backwards; milliseconds. One thread at a time.
 */
public sealed interface Machine permits DeviceMachine, SignUpMachine {
  /** Connects at once if it is not connected. */
  void start(long nowMs);

  /** Closes the connection and stays away until {@link #start}. */
  void stop(long nowMs);

  /** The connection of an {@link Output.Connect} is open. */
  void connected(long connection, long nowMs);

  /** The connection could not be made, or ended by itself. */
  void disconnected(long connection, String why, long nowMs);

  /** A frame arrived. */
  void received(long connection, ServerFrame frame, long nowMs);

  /** The work of an {@link Output.Work} is done. */
  void worked(long connection, ByteString challenge, long nonce, long nowMs);

  /** The changes of a step that carried this cursor are durable. */
  void stored(Position cursor, long nowMs);

  /** Time has passed. Calling it early or often does no harm. */
  void tick(long nowMs);

  /**
   * When to call {@link #tick} if nothing else happens before; {@link Long#MAX_VALUE} for never.
   */
  long wakeUpMs();

  /** What the inputs since the last drain have led to. */
  Step drain();
}
