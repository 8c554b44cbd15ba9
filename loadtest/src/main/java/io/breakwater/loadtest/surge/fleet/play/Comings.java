package io.breakwater.loadtest.surge.fleet.play;

import io.breakwater.loadtest.surge.fleet.phone.Phone;
import io.breakwater.loadtest.surge.fleet.phone.Roll;

/** What streams of connects and reconnects do at each arrival. Confined to the loop. */
sealed interface Comings extends Tide.Deed {
  /** Who it is, drawn by the mark. */
  private static Phone drawn(Roll roll, long mark) {
    return roll.get((int) Long.remainderUnsigned(mark, roll.size()));
  }

  /**
   * Somebody who is not online connects.
   *
   * @param stayNanos until it hangs up; {@link
   *     io.breakwater.loadtest.surge.fleet.phone.Timers#NEVER} if it stays
   */
  record Connecting(Crowd crowd, long stayNanos) implements Comings {
    @Override
    public Outcome arrive(long number, long mark, long intended) {
      if (crowd.offline().size() == 0) {
        return Outcome.NOBODY;
      }
      crowd.switchOn(drawn(crowd.offline(), mark), intended, stayNanos);
      return Outcome.DONE;
    }
  }

  /** The connection of somebody who is online breaks, and it comes back at once. */
  record Reconnecting(Crowd crowd) implements Comings {
    /** Some of those drawn may have no connection that could break. */
    private static final int DRAWS = 16;

    @Override
    public Outcome arrive(long number, long mark, long intended) {
      for (int draw = 0; draw < DRAWS && crowd.online().size() > 0; draw++) {
        Phone phone = drawn(crowd.online(), mark + draw);
        if (phone.isUp()) {
          phone.changeNetwork(intended);
          return Outcome.DONE;
        }
      }
      return Outcome.NOBODY;
    }
  }
}
