package io.breakwater.gateway.home;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.common.id.ShardMap;
import io.breakwater.common.id.UserId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Maps a user to the delivery node that is its home, by the newest view that was heard of. Confined
 * to an event loop; never waits.
 */
public final class Homes {
  private View view = View.NONE;

  /** Of the view; none without one. */
  private @Nullable ShardMap owners;

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
