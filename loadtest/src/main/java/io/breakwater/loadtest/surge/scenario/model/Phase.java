package io.breakwater.loadtest.surge.scenario.model;

/** What is measured apart. Each begins at the intended time, or at the end of the one before it. */
public enum Phase {
  /** From the intended time to the account, the wait in line included. */
  SIGN_UP,
  /** From the intended time of connecting to {@code Welcome}. */
  CONNECT,
  /** From a connection that broke to {@code Welcome} on the next one, backoff included. */
  RESUME,
  /** From the intended time of a message to {@code Sent}, all attempts included. */
  SEND_TO_ACCEPTED,
  /** From there to the recipient. */
  ACCEPTED_TO_DELIVERED,
  /** Both: from the intended time to a recipient who is online. */
  SEND_TO_DELIVERED,
  /** From {@code Welcome} to {@code Synced}. */
  SYNC;

  @Override
  public String toString() {
    return Scaling.written(this);
  }
}
