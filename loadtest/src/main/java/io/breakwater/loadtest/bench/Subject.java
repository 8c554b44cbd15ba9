package io.breakwater.loadtest.bench;

import java.util.Locale;

/** What can be measured. */
enum Subject {
  MESSAGES,
  SIGNUPS,
  CONNECTS,
  RECONNECTS,
  IDLE,
  REFUSALS,
  OFFLINE,
  START;

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
