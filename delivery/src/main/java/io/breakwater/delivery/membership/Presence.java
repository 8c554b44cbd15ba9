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
 *
 * But entries are handed over on relays, and a detector may see a node through a connection that this node made, though
 * nobody can connect to it. A relay on which nothing is answered for longer than it takes to dial anew, twice, is
 * believed.
 */
/** Who is there, by all that is known. Pure; confined to whoever calls it. */
public final class Presence {
  /** A member that nobody has seen yet counts as there for so long. */
  static final long FIND_MS = 5_000;

  /** A member whose relay has not answered for so long is not there, whatever the detector sees. */
  static final long UNANSWERED_MS = 20_000;

  /** Since when a member's relay does not answer. */
  private final Map<IncarnationId, Long> unansweredSince = new HashMap<>();

  /** Since when it is a member here without having been seen; never again once it was. */
  private final Map<IncarnationId, Long> unseenSince = new HashMap<>();

  /**
   * Who is there.
   *
   * @param seen by either witness, members or not
   * @param answering on the relays that this node keeps
   * @param asking this node, on relays of their own
   * @param awaited members that have not been seen yet, and are given time
   */
  public record Sight(
      Set<IncarnationId> seen,
      Set<IncarnationId> answering,
      Set<IncarnationId> asking,
      Set<IncarnationId> awaited) {
    /** Of a node that sees nobody. */
    static final Sight NONE = new Sight(Set.of(), Set.of(), Set.of(), Set.of());

    /** Whether either may hand over entries to the other. */
    boolean hasMet(IncarnationId each) {
      return answering.contains(each) && asking.contains(each);
    }

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
   * @param asking this node, on relays of their own
   * @param gone nobody listens where they did, or another process does
   * @param nowMs of a clock that only advances
   */
  public Sight of(
      List<IncarnationId> members,
      Set<IncarnationId> detected,
      Set<IncarnationId> answering,
      Set<IncarnationId> asking,
      Set<IncarnationId> gone,
      long nowMs) {
    unansweredSince.keySet().retainAll(members);
    unansweredSince.keySet().removeAll(answering);
    Set<IncarnationId> seen = new HashSet<>(detected);
    for (IncarnationId member : members) {
      if (!answering.contains(member)
          && nowMs - unansweredSince.computeIfAbsent(member, _ -> nowMs) >= UNANSWERED_MS) {
        seen.remove(member);
      }
    }
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
    return new Sight(seen, answering, asking, awaited);
  }
}
