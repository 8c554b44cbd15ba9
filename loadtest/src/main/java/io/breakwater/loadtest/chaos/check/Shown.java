package io.breakwater.loadtest.chaos.check;

import io.breakwater.client.core.MessageId;
import io.breakwater.loadtest.chaos.report.Promise;

/** A send is one message: it has one client id and one message id, wherever it shows. */
final class Shown {
  private Shown() {}

  /** A client id of a send was seen; 0 if it is not known. */
  static void bind(Findings findings, Message message, long clientId, long by) {
    if (clientId == 0 || clientId == message.clientId) {
      return;
    }
    if (message.clientId != 0) {
      findings.breach(
          Promise.P3,
          "%s has two client ids, %d and %d".formatted(message, message.clientId, clientId),
          message.invokedBy,
          message.clientIdBy,
          by);
      return;
    }
    message.clientId = clientId;
    message.clientIdBy = by;
    Message other = message.stream.bind(clientId, message);
    if (other != null) {
      findings.breach(
          Promise.P3,
          "%s and %s have the same client id, %d".formatted(other, message, clientId),
          other.clientIdBy,
          message.invokedBy,
          by);
    }
  }

  /** A message id of a send was seen. */
  static void show(Findings findings, Message message, MessageId id, long by) {
    MessageId before = message.id;
    if (before == null) {
      message.id = id;
      message.idBy = by;
    } else if (!before.equals(id)) {
      findings.breach(
          Promise.P3,
          "%s is two messages, %s and %s".formatted(message, before, id),
          message.invokedBy,
          message.idBy,
          by);
    }
  }
}
