package io.breakwater.loadtest.chaos.check;

import java.util.Locale;

/** Rare things that a history can show by itself. */
public enum Sometimes {
  /** A client dropped a repetition. */
  REPEATED,
  /** An application was handed again what it had before it was killed. */
  HANDED_AGAIN,
  /** An application started again. */
  RESTARTED,
  /** An application that had been killed started again. */
  KILLED,
  /** A device was linked after the first send. */
  LINKED_LATER,
  /** A device was signed out. */
  SIGNED_OUT,
  /** A device was told that entries had expired. */
  TOLD_TOO_LONG,
  /** A device missed something that it was told about. */
  EXPIRED_UNSEEN,
  /** A send was refused for good. */
  REFUSED,
  /** A send of unknown outcome was delivered. */
  UNKNOWN_AND_DELIVERED,
  /** A send of unknown outcome was not delivered. */
  UNKNOWN_AND_NOT_DELIVERED,
  /**
   * A message was sent by an application that had seen another one's message in that conversation.
   */
  REPLY,
  /** A send was invoked while a fault was under way, and was accepted. */
  ACCEPTED_IN_SPITE_OF_A_FAULT,
  /** A fault was seen to take effect. */
  FAULT_TOOK_EFFECT;

  /** As it stands in reports and in {@link Requirements}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
