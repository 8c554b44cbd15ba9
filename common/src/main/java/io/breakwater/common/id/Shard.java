package io.breakwater.common.id;

/** One of the 4096 parts into which users and groups are divided; a view maps shards to nodes. */
public record Shard(int number) {
  /** How many there are. Part of the wire contract of the delivery tier: never changes. */
  public static final int COUNT = 4096;

  /** Checks the range. */
  public Shard {
    if (number < 0 || number >= COUNT) {
      throw new IllegalArgumentException(
          "shard: " + number + " (expected: 0.." + (COUNT - 1) + ')');
    }
  }

  /** The shard of a user. */
  public static Shard of(UserId user) {
    return new Shard((int) (Hashes.mix(user.high() ^ Hashes.mix(user.low())) & (COUNT - 1)));
  }
}
