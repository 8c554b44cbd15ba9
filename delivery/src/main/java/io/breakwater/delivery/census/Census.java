package io.breakwater.delivery.census;

import com.google.protobuf.ByteString;
import io.breakwater.proto.trunk.Clients;
import io.breakwater.proto.trunk.Spread;
import io.breakwater.proto.trunk.Tier;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What gateways say that they have, trunk by trunk. One that is not heard of, since it is not ready
 * or is about to stop, counts as none after some seconds. Any thread; nobody waits.
 */
public final class Census {
  /** What was said counts for so long, ms. */
  static final int STALE_MS = 5_000;

  private record Said(ByteString process, Gateway gateway, long atMs) {}

  /** What a gateway has, or an event loop of it; what it takes is of the gateway in both. */
  private record Gateway(long sessions, long takes) {
    Gateway and(Gateway loop) {
      return new Gateway(sessions + loop.sessions, Math.max(takes, loop.takes));
    }
  }

  /** By number of the trunk. */
  private final ConcurrentMap<Long, Said> said = new ConcurrentHashMap<>();

  /**
   * An event loop says what it has.
   *
   * @param trunk by which it does
   * @param process of the gateway; an empty one is not counted
   */
  public void said(long trunk, ByteString process, Clients clients, long nowMs) {
    if (!process.isEmpty()) {
      Gateway loop =
          new Gateway(
              Integer.toUnsignedLong(clients.getSessions()),
              Integer.toUnsignedLong(clients.getTakes()));
      said.put(trunk, new Said(process, loop, nowMs));
    }
  }

  /** A trunk is gone. */
  public void gone(long trunk) {
    said.remove(trunk);
  }

  /** What all of them have. */
  public Tier tier(long nowMs) {
    Map<ByteString, Gateway> gateways = new HashMap<>();
    for (Said each : said.values()) {
      if (nowMs - each.atMs() <= STALE_MS) {
        gateways.merge(each.process(), each.gateway(), Gateway::and);
      }
    }
    long sessions = gateways.values().stream().mapToLong(Gateway::sessions).sum();
    Tier.Builder tier = Tier.newBuilder().setGateways(gateways.size()).setSessions(sessions);
    return gateways.isEmpty()
        ? tier.build()
        : tier.setSpread(spread(gateways.values(), (double) sessions / gateways.size())).build();
  }

  private static Spread spread(Collection<Gateway> gateways, double mean) {
    long fewest = gateways.stream().mapToLong(Gateway::sessions).min().orElse(0);
    double most = (mean + fewest) / 2;
    double lacking =
        gateways.stream().mapToDouble(each -> Math.max(0, mean - each.sessions())).sum();
    long takes =
        gateways.stream().filter(each -> each.sessions() <= most).mapToLong(Gateway::takes).sum();
    return Spread.newBuilder()
        .setFewest(fewest)
        .setLacking(Math.round(lacking))
        .setTakes(takes)
        .build();
  }
}
