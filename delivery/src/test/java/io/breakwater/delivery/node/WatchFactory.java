package io.breakwater.delivery.node;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.lane.Lane;
import io.breakwater.delivery.membership.Cluster;
import io.breakwater.delivery.membership.Standings;
import io.breakwater.proto.journal.Record;
import io.breakwater.storage.IncarnationStore.Registration;
import io.breakwater.storage.Storage;
import io.breakwater.storage.ViewStore.View;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;

/** Opens the parts of a node that need no threads of their own to a simulation. */
public final class WatchFactory {
  /** See {@link ClusterWatch.Listener}. */
  public interface Listener {
    /** A view, or who has released by it, counts from now on. */
    void adopt(Cluster cluster, Standings standings, long idsBelow);

    /** Others have decided a view without this node. */
    void removed(View view);

    /** This node has to recover it. */
    void recover(Registration dead);

    /** These keep this node from joining; none: nobody does any more. */
    void keptOut(List<Registration> by);
  }

  /** How far a planned leave has come. */
  public enum Leave {
    /** Somebody has to take over yet. */
    UNDER_WAY,
    /** Nothing of what others need is here any more. */
    DONE,
    /** There is nobody to take over. */
    ALONE
  }

  /** A production {@link ClusterWatch}. */
  public static final class Watch {
    private final ClusterWatch watch;

    private Watch(ClusterWatch watch) {
      this.watch = watch;
    }

    /** Reads the view, then the registry, and acts on them. */
    public void look() {
      watch.look();
    }

    /** Another node asks something; whether that is news. */
    public boolean askedBy(IncarnationId other) {
      return watch.askedBy(other);
    }

    /** Complete when no view to come has a lower floor. */
    public CompletionStage<Void> raiseFloor(long above) {
      return watch.raiseFloor(above);
    }

    /** This node wants to go. */
    public void leave() {
      watch.leave();
    }

    /** How far that has come. */
    public Leave left() {
      return switch (watch.left()) {
        case UNDER_WAY -> Leave.UNDER_WAY;
        case DONE -> Leave.DONE;
        case ALONE -> Leave.ALONE;
      };
    }

    /** Whether somebody else's entries may still have to be handed over to this node. */
    public boolean isOwed() {
      return watch.isOwed();
    }

    /** Looks no more. */
    public void end() {
      watch.end();
    }
  }

  /** Production {@link Resubmissions}. */
  public static final class Takeovers {
    private final Resubmissions resubmissions;

    private Takeovers(Resubmissions resubmissions) {
      this.resubmissions = resubmissions;
    }

    /** Hands entries to their lanes. */
    public CompletionStage<Boolean> take(long view, IncarnationId owner, List<Record> records) {
      return resubmissions.take(view, owner, records);
    }

    /** A lane has published its part. */
    public void published(long ticket) {
      resubmissions.published(ticket);
    }

    /** A lane has refused its part. */
    public void refused(long ticket) {
      resubmissions.refused(ticket);
    }
  }

  private WatchFactory() {}

  /** See the constructor of {@link ClusterWatch}. */
  public static Watch watch(
      Storage storage,
      IncarnationId self,
      Peers peers,
      Detector detector,
      IntSupplier gateways,
      Clocks clocks,
      Executor thread,
      BiConsumer<String, Throwable> onFailure,
      Listener listener) {
    return new Watch(
        new ClusterWatch(
            storage,
            self,
            peers,
            detector,
            gateways,
            clocks,
            thread,
            onFailure,
            new ClusterWatch.Listener() {
              @Override
              public void adopt(Cluster cluster, Standings standings, long idsBelow) {
                listener.adopt(cluster, standings, idsBelow);
              }

              @Override
              public void removed(View view) {
                listener.removed(view);
              }

              @Override
              public void recover(Registration dead) {
                listener.recover(dead);
              }

              @Override
              public void keptOut(List<Registration> by) {
                listener.keptOut(by);
              }

              // As a node does.
              @Override
              public void forget(Registration idle) {
                var _ =
                    storage
                        .incarnations()
                        .seal(idle.incarnation())
                        .thenCompose(_ -> storage.incarnations().markRecovered(idle.incarnation()));
              }
            }));
  }

  /** See the constructor of {@link Resubmissions}. */
  public static Takeovers takeovers(
      ToIntFunction<UserId> laneOf, BiConsumer<Integer, Consumer<Lane>> lanes) {
    return new Takeovers(new Resubmissions(laneOf, lanes));
  }
}
