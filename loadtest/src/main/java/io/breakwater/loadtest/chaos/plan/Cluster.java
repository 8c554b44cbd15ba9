package io.breakwater.loadtest.chaos.plan;

/** How many servers there are: at least one of each. */
public record Cluster(int gateways, int deliveries, int cassandras) {
  public Cluster {
    if (gateways < 1 || deliveries < 1 || cassandras < 1) {
      throw new IllegalArgumentException(
          "cluster: %d gateways, %d delivery nodes, %d Cassandra nodes (expected: at least 1 each)"
              .formatted(gateways, deliveries, cassandras));
    }
  }

  /** How many of a tier there are. */
  int size(Tier tier) {
    return switch (tier) {
      case GATEWAY -> gateways;
      case DELIVERY -> deliveries;
      case CASSANDRA -> cassandras;
    };
  }

  /**
   * How many of a tier may be down at once: one gateway and one delivery node stay up; of
   * Cassandra, one may be down.
   */
  int mayBeDown(Tier tier) {
    return switch (tier) {
      case GATEWAY, DELIVERY -> size(tier) - 1;
      case CASSANDRA -> 1;
    };
  }
}
