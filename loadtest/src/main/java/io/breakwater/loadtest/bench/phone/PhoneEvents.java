package io.breakwater.loadtest.bench.phone;

/** What a phone tells its owner. On the loop. */
public interface PhoneEvents {
  /** It has a session and has everything that it missed. */
  default void up(Phone phone) {}

  /** A message of its own is durable. */
  default void accepted(Phone phone, Message message) {}

  /** Somebody's message arrived, for the first time. */
  default void delivered(Phone phone, Message message) {}

  /** A message of its own was refused for now, or has to be sent again; the phone sees to it. */
  default void refused(Phone phone, String why) {}

  /** A message of its own was refused for ever. */
  default void rejected(Phone phone, String why) {}

  /** The connection ended, or was never made, and the phone did not ask for that. */
  default void lost(Phone phone, String why) {}

  /** For a phone of which nobody wants to know anything. */
  PhoneEvents NONE = new PhoneEvents() {};
}
