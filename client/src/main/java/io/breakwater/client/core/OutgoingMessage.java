package io.breakwater.client.core;

import com.google.protobuf.ByteString;

/**
 * A message of this device that is not answered yet.
 *
 * @param clientId counts up from 1 per peer; with the device and the conversation the identity of
 *     the message
 * @param firstTriedMs server time of the first transmission, milliseconds since 1970; 0 if it was
 *     never transmitted
 * @param payload opaque; left out of {@link #toString}
 */
public record OutgoingMessage(UserId peer, long clientId, long firstTriedMs, ByteString payload) {
  /** The same message, first transmitted at this server time. */
  public OutgoingMessage tried(long serverTimeMs) {
    return new OutgoingMessage(peer, clientId, serverTimeMs, payload);
  }

  @Override
  public String toString() {
    return "OutgoingMessage[peer="
        + peer
        + ", clientId="
        + clientId
        + ", firstTriedMs="
        + firstTriedMs
        + ", "
        + payload.size()
        + " bytes]";
  }
}
