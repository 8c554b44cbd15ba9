package io.breakwater.loadtest.surge.scenario.model;

/** How many servers there have to be at least. A small copy of a scenario needs as many. */
public record Servers(int gateways, int deliveries) {
  /** Where a scenario says nothing. */
  public static final Servers ONE_OF_EACH = new Servers(1, 1);
}
