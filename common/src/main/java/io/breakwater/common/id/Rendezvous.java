package io.breakwater.common.id;

import java.util.Collection;
import java.util.Iterator;

/**
 * Rendezvous hashing (Thaler and Ravishankar 1998): of the members, a key belongs to the one of
 * highest weight. Whoever knows the members agrees, whatever their order, and a member that goes
 * moves only what was its own. Equal on every node and in every release.
 */
public final class Rendezvous {
  private Rendezvous() {}

  /**
   * The member to which a key belongs.
   *
   * @throws IllegalArgumentException if there is no member
   */
  public static IncarnationId choose(Collection<IncarnationId> members, long key) {
    Iterator<IncarnationId> all = members.iterator();
    if (!all.hasNext()) {
      throw new IllegalArgumentException("members: none (expected: at least one)");
    }
    IncarnationId best = all.next();
    long most = weight(best, key);
    while (all.hasNext()) {
      IncarnationId member = all.next();
      long weight = weight(member, key);
      int compared = Long.compareUnsigned(weight, most);
      if (compared > 0 || (compared == 0 && member.compareTo(best) < 0)) {
        best = member;
        most = weight;
      }
    }
    return best;
  }

  private static long weight(IncarnationId member, long key) {
    long seed = Hashes.mix(member.high() ^ Hashes.mix(member.low()));
    return Hashes.mix(seed ^ Hashes.mix(key));
  }
}
