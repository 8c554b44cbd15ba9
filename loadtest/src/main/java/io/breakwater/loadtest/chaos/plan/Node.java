package io.breakwater.loadtest.chaos.plan;

/**
 * A server.
 *
 * @param index which of its tier, from 0
 */
public record Node(Tier tier, int index) {
  @Override
  public String toString() {
    return tier + " " + index;
  }
}
