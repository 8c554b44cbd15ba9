package io.breakwater.client.core;

/**
 * The identity of a message, however often it was sent.
 *
 * @param clientId counts up per stream
 */
public record Origin(Stream stream, long clientId) {
  /** What one device writes into one conversation. */
  public record Stream(UserId sender, int senderDevice, ConversationId conversation) {}
}
