package io.breakwater.delivery.credit;

/**
 * How many conditional writes of sign-ups may be under way at once: within bounds, by how long
 * blocks of the journal take. What an account costs Cassandra is felt there first, whatever the
 * reason is that Cassandra is slow. Moves as {@link Pool} does; the target is 1.3 times the {@link
 * Calm} of blocks, or 2 ms above it. Confined to the node's thread.
 */
final class WriteLimit {
  private static final int FIRST = 16;
  private static final double ABOVE_CALM = 1.3;
  private static final double NOISE_MS = 2;

  private final Calm calm = new Calm(1, 100);
  private final Pool pool =
      new Pool(FIRST, CreditAims.DEFAULT.writesLeast(), CreditAims.DEFAULT.writesMost());

  /**
   * A window of block writes is over.
   *
   * @param isUsed whether the limit was reached, or half of it
   * @param mayRise see {@link Calm#learn}
   */
  void steer(Delay blocks, boolean isUsed, boolean mayRise, long nowMs) {
    calm.learn(blocks.meanMs(), mayRise, nowMs);
    double ratio = blocks.meanMs() / targetMs();
    if (ratio > 1) {
      pool.shrink(ratio, blocks.meanMs(), nowMs);
    } else if (isUsed) {
      pool.grow(ratio, 1);
    }
  }

  /** A probe is over. */
  void probed(CalmProbe.Seen seen) {
    if (seen.blocks().requests() >= DelayWindow.FEW) {
      calm.probed(seen.blocks().meanMs(), seen.rise());
    }
  }

  /** From now on. */
  void aim(CreditAims at) {
    pool.bound(at.writesLeast(), Math.max(at.writesLeast(), at.writesMost()));
  }

  double targetMs() {
    return Math.max(ABOVE_CALM * calm.ms(), calm.ms() + NOISE_MS);
  }

  double calmMs() {
    return calm.ms();
  }

  int value() {
    return (int) pool.size();
  }
}
