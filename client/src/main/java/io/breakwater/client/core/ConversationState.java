package io.breakwater.client.core;

/**
 * What a device remembers of a conversation while nothing of it is in the outbox.
 *
 * @param lastClientId the highest client id given to a message of this device; 0 if none
 * @param highest the highest message id seen, own messages included; {@link MessageId#NONE} if none
 */
public record ConversationState(UserId peer, long lastClientId, MessageId highest) {}
