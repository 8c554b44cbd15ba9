package io.breakwater.gateway.home;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.common.id.ShardMap;
import io.breakwater.common.id.UserId;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Maps a user to the delivery node that is its home, by the newest view that was heard of, and
 * knows whether that can be reached. Confined to an event loop; never waits.
 */
public final class Homes {
  private final Levels levels = new Levels();
  private View view = View.NONE;

  /** Of the view; none without one. */
  private @Nullable ShardMap owners;

  /** Nodes with an open trunk. */
  private Set<IncarnationId> reached = Set.of();

  /**
   * Takes a view if it is newer than the one that is known: views only rise.
   *
   * @return whether it was taken, so that homes may have moved
   */
  public boolean learn(View heard) {
    if (!heard.isNewerThan(view)) {
      return false;
    }
    view = heard;
    owners = new ShardMap(heard.members().keySet());
    return true;
  }

  /** From now on there are open trunks to these nodes, members or not, and to no others. */
  public void reach(Set<IncarnationId> nodes) {
    reached = Set.copyOf(nodes);
  }

  /** Whether there is an open trunk to the home of this user. */
  public boolean reachesHomeOf(UserId user) {
    return homeOf(user).filter(reached::contains).isPresent();
  }

  /** Whether there is an open trunk to any member of the view. */
  public boolean reachesAny() {
    return reached.stream().anyMatch(view::has);
  }

  /** The levels of users, for this event loop. */
  public Levels levels() {
    return levels;
  }

  /** The newest view. */
  public View view() {
    return view;
  }

  /** The node that is home to this user; empty while no view is known. */
  public Optional<IncarnationId> homeOf(UserId user) {
    ShardMap known = owners;
    return known == null ? Optional.empty() : Optional.of(known.ownerOf(Shard.of(user)));
  }
}
