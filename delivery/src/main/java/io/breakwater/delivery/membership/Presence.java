package io.breakwater.delivery.membership;

import io.breakwater.common.id.IncarnationId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/*
 * Two witnesses: the failure detector, and the relays, on which nodes answer each other. A detector suspects healthy
 * nodes now and then, and needs half a minute to find a node that has just come; a relay that is silent may only be
 * slow. So a member is there if either sees it; and a member that neither has ever seen is given time to be found,
 * unless somebody else listens where it should be.
 */
/** Who is there, by all that is known. Pure; confined to whoever calls it. */
public final class Presence {
  /** A member that nobody has seen yet counts as there for so long. */
  static final long FIND_MS = 5_000;

  /** Since when it is a member here without having been seen; never again once it was. */
  private final Map<IncarnationId, Long> unseenSince = new HashMap<>();

  /**
   * Who is there.
   *
   * @param seen by either witness, members or not
   * @param awaited members that have not been seen yet, and are given time
   */
  public record Sight(Set<IncarnationId> seen, Set<IncarnationId> awaited) {
    /** Of a node that sees nobody. */
    static final Sight NONE = new Sight(Set.of(), Set.of());

    /** Whether it counts as there. */
    boolean has(IncarnationId each) {
      return seen.contains(each) || awaited.contains(each);
    }
  }

  /**
   * Who of a view's members is there, and whoever else is seen.
   *
   * @param detected by the failure detector
   * @param answering on their relays
   * @param gone nobody listens where they did, or another process does
   * @param nowMs of a clock that only advances
   */
  public Sight of(
      List<IncarnationId> members,
      Set<IncarnationId> detected,
      Set<IncarnationId> answering,
      Set<IncarnationId> gone,
      long nowMs) {
    Set<IncarnationId> seen = new HashSet<>(detected);
    seen.addAll(answering);
    Set<IncarnationId> awaited = new HashSet<>();
    unseenSince.keySet().retainAll(members);
    for (IncarnationId member : members) {
      long since = unseenSince.computeIfAbsent(member, _ -> nowMs);
      if (seen.contains(member)) {
        unseenSince.put(member, nowMs - FIND_MS);
      } else if (!gone.contains(member) && nowMs - since < FIND_MS) {
        awaited.add(member);
      }
    }
    return new Sight(seen, awaited);
  }
}
