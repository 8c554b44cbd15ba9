package io.breakwater.gateway.connection;

import io.breakwater.common.secret.CredentialMint;
import io.breakwater.gateway.home.Homes;
import io.breakwater.gateway.line.Line;
import io.breakwater.gateway.line.TicketMint;
import io.breakwater.gateway.line.WorkMint;
import io.breakwater.gateway.rate.SharedRates;
import io.breakwater.gateway.returning.Returns;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What every connection of an event loop is judged by.
 *
 * @param recipients those of sends; confined to the event loop
 * @param currentLimits asked each time: they may change
 * @param line of the event loop, confined to it
 * @param tickets keep places in line
 * @param work what is to be done for a place
 * @param rates what addresses and accounts have taken; shared with other event loops
 * @param returns of the event loop, confined to it: when clients come back
 * @param clock the server time that clients are told
 * @param random confined to the event loop
 */
public record EdgeRules(
    CredentialMint mint,
    Recipients recipients,
    Homes homes,
    Supplier<EdgeLimits> currentLimits,
    Line line,
    TicketMint tickets,
    WorkMint work,
    SharedRates rates,
    Returns returns,
    InstantSource clock,
    RandomGenerator random) {
  private static final int UNREACHED_FACTOR = 4;

  /** Those that hold now. */
  public EdgeLimits limits() {
    return currentLimits.get();
  }

  /**
   * After how many ms who gives up a home is to come back: other gateways may reach it. If none of
   * the delivery nodes is reached, they hardly do better: the window is not narrow then, however
   * few have come to that yet.
   */
  int returnAfterDetachedMs(long nowMs) {
    EdgeLimits now = limits();
    int atLeastMs = homes.reachesAny() ? 0 : now.returnAfterUnreachedMs() - now.returnAfterMinMs();
    return returns.connections().tell(atLeastMs, nowMs);
  }

  /** How long a session waits for a home that cannot be reached, milliseconds. */
  int detachedMs() {
    int least = limits().detachedMs();
    return least + random.nextInt(least / 2 + 1);
  }

  /**
   * How much longer it waits: if none of the delivery nodes is reached, the tier may be away for
   * all gateways, and nothing is won by closing all sockets and opening them again.
   */
  long furtherMs(int detachedMs) {
    return homes.reachesAny() ? 0 : (UNREACHED_FACTOR - 1L) * detachedMs;
  }

  long serverTimeMs() {
    return clock.millis();
  }
}
