package io.breakwater.common.id;

import java.util.Collection;
import java.util.List;

/** Which member of a view is the home of each shard; see {@link Rendezvous}. Immutable. */
public final class ShardMap {
  private final IncarnationId[] owners = new IncarnationId[Shard.COUNT];

  /**
   * Takes some tenths of a millisecond: made once per view.
   *
   * @param members at least one
   */
  public ShardMap(Collection<IncarnationId> members) {
    List<IncarnationId> all = List.copyOf(members);
    for (int shard = 0; shard < owners.length; shard++) {
      owners[shard] = Rendezvous.choose(all, shard);
    }
  }

  /** The home of a shard. */
  public IncarnationId ownerOf(Shard shard) {
    return owners[shard.number()];
  }
}
