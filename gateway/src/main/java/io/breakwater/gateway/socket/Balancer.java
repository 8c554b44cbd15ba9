package io.breakwater.gateway.socket;

import io.breakwater.gateway.balance.Population;
import io.breakwater.gateway.balance.Rebalancing;
import io.breakwater.gateway.metrics.GatewayMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the sessions of an event loop as it sweeps, and chooses who is asked to go elsewhere: by
 * chance, among those that are quiet if there are enough. Confined to the event loop.
 */
final class Balancer {
  private static final Logger log = LoggerFactory.getLogger(Balancer.class);

  private final Population population;
  private final Rebalancing rebalancing;
  private final Departures departures;
  private final RandomGenerator random;
  private final GatewayMetrics metrics;

  /** Of the last sweep. */
  private int staying;

  private int quiet;
  private boolean wasShedding;
  private boolean wasFutile;

  // Of the sweep under way.
  private int due;
  private int among;
  private boolean isOfQuiet;
  private int stayingNow;
  private int quietNow;
  private final List<ClientSocket> chosen = new ArrayList<>();

  Balancer(
      Population population,
      Rebalancing rebalancing,
      Departures departures,
      RandomGenerator random,
      GatewayMetrics metrics) {
    this.population = population;
    this.rebalancing = rebalancing;
    this.departures = departures;
    this.random = random;
    this.metrics = metrics;
  }

  /** Sessions of the loop that were not told to go; of the last sweep. */
  int staying() {
    return staying;
  }

  void begin(double takenPerMs, long nowMs) {
    due =
        departures.isDraining()
            ? 0
            : rebalancing.step(population.sessions(), staying, takenPerMs, nowMs);
    isOfQuiet = quiet >= due;
    among = Math.max(1, isOfQuiet ? quiet : staying);
    if (rebalancing.isFutile() != wasFutile) {
      futile(rebalancing.isFutile());
    }
    // A futile attempt is no news.
    if (!wasFutile && rebalancing.isShedding() != wasShedding) {
      wasShedding = rebalancing.isShedding();
      log.info(
          "{} sessions of {} here: {}",
          staying,
          population.sessions(),
          wasShedding
              ? "more than other gateways have; some are asked to go"
              : "no more than that");
    }
    stayingNow = 0;
    quietNow = 0;
  }

  private void futile(boolean now) {
    wasFutile = now;
    if (population.futile(now)) {
      if (now) {
        log.warn(
            "sessions that are asked to go do not arrive where fewer are: does the balancer send"
                + " them back, or nobody there? It is tried again after {} s, then after twice that",
            Rebalancing.PAUSE_MIN_MS / 1_000);
      } else {
        log.info("sessions that are asked to go arrive elsewhere again, or need not go any more");
      }
    }
  }

  void look(ClientSocket socket, long nowMs) {
    if (!socket.machine().isAttached() || socket.isLeaving()) {
      return;
    }
    stayingNow++;
    boolean isQuiet = socket.machine().isQuiet(nowMs);
    quietNow += isQuiet ? 1 : 0;
    if (due > 0 && (isQuiet || !isOfQuiet) && chosen.size() < due && random.nextInt(among) < due) {
      chosen.add(socket);
    }
  }

  void end() {
    for (ClientSocket socket : chosen) {
      metrics.rebalanced();
      departures.ask(socket, random.nextInt(Rebalancing.GRACE_MS + 1), 2 * Rebalancing.GRACE_MS);
    }
    stayingNow -= chosen.size();
    chosen.clear();
    population.changed(stayingNow - staying);
    staying = stayingNow;
    quiet = quietNow;
  }
}
