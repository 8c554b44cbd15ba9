package io.breakwater.delivery.membership;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Rendezvous;
import io.breakwater.delivery.membership.Presence.Sight;
import io.breakwater.storage.IncarnationStore.Registration;
import io.breakwater.storage.ViewStore.Earlier;
import io.breakwater.storage.ViewStore.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/*
 * Everybody may propose, and only one proposal for a view number is decided, so what is here need not agree between
 * nodes: it needs to be right for whoever is decided. That members take turns only spares conditional writes.
 *
 * Removing a member that lives is safe: it is sealed before anybody speaks for its shards. It costs a recovery and its
 * sessions, hence the waits.
 *
 * Nodes that are cut from each other and not from storage must not remove each other in turn, for who is removed ends,
 * is started again, and wants to join. So a node joins only where it has met everybody; and only a side with half of
 * the members may remove somebody because it does not see it. Everybody else needs the beat to be silent, too.
 */
/**
 * What one node proposes for the next view, and whom it recovers. Pure; confined to whoever calls
 * it.
 */
public final class Membership {
  private static final long NEVER = Long.MAX_VALUE;

  /** Longer than between two reads of storage that answers. */
  private static final long READ_GAP_MS = 2_000;

  /** A node that reaches storage beats once a second. */
  private static final long FRESH_BEAT_MS = 3_000;

  private final IncarnationId self;
  private final MembershipLimits limits;

  private final Beats beats;

  /** Since when half of the members have beaten without a break. */
  private long mostBeatSince = NEVER;

  private Cluster cluster = Cluster.NONE;
  private Sight sight = Sight.NONE;
  private boolean wasMember;
  private boolean isLeaving;

  /** Of the last view that was decided as this node proposed it. */
  private long decidedNumber;

  private long idFloor;

  /** With which read of the registry each row came. */
  private final Map<IncarnationId, Long> cameWith = new HashMap<>();

  private long reads;

  /** Since when members cannot be seen. */
  private final Map<IncarnationId, Long> absentSince = new HashMap<>();

  /** Since when this node, which wants to join, has not met members. */
  private final Map<IncarnationId, Long> unmetSince = new HashMap<>();

  /** Since when nobody uses this node though somebody wants to join. */
  private long uselessSince = NEVER;

  /** Since when somebody has not released what it lost, nor anything of it. */
  private final Map<IncarnationId, Long> holdingSince = new HashMap<>();

  /** What holders had released when that began. */
  private Map<IncarnationId, Long> releases = Map.of();

  /** Since when somebody who is in no view has neither been seen nor beaten. */
  private final Map<IncarnationId, Long> idleSince = new HashMap<>();

  /** Since when there is something to be proposed. */
  private long wantedSince = NEVER;

  private long readAt = Long.MIN_VALUE / 2;
  private long slowRemovedAt = Long.MIN_VALUE / 2;

  /**
   * @param self is registered and holds nothing yet
   */
  public Membership(IncarnationId self, MembershipLimits limits) {
    this.self = self;
    this.limits = limits;
    this.beats = new Beats(limits.beatSilentMs(), READ_GAP_MS);
  }

  /**
   * Who is there.
   *
   * @param others without this node or with it
   * @param nowMs of a clock that only advances
   */
  public void see(Sight others, long nowMs) {
    sight = others;
    watch(nowMs);
  }

  /** Whose beats storage has. */
  public void hear(Map<IncarnationId, Long> latest, long nowMs) {
    Set<IncarnationId> watched = new HashSet<>(cluster.view().members());
    cluster.registry().values().stream()
        .filter(row -> !row.recovered())
        .forEach(row -> watched.add(row.incarnation()));
    if (beats.read(latest, watched, nowMs)) {
      // It may have been away for all.
      mostBeatSince = NEVER;
    }
    List<IncarnationId> members = cluster.view().members();
    long beating =
        members.stream().filter(each -> beats.hasRisenWithin(each, FRESH_BEAT_MS)).count();
    mostBeatSince = 2 * beating >= members.size() ? Math.min(mostBeatSince, nowMs) : NEVER;
  }

  private boolean hasMet(IncarnationId each) {
    return each.equals(self) || sight.hasMet(each);
  }

  private boolean isPresent(IncarnationId each) {
    return each.equals(self) || sight.has(each);
  }

  private boolean isSilent(IncarnationId each, long nowMs) {
    return beats.of(each, nowMs) == Pulse.SILENT;
  }

  /**
   * It lives, perhaps, but does not reach storage. Not while most do not, nor soon after: then
   * storage is at fault, and beats come back one after the other. Longer than it takes to find out
   * that a connection to storage is dead, and to open another one.
   */
  private boolean hasLostStorage(IncarnationId each, long nowMs) {
    long silentMs = limits.beatSilentMs();
    return isSilent(each, nowMs)
        && nowMs - beats.sinceMs(each) >= silentMs + silentMs / 2
        && mostBeatSince != NEVER
        && nowMs - mostBeatSince >= silentMs;
  }

  /** What storage says. What is older than what is known already is left alone. */
  public void read(Cluster latest, long nowMs) {
    if (latest.view().number() < cluster.view().number()) {
      return;
    }
    Set<IncarnationId> removed = new HashSet<>(cluster.view().members());
    removed.removeAll(latest.view().members());
    if (!removed.isEmpty()) {
      // It may have been a home that took nothing.
      holdingSince.keySet().retainAll(removed);
    }
    if (removed.stream().anyMatch(each -> isPresent(each) && !latest.hasReleased(each))) {
      // Whoever proposed it: nobody removes the next one that is merely slow right after.
      slowRemovedAt = nowMs;
    }
    if (latest.view().number() > cluster.view().number()) {
      wantedSince = NEVER;
      // Who was silent before it joined has only been starting.
      latest.view().members().stream()
          .filter(each -> !cluster.view().members().contains(each))
          .forEach(beats::forget);
    }
    if (nowMs - readAt > READ_GAP_MS) {
      // Storage was away: nobody could say that it has released.
      holdingSince.clear();
    }
    readAt = nowMs;
    reads++;
    cameWith.keySet().retainAll(latest.registry().keySet());
    latest.registry().keySet().forEach(each -> cameWith.putIfAbsent(each, reads));
    cluster = latest;
    wasMember |= latest.view().members().contains(self);
    watch(nowMs);
  }

  /**
   * A proposal of this node was decided. What is read next may be a later view already, or an
   * earlier one, if that read began before.
   *
   * @param decided with this node or without it
   */
  public void decided(View decided) {
    wasMember |= decided.members().contains(self);
    decidedNumber = Math.max(decidedNumber, decided.number());
  }

  private void watch(long nowMs) {
    List<IncarnationId> members = cluster.view().members();
    absentSince.keySet().removeIf(each -> isPresent(each) || !members.contains(each));
    members.stream()
        .filter(each -> !isPresent(each))
        .forEach(each -> absentSince.putIfAbsent(each, nowMs));
    unmetSince.keySet().removeIf(each -> hasMet(each) || !members.contains(each));
    members.stream()
        .filter(each -> !hasMet(each))
        .forEach(each -> unmetSince.putIfAbsent(each, nowMs));
    Map<IncarnationId, Long> now = cluster.releases();
    holdingSince
        .keySet()
        .removeIf(each -> !now.containsKey(each) || !now.get(each).equals(releases.get(each)));
    now.keySet().forEach(each -> holdingSince.putIfAbsent(each, nowMs));
    releases = now;
    Set<IncarnationId> idle = new HashSet<>();
    cluster.registry().values().stream()
        .filter(row -> isIdle(row, nowMs))
        .forEach(row -> idle.add(row.incarnation()));
    idleSince.keySet().retainAll(idle);
    idle.forEach(each -> idleSince.putIfAbsent(each, nowMs));
  }

  /** The newest view that is known here. */
  public View view() {
    return cluster.view();
  }

  /** The newest view that is known here, with the registry. */
  public Cluster cluster() {
    return cluster;
  }

  /**
   * Whether this node was a member and is none any more: others speak for its shards. Or it never
   * was one, and a later process is a member where it should be.
   */
  public boolean isRemoved() {
    List<IncarnationId> members = cluster.view().members();
    return !members.contains(self)
        && cluster.view().number() >= decidedNumber
        && (wasMember
            ? !isLeaving
            : members.stream()
                .anyMatch(each -> isSuccessor(each, self) && !isSuccessor(self, each)));
  }

  /** This node wants to go. If it is the last one, it stays in the view. */
  public void leave() {
    isLeaving = true;
  }

  /** No view to come may have a floor below this. */
  public void raiseFloor(long floor) {
    idFloor = Math.max(idFloor, floor);
  }

  /** Whether the floor of the decided view is that high. */
  public boolean hasFloor(long floor) {
    return cluster.view().idFloor() >= floor;
  }

  /**
   * Whom this node has to recover: they are in no view any more and have left something. Another
   * node may think so too, which does no harm; after a while all do, since the one whose turn it is
   * may not reach a home.
   */
  public List<IncarnationId> toRecover(long nowMs) {
    View view = cluster.view();
    if (!view.members().contains(self)) {
      return List.of();
    }
    return cluster.holders().stream()
        .filter(each -> !view.members().contains(each))
        .filter(each -> !isPresent(each) || isOverdue(each, nowMs) || hasLostStorage(each, nowMs))
        .filter(
            each ->
                Rendezvous.choose(view.members(), each.low()).equals(self)
                    || isHolding(each, 2 * limits.slowMs(), nowMs))
        .sorted()
        .toList();
  }

  /**
   * Who registered, is listed in no view, and has neither been seen nor beaten for long: a start
   * that came to nothing, or one that had released everything when it ended. It holds nothing, so
   * its row only has to go. One member says so.
   */
  public List<IncarnationId> toForget(long nowMs) {
    View view = cluster.view();
    boolean isFirst =
        view.members().stream().filter(this::isPresent).findFirst().equals(Optional.of(self));
    return isFirst
        ? idleSince.entrySet().stream()
            .filter(idle -> nowMs - idle.getValue() >= limits.forgetMs())
            .map(Map.Entry::getKey)
            .sorted()
            .toList()
        : List.of();
  }

  private boolean isIdle(Registration row, long nowMs) {
    IncarnationId each = row.incarnation();
    return !row.recovered()
        && !isPresent(each)
        && beats.of(each, nowMs) != Pulse.BEATS
        && isInNoView(each);
  }

  /** It neither hands off what it lost nor is it a member: nobody waits for it any longer. */
  private boolean isOverdue(IncarnationId holder, long nowMs) {
    return isHolding(holder, limits.slowMs(), nowMs);
  }

  private boolean isHolding(IncarnationId holder, long forMs, long nowMs) {
    Long since = holdingSince.get(holder);
    return since != null && nowMs - since >= forMs;
  }

  /**
   * The next view, if there is something to change and it is this node's turn to say so. Called
   * again and again: a proposal that was not decided is made anew, on what is read then.
   */
  public Optional<View> propose(long nowMs) {
    if (cluster.isEnded(self) || isRemoved()) {
      return Optional.empty();
    }
    Optional<View> next = next(nowMs);
    wantedSince = next.isEmpty() ? NEVER : Math.min(wantedSince, nowMs);
    return next.filter(view -> isOwnMatter(view) || nowMs - wantedSince >= turn());
  }

  private boolean isOwnMatter(View next) {
    View base = cluster.view();
    return base.members().contains(self) != next.members().contains(self)
        || idFloor > base.idFloor();
  }

  /** How long those before this node in the view have to propose the same. */
  private long turn() {
    long before =
        cluster.view().members().stream()
            .takeWhile(each -> !each.equals(self))
            .filter(this::isPresent)
            .count();
    return before * limits.turnMs();
  }

  private Optional<View> next(long nowMs) {
    View base = cluster.view();
    List<IncarnationId> members = new ArrayList<>(base.members());
    members.removeIf(each -> isGone(each, nowMs));
    slowest(nowMs).ifPresent(members::remove);
    boolean isMember = members.contains(self);
    if (isLeaving && members.size() > 1) {
      members.remove(self);
    } else if (!isMember
        && isToJoin()
        && hasRoomToJoin(base)
        && members.stream().allMatch(each -> letsJoin(each, nowMs))) {
      members.add(self);
    }
    if (members.isEmpty()) {
      return Optional.empty();
    }
    boolean isChanged = !members.equals(base.members());
    List<Earlier> earlier = new ArrayList<>(base.earlier());
    earlier.removeIf(cluster::hasReleased);
    if (isChanged && !base.members().stream().allMatch(cluster::isRecovered)) {
      earlier.add(new Earlier(base.number(), base.members()));
    }
    View next =
        new View(base.number() + 1, List.copyOf(members), List.copyOf(earlier), floor(members));
    boolean isSame =
        !isChanged && earlier.equals(base.earlier()) && next.idFloor() == base.idFloor();
    return isSame ? Optional.empty() : Optional.of(next);
  }

  /** One that has lost storage meets nobody, and is removed soon by whoever joins. */
  private boolean letsJoin(IncarnationId member, long nowMs) {
    return hasMet(member) || (isPresent(member) && isSilent(member, nowMs));
  }

  private boolean isToJoin() {
    return !wasMember && !isLeaving;
  }

  /**
   * Members that keep this node from joining, for longer than it takes to meet them: they do not
   * answer it, or do not ask it, but are seen, or their beats go on.
   */
  public List<IncarnationId> keepers(long nowMs) {
    return isToJoin()
        ? unmetSince.entrySet().stream()
            .filter(unmet -> nowMs - unmet.getValue() >= limits.meetMs())
            .map(Map.Entry::getKey)
            .filter(each -> isPresent(each) || beats.of(each, nowMs) == Pulse.BEATS)
            .filter(each -> !isGone(each, nowMs) && !letsJoin(each, nowMs))
            .sorted()
            .toList()
        : List.of();
  }

  /**
   * Who has registered and is in no view, now or earlier: it may want to join, and has to be met
   * before. Not those whose beats are silent; the last ones first, and not too many. Several may
   * have one address: one that was replaced beats on, and nobody can tell which is which.
   */
  public List<IncarnationId> newcomers(long nowMs) {
    return cluster.registry().keySet().stream()
        .filter(each -> isNewcomer(each, nowMs))
        .sorted(
            Comparator.comparingLong(this::cameWith)
                .reversed()
                .thenComparing(Comparator.naturalOrder()))
        .limit(limits.newcomers())
        .toList();
  }

  private boolean isNewcomer(IncarnationId each, long nowMs) {
    return !each.equals(self)
        && !cluster.isEnded(each)
        && isInNoView(each)
        && !isSilent(each, nowMs);
  }

  private long cameWith(IncarnationId each) {
    return cameWith.getOrDefault(each, reads);
  }

  private boolean isInNoView(IncarnationId each) {
    View view = cluster.view();
    return !view.members().contains(each)
        && view.earlier().stream().noneMatch(earlier -> earlier.members().contains(each));
  }

  /**
   * Whether this member may be the reason why nobody serves: for long neither gateways nor other
   * delivery nodes have reached it, and somebody who lives waits to join. Then its beat must not
   * keep it in the view.
   *
   * @param gateways whose trunks are open
   */
  public boolean isUseless(int gateways, long nowMs) {
    boolean isUsed =
        gateways > 0
            || !cluster.view().members().contains(self)
            || !sight.asking().isEmpty()
            || newcomers(nowMs).stream().noneMatch(each -> beats.of(each, nowMs) == Pulse.BEATS);
    uselessSince = isUsed ? NEVER : Math.min(uselessSince, nowMs);
    return uselessSince != NEVER && nowMs - uselessSince >= limits.uselessMs();
  }

  /** If no member is there, nobody else can recover what keeps the earlier views. */
  private boolean hasRoomToJoin(View base) {
    return base.earlier().size() < limits.earlier()
        || base.members().stream().noneMatch(this::isPresent);
  }

  /** Above all ids of those who go: they are recovered sooner if the floor need not rise again. */
  private long floor(List<IncarnationId> members) {
    long floor = Math.max(cluster.view().idFloor(), idFloor);
    for (IncarnationId each : cluster.view().members()) {
      Registration row = cluster.registry().get(each);
      if (row != null && !members.contains(each)) {
        floor = Math.max(floor, row.idCeiling());
      }
    }
    return floor;
  }

  private boolean isGone(IncarnationId member, long nowMs) {
    if (member.equals(self)) {
      return false;
    }
    if (cluster.isEnded(member)) {
      return true;
    }
    if (isPresent(member)) {
      return false;
    }
    return isReplaced(member)
        || isHalf()
        || (isSilent(member, nowMs)
            && nowMs - absentSince.getOrDefault(member, nowMs) >= limits.minorityMs());
  }

  /** Whether another process listens where it did: then it is not there any more. */
  private boolean isReplaced(IncarnationId member) {
    return cluster.registry().keySet().stream()
        .anyMatch(other -> isPresent(other) && isSuccessor(other, member));
  }

  /**
   * Whether one was started at the address of another, and not before it as far as this node knows:
   * one that waits to join, cut off from all, must not take the place of its successor.
   */
  private boolean isSuccessor(IncarnationId one, IncarnationId of) {
    Registration row = cluster.registry().get(one);
    Registration before = cluster.registry().get(of);
    return row != null
        && before != null
        && !one.equals(of)
        && row.address().equals(before.address())
        && cameWith(one) >= cameWith(of);
  }

  /** Whether this node is a member, and sees half of them with itself. */
  private boolean isHalf() {
    List<IncarnationId> members = cluster.view().members();
    return members.contains(self)
        && 2 * members.stream().filter(this::isPresent).count() >= members.size();
  }

  /**
   * The member that is there and does not do its part for the longest, and for too long: it does
   * not release what it lost, or it does not reach storage.
   */
  private Optional<IncarnationId> slowest(long nowMs) {
    if (nowMs - slowRemovedAt < limits.slowPaceMs()) {
      return Optional.empty();
    }
    return cluster.view().members().stream()
        .filter(each -> !each.equals(self))
        .filter(each -> isOverdue(each, nowMs) || hasLostStorage(each, nowMs))
        .min(Comparator.comparingLong(each -> slowSince(each, nowMs)));
  }

  private long slowSince(IncarnationId each, long nowMs) {
    long heldSince = holdingSince.getOrDefault(each, nowMs);
    return hasLostStorage(each, nowMs) ? Math.min(heldSince, beats.sinceMs(each)) : heldSince;
  }
}
