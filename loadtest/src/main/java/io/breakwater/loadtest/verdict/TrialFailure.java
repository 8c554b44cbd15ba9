package io.breakwater.loadtest.verdict;

/** The trial cannot go on: what was awaited did not come. The message is for a person. */
public final class TrialFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Without another exception behind it. */
  public TrialFailure(String message) {
    super(message);
  }

  /** With what is behind it. */
  public TrialFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
