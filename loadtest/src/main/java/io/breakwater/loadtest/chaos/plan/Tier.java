package io.breakwater.loadtest.chaos.plan;

import java.util.Locale;

/** Servers of one kind. */
public enum Tier {
  GATEWAY,
  DELIVERY,
  CASSANDRA;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
