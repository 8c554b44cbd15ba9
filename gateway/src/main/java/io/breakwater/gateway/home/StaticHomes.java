package io.breakwater.gateway.home;

import io.breakwater.common.id.Hashes;
import io.breakwater.common.id.Shard;
import io.breakwater.common.id.UserId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A fixed list of nodes. Each shard lives at the node of highest weight (rendezvous hashing, Thaler
 * and Ravishankar 1998), so that every gateway agrees whatever the order of its list, and a list
 * with one node less moves only that node's shards.
 */
public final class StaticHomes implements Homes {
  private final short[] nodeOfShard = new short[Shard.COUNT];

  /**
   * @param nodes at least one, without repetition
   */
  public StaticHomes(List<NodeAddress> nodes) {
    if (nodes.isEmpty() || nodes.size() > Shard.COUNT) {
      throw new IllegalArgumentException(
          "delivery nodes: " + nodes.size() + " (expected: 1.." + Shard.COUNT + ')');
    }
    long[] seeds = nodes.stream().mapToLong(StaticHomes::seed).toArray();
    for (int shard = 0; shard < Shard.COUNT; shard++) {
      nodeOfShard[shard] = (short) heaviest(seeds, shard);
    }
  }

  private static long seed(NodeAddress node) {
    byte[] digest = Hashes.sha256().digest(node.toString().getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(digest).getLong();
  }

  private static int heaviest(long[] seeds, int shard) {
    int best = 0;
    for (int node = 1; node < seeds.length; node++) {
      if (Long.compareUnsigned(weight(seeds[node], shard), weight(seeds[best], shard)) > 0) {
        best = node;
      }
    }
    return best;
  }

  private static long weight(long seed, int shard) {
    return Hashes.mix(seed ^ Hashes.mix(shard));
  }

  @Override
  public int nodeOf(UserId user) {
    return nodeOfShard[Shard.of(user).number()];
  }
}
