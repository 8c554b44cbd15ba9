package io.breakwater.gateway.home;

import io.breakwater.common.id.Hashes;
import io.breakwater.common.id.UserId;

/**
 * The levels of users within a priority class: while not all can be served, it is the same people
 * who are, at every gateway, for an hour; then it is others. (DAGOR: Zhou et al., <em>Overload
 * Control for Scaling WeChat Microservices</em>, SoCC 2018.) Confined to an event loop.
 */
public final class Levels {
  /** How many there are; 0 comes first. */
  public static final int COUNT = 128;

  private static final long HOUR_MS = 3_600_000;

  private long hour;

  /**
   * Time goes on. All of an event loop see the hour change at once: whoever keeps the order of a
   * user's frames has to know of which hour their levels are.
   *
   * @param wallMs milliseconds since 1970
   */
  public void advance(long wallMs) {
    hour = Math.floorDiv(wallMs, HOUR_MS);
  }

  /** The hour that levels are of. */
  public long hour() {
    return hour;
  }

  /** The level of a user in this hour. */
  public int of(UserId user) {
    long hash = Hashes.mix(user.high() ^ Hashes.mix(user.low() ^ Hashes.mix(hour)));
    return (int) (hash & (COUNT - 1));
  }
}
