package io.breakwater.client;

/** The client was closed before the answer came. A message stays in the outbox of its store. */
public final class ClientClosedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  ClientClosedException(String message) {
    super(message);
  }
}
