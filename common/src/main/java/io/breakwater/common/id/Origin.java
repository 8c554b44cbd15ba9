package io.breakwater.common.id;

/**
 * The identity of a message, however often it is sent (P3).
 *
 * @param clientId counts up from 1 per (device, conversation)
 */
public record Origin(UserId sender, DeviceId device, ConversationId conversation, long clientId) {}
