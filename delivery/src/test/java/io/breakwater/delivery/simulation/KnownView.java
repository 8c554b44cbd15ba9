package io.breakwater.delivery.simulation;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Rendezvous;
import io.breakwater.common.id.Shard;
import io.breakwater.common.id.UserId;
import java.util.List;
import java.util.Optional;

/** A view as gateways are told of it. */
record KnownView(long number, List<IncarnationId> members) {
  static final KnownView NONE = new KnownView(0, List.of());

  /** The home of a user; none before the first view. */
  Optional<IncarnationId> homeOf(UserId user) {
    return members.isEmpty()
        ? Optional.empty()
        : Optional.of(Rendezvous.choose(members, Shard.of(user).number()));
  }
}
