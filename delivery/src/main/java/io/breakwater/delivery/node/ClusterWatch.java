package io.breakwater.delivery.node;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.delivery.membership.Cluster;
import io.breakwater.delivery.membership.Membership;
import io.breakwater.delivery.membership.MembershipLimits;
import io.breakwater.delivery.membership.Presence;
import io.breakwater.delivery.membership.Presence.Sight;
import io.breakwater.delivery.membership.Standings;
import io.breakwater.storage.IncarnationStore.Registration;
import io.breakwater.storage.Storage;
import io.breakwater.storage.ViewStore.Change;
import io.breakwater.storage.ViewStore.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the decided view and the registry again and again, asks {@link Membership} what to do
 * about them, and does it. Confined to the node's thread.
 */
final class ClusterWatch {
  private static final Logger log = LoggerFactory.getLogger(ClusterWatch.class);

  /** What a node does about what is seen. On its thread. */
  interface Listener {
    /**
     * A view, or who has released by it, counts from now on.
     *
     * @param idsBelow all ids of earlier owners are below this
     */
    void adopt(Cluster cluster, Standings standings, long idsBelow);

    /** Others have decided a view without this node, which did not want to go. */
    void removed(View view);

    /** This node has to recover it; asked again and again until it is recovered. */
    void recover(Registration dead);

    /**
     * This node does not join as long as it has not met these members, whose beats go on. Told when
     * that changes; none: nobody keeps it any more.
     */
    void keptOut(List<Registration> by);

    /** It never was a member, and is not there any more: its row may go. */
    void forget(Registration idle);
  }

  /** How far a planned leave has come. */
  enum Leave {
    UNDER_WAY,
    /** Nothing of what others need is here any more. */
    DONE,
    /** There is nobody to take over. */
    ALONE
  }

  private record Floor(long above, CompletableFuture<Void> durable) {}

  private final Storage storage;
  private final IncarnationId self;
  private final Membership membership;
  private final Heartbeat heartbeat;
  private final Presence presence = new Presence();
  private final Callers callers = new Callers();
  private final Peers peers;
  private final Detector detector;
  private final IntSupplier gateways;
  private final Clocks clocks;
  private final Executor thread;
  private final BiConsumer<String, Throwable> onFailure;
  private final Listener listener;
  private final List<Floor> floors = new ArrayList<>();

  private boolean looking;
  private boolean lookAgain;
  private boolean proposing;
  private boolean wasMember;
  private boolean isEnded;
  private boolean wasUseless;
  private long adoptedView;
  private Map<IncarnationId, Long> adoptedReleases = Map.of();
  private List<IncarnationId> toldKeepers = List.of();

  /**
   * @param gateways whose trunks are open now
   * @param thread the node's
   * @param onFailure told of each request to storage that failed
   */
  ClusterWatch(
      Storage storage,
      IncarnationId self,
      Peers peers,
      Detector detector,
      IntSupplier gateways,
      Clocks clocks,
      Executor thread,
      BiConsumer<String, Throwable> onFailure,
      Listener listener) {
    this.storage = storage;
    this.self = self;
    this.membership = new Membership(self, MembershipLimits.USUAL);
    this.heartbeat =
        new Heartbeat(
            storage.incarnations(),
            self,
            thread,
            onFailure,
            beats -> membership.hear(beats, clocks.monoMs()));
    this.peers = peers;
    this.detector = detector;
    this.gateways = gateways;
    this.clocks = clocks;
    this.thread = thread;
    this.onFailure = onFailure;
    this.listener = listener;
  }

  /** Reads the view, then the registry, and acts on them; beats, when it is time. */
  void look() {
    if (isEnded) {
      return;
    }
    heartbeat.tick(clocks.monoMs(), !isUseless());
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = true;
    lookAgain = false;
    NodeThread.after(
        thread,
        read(),
        cluster -> {
          looking = false;
          cluster.ifPresent(this::see);
          if (lookAgain || cluster.isEmpty()) {
            look();
          }
        },
        failure -> {
          looking = false;
          onFailure.accept("cluster", failure);
        });
  }

  private boolean isUseless() {
    boolean isUseless = membership.isUseless(gateways.getAsInt(), clocks.monoMs());
    if (isUseless != wasUseless) {
      wasUseless = isUseless;
      if (isUseless) {
        log.warn(
            "no gateway and no other delivery node has reached this node for long, and somebody waits to join: this"
                + " node does not beat in storage any more, so that it may take over");
      } else {
        log.info("this node beats in storage again");
      }
    }
    return isUseless;
  }

  /**
   * Another node asks this one something: it can be reached from there. Any thread.
   *
   * @return whether that is news, and {@link #look} should be called
   */
  boolean askedBy(IncarnationId other) {
    return callers.asked(other, clocks.monoMs());
  }

  /**
   * The view and then the rows, so that no owner's row is missing; empty if the view has changed
   * meanwhile. Rows that are newer than the view say that an owner has released what it lost by a
   * later one: to another home than this view has, which would not get it.
   */
  private CompletionStage<Optional<Cluster>> read() {
    return view()
        .thenCompose(
            view ->
                storage
                    .incarnations()
                    .list()
                    .thenCompose(
                        rows ->
                            isStill(view)
                                .thenApply(
                                    still ->
                                        still
                                            ? Optional.of(Cluster.of(view, rows))
                                            : Optional.empty())));
  }

  private CompletionStage<View> view() {
    return storage.views().peek().thenApply(view -> view.orElse(View.NONE));
  }

  /** Nobody waits for anybody where no earlier owners are listed: then it does not matter. */
  private CompletionStage<Boolean> isStill(View view) {
    return view.earlier().isEmpty()
        ? CompletableFuture.completedStage(true)
        : view().thenApply(again -> again.number() == view.number());
  }

  private void see(Cluster latest) {
    if (isEnded) {
      return;
    }
    long nowMs = clocks.monoMs();
    membership.read(latest, nowMs);
    Cluster cluster = membership.cluster();
    View view = cluster.view();
    wasMember |= view.members().contains(self);
    if (membership.isRemoved()) {
      isEnded = true;
      listener.removed(view);
      return;
    }
    meetPeers(cluster, nowMs);
    membership.see(sight(cluster, nowMs), nowMs);
    adoptIfChanged(cluster);
    tellFloors();
    membership.toRecover(nowMs).stream().map(cluster.registry()::get).forEach(listener::recover);
    membership.toForget(nowMs).stream().map(cluster.registry()::get).forEach(listener::forget);
    propose(nowMs);
    sayWhoKeeps(membership.keepers(nowMs));
  }

  private void sayWhoKeeps(List<IncarnationId> keepers) {
    if (!keepers.equals(toldKeepers)) {
      toldKeepers = keepers;
      Map<IncarnationId, Registration> registry = membership.cluster().registry();
      listener.keptOut(keepers.stream().map(registry::get).filter(Objects::nonNull).toList());
    }
  }

  private void meetPeers(Cluster cluster, long nowMs) {
    Map<IncarnationId, String> others = new HashMap<>();
    Set<IncarnationId> wanted = new HashSet<>(cluster.view().members());
    if (wanted.contains(self)) {
      wanted.addAll(membership.newcomers(nowMs));
    }
    wanted.addAll(cluster.holders());
    wanted.remove(self);
    for (IncarnationId each : wanted) {
      Registration row = cluster.registry().get(each);
      if (row != null && !row.sealed()) {
        others.put(each, row.address());
      }
    }
    peers.keep(others);
    detector.lookAt(
        cluster.registry().values().stream()
            .filter(row -> !row.sealed())
            .map(Registration::address)
            .collect(Collectors.toSet()));
  }

  private Sight sight(Cluster cluster, long nowMs) {
    Set<IncarnationId> answering = new HashSet<>();
    Set<IncarnationId> gone = new HashSet<>();
    Registration own = cluster.registry().get(self);
    for (Registration row : cluster.registry().values()) {
      IncarnationId each = row.incarnation();
      if (each.equals(self)) {
        continue;
      }
      switch (peers.contact(each)) {
        case ANSWERS -> answering.add(each);
        case GONE -> gone.add(each);
        case SILENT -> {
          if (own != null && row.address().equals(own.address())) {
            // This process listens there.
            gone.add(each);
          }
        }
      }
    }
    Set<IncarnationId> detected = new HashSet<>(detector.seen());
    detected.remove(self);
    return presence.of(
        cluster.view().members(), detected, answering, callers.asking(nowMs), gone, nowMs);
  }

  private void adoptIfChanged(Cluster cluster) {
    View view = cluster.view();
    Map<IncarnationId, Long> releases = cluster.releases();
    if (!wasMember || (view.number() == adoptedView && releases.equals(adoptedReleases))) {
      return;
    }
    if (view.number() != adoptedView) {
      log.info(
          "view {}: {} member(s): {}{}",
          view.number(),
          view.members().size(),
          describe(cluster),
          isOwed(cluster) ? "; earlier owners have not released all of it" : "");
    }
    adoptedView = view.number();
    adoptedReleases = releases;
    listener.adopt(cluster, new Standings(self, cluster), idsBelow(cluster));
  }

  private static String describe(Cluster cluster) {
    return cluster.view().members().stream()
        .map(
            each -> {
              Registration row = cluster.registry().get(each);
              return row == null ? each.toString() : row.address();
            })
        .collect(Collectors.joining(", "));
  }

  /** Whoever owned what this node gains; those whose rows have expired are below the floor. */
  private long idsBelow(Cluster cluster) {
    return Math.max(
        cluster.view().idFloor(),
        cluster.registry().values().stream()
            .filter(row -> !row.incarnation().equals(self))
            .mapToLong(Registration::idCeiling)
            .max()
            .orElse(0));
  }

  private void propose(long nowMs) {
    if (proposing) {
      return;
    }
    membership
        .propose(nowMs)
        .ifPresent(
            next -> {
              proposing = true;
              NodeThread.after(
                  thread,
                  storage.views().change(next),
                  change -> {
                    proposing = false;
                    if (change instanceof Change.Decided(View decided)) {
                      membership.decided(decided);
                      wasMember |= decided.members().contains(self);
                    }
                    look();
                  },
                  failure -> {
                    proposing = false;
                    onFailure.accept("view", failure);
                    look();
                  });
            });
  }

  // ---- floors

  /** Complete when no view to come has a lower floor. */
  CompletionStage<Void> raiseFloor(long above) {
    CompletableFuture<Void> durable = new CompletableFuture<>();
    membership.raiseFloor(above);
    floors.add(new Floor(above, durable));
    look();
    return durable;
  }

  private void tellFloors() {
    floors.removeIf(floor -> membership.hasFloor(floor.above) && floor.durable.complete(null));
  }

  // ---- the end

  /** This node wants to go. */
  void leave() {
    membership.leave();
    look();
  }

  /** How far that has come. */
  Leave left() {
    Cluster cluster = membership.cluster();
    List<IncarnationId> members = cluster.view().members();
    if (!members.contains(self)) {
      Registration own = cluster.registry().get(self);
      boolean isReleased = !wasMember || own == null || own.released() >= cluster.view().number();
      return isReleased ? Leave.DONE : Leave.UNDER_WAY;
    }
    // Others who leave at the same time hand over to this node first.
    return members.size() == 1 && !isOwed(cluster) ? Leave.ALONE : Leave.UNDER_WAY;
  }

  /** Whether somebody else's entries may still have to be handed over to this node. */
  boolean isOwed() {
    return isOwed(membership.cluster());
  }

  private boolean isOwed(Cluster cluster) {
    return cluster.holders().stream().anyMatch(each -> !each.equals(self));
  }

  /** Looks no more. */
  void end() {
    isEnded = true;
  }
}
