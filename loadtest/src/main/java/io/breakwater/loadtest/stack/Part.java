package io.breakwater.loadtest.stack;

import java.util.Locale;

/** A process of a stack, that can be killed. */
public enum Part {
  CASSANDRA,
  DELIVERY,
  GATEWAY;

  /** As the supervisor names it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
