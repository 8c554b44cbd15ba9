package io.breakwater.client.core;

import com.google.protobuf.ByteString;

/**
 * A message that this device has not seen before.
 *
 * @param entryId its place in the mailbox, unsigned
 * @param timeMs when the server took it, milliseconds since 1970
 * @param messageId its place in the conversation
 * @param origin who wrote it, and which of that device's messages it is
 * @param to the recipient; the reader itself, unless another device of the reader wrote it
 * @param payload opaque; left out of {@link #toString}
 */
public record ReceivedMessage(
    long entryId, long timeMs, MessageId messageId, Origin origin, UserId to, ByteString payload) {
  @Override
  public String toString() {
    return "ReceivedMessage[entryId="
        + Long.toUnsignedString(entryId)
        + ", messageId="
        + messageId
        + ", "
        + origin
        + ", to="
        + to
        + ", "
        + payload.size()
        + " bytes]";
  }
}
