package io.breakwater.client.core;

import io.breakwater.proto.client.Reason;

/** What the application is told. */
public sealed interface Event {
  /** The session is attached: messages flow. */
  record Attached() implements Event {}

  /** What was missed has been handed over; once per connection. */
  record CaughtUp() implements Event {}

  /** The connection is gone; the next attempt is made after so many milliseconds. */
  record Detached(String why, long reconnectInMs) implements Event {}

  /**
   * Another connection of this device took over; this one comes back by itself after so many
   * milliseconds, not earlier.
   */
  record Displaced(long reconnectInMs) implements Event {}

  /**
   * The server does not accept this device, or this version, and trying again cannot help: the
   * machine has stopped.
   */
  record Stopped(Reason reason, String detail) implements Event {}

  /** Durable, and will be delivered. */
  record Accepted(UserId peer, long clientId, MessageId messageId) implements Event {}

  /** Finally refused: it was not delivered and will not be. */
  record Refused(UserId peer, long clientId, Reason reason) implements Event {}

  /** Given up without an answer: it may have been delivered or not. */
  record Unknown(UserId peer, long clientId) implements Event {}

  /**
   * Entries older than this have expired before this device fetched them; milliseconds since 1970.
   */
  record TooLong(long retainedSinceMs) implements Event {}

  /**
   * An entry repeated a message that this device has seen; it was dropped. If it shows another
   * message id than the one that the application stored, the lower of the two is the place of the
   * message.
   */
  record Repeated(Origin origin, MessageId messageId) implements Event {}

  /** Another device was linked to this account. */
  record DeviceAdded(int device) implements Event {}

  /** A device of this account was signed out. */
  record DeviceRemoved(int device) implements Event {}

  /** Answer to {@link DeviceMachine#lookUp}. */
  record Found(int request, String handle, UserId user) implements Event {}

  /** Answer to {@link DeviceMachine#link}: for the new device, which starts at this position. */
  record Linked(int request, Credentials credentials, Position start) implements Event {}

  /** Answer to {@link DeviceMachine#revoke}. */
  record Revoked(int request, int device) implements Event {}

  /**
   * A request failed.
   *
   * @param returnAfterMs milliseconds until trying again makes sense; 0: it does not
   */
  record RequestFailed(int request, Reason reason, String detail, long returnAfterMs)
      implements Event {}

  /** The account is made; its credentials are to be stored. */
  record SignedUp(Credentials credentials) implements Event {}

  /**
   * The sign-up waits in line: said when it joins, and every few seconds.
   *
   * @param place from 1; may rise, as those who had lost their connection come back to theirs
   * @param estimateMs how long it is likely to take until the account is made
   */
  record Queued(long place, long estimateMs) implements Event {}

  /** The sign-up failed, and trying again cannot help. */
  record SignUpFailed(Reason reason, String detail) implements Event {}
}
