package io.breakwater.client;

import io.breakwater.proto.client.Reason;

/** A request was answered with a refusal, or not at all. */
public final class RequestFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Reason reason;
  private final long returnAfterMs;

  RequestFailedException(Reason reason, String detail, long returnAfterMs) {
    super(reason + ": " + detail);
    this.reason = reason;
    this.returnAfterMs = returnAfterMs;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** Milliseconds until trying again makes sense; 0: it does not. */
  public long returnAfterMs() {
    return returnAfterMs;
  }
}
