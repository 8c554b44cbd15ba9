package io.breakwater.client.core;

/** The outbox is at its bound; the message was not taken. */
public final class OutboxFullException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A message that names the bound. */
  public OutboxFullException(String message) {
    super(message);
  }
}
