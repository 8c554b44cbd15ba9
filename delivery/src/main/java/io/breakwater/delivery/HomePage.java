package io.breakwater.delivery;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.membership.Standings;
import io.breakwater.delivery.node.Node;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /home?user=ID}: where a user's home is, as this node knows; a line for each thing. */
final class HomePage {
  private static final String USER = "user=";

  private HomePage() {}

  /**
   * Says it.
   *
   * @param node none while the process starts
   * @throws IllegalArgumentException if the query names no user
   */
  static String of(@Nullable Node node, Optional<String> query) {
    UserId user =
        query
            .filter(text -> text.startsWith(USER))
            .map(text -> UserId.parse(text.substring(USER.length())))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "query: %s (expected: user= and 32 hexadecimal digits)"
                            .formatted(query.orElse("none"))));
    return of(node == null ? Standings.none() : node.standings(), user);
  }

  static String of(Standings standings, UserId user) {
    Shard shard = Shard.of(user);
    return "user %s\nshard %d\nview %d\nhome %s\nhere %s\n"
        .formatted(
            user,
            shard.number(),
            standings.view(),
            standings.ownerOf(shard).map(IncarnationId::toString).orElse("unknown"),
            standings.of(shard).name().toLowerCase(Locale.ROOT));
  }
}
