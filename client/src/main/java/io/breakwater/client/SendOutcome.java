package io.breakwater.client;

import io.breakwater.client.core.MessageId;
import io.breakwater.proto.client.Reason;

/** What became of a message. */
public sealed interface SendOutcome {
  /** Durable, and will be delivered to every device of the recipient. */
  record Accepted(long clientId, MessageId messageId) implements SendOutcome {}

  /** Finally refused: not delivered, and sending it again cannot help. */
  record Refused(long clientId, Reason reason) implements SendOutcome {}

  /** Given up after the server's retry time without an answer: delivered or not. */
  record Unknown(long clientId) implements SendOutcome {}
}
