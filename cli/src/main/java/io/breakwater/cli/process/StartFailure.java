package io.breakwater.cli.process;

/**
 * Something cannot be started. The message is one line for the person at the terminal: what is
 * wrong, with the value, and what to do.
 */
public final class StartFailure extends RuntimeException {
  /** A failure that its message explains fully. */
  public StartFailure(String message) {
    super(message);
  }

  /** A failure whose cause is kept for who debugs it. */
  public StartFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
