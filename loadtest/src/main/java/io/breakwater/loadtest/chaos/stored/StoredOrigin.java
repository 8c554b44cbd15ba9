package io.breakwater.loadtest.chaos.stored;

import com.google.protobuf.ByteString;
import io.breakwater.client.core.ConversationId;
import io.breakwater.client.core.MessageId;
import io.breakwater.client.core.UserId;
import io.breakwater.proto.client.Message;
import java.nio.ByteBuffer;

/**
 * Who wrote what is stored, and which place it has: what the rows of both tables have in common.
 *
 * @param device as the server numbers it
 */
record StoredOrigin(
    ConversationId conversation, UserId sender, int device, long clientId, MessageId message) {
  private static final int SENDER_BYTES = 16;
  private static final int PACKED_BYTES = SENDER_BYTES + Integer.BYTES + Long.BYTES;

  /**
   * Reads what a row that has a body has.
   *
   * @param packed the sender's 16 bytes, the device's 4 and the client id's 8, big-endian
   * @throws IllegalArgumentException if a size is another one
   */
  static StoredOrigin ofMessage(ByteBuffer conversation, ByteBuffer message, ByteBuffer packed) {
    if (packed.remaining() != PACKED_BYTES) {
      throw new IllegalArgumentException(
          "origin: %d bytes (expected: %d)".formatted(packed.remaining(), PACKED_BYTES));
    }
    ByteBuffer rest = packed.duplicate();
    ByteBuffer sender = rest.slice(rest.position(), SENDER_BYTES);
    rest.position(rest.position() + SENDER_BYTES);
    return new StoredOrigin(
        ConversationId.of(ByteString.copyFrom(conversation.duplicate())),
        UserId.of(ByteString.copyFrom(sender)),
        rest.getInt(),
        rest.getLong(),
        MessageId.of(ByteString.copyFrom(message.duplicate())));
  }

  /**
   * Reads what a body says of itself.
   *
   * @throws IllegalArgumentException if an id is not one
   */
  static StoredOrigin ofBody(Message body) {
    return new StoredOrigin(
        ConversationId.of(body.getConversation()),
        UserId.of(body.getSender()),
        body.getSenderDevice(),
        body.getClientId(),
        MessageId.of(body.getMessageId()));
  }
}
