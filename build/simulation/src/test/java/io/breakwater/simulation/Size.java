package io.breakwater.simulation;

/**
 * How large a tier is.
 *
 * @param divisor of all rates
 * @param machines of Cassandra
 * @param cores that each of them has for what it is asked
 */
record Size(int gateways, int nodes, double divisor, int machines, double cores, long seed) {
  /** That of the whole surge. */
  static final Size FULL = new Size(1_000, 200, 1, 12, 1.5, 7);

  /** A tenth of it. */
  static final Size TENTH = new Size(100, 20, 10, 3, 0.6, 7);
}
