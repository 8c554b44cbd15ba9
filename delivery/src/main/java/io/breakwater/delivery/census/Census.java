package io.breakwater.delivery.census;

import com.google.protobuf.ByteString;
import io.breakwater.proto.trunk.Tier;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What gateways say that they have, trunk by trunk. One that is not heard of, since it is not ready
 * or is about to stop, counts as none after some seconds. Any thread; nobody waits.
 */
public final class Census {
  /** What was said counts for so long, ms. */
  static final int STALE_MS = 5_000;

  private record Said(ByteString process, long sessions, long atMs) {}

  /** By number of the trunk. */
  private final ConcurrentMap<Long, Said> said = new ConcurrentHashMap<>();

  /**
   * An event loop says what it has.
   *
   * @param trunk by which it does
   * @param process of the gateway; an empty one is not counted
   */
  public void said(long trunk, ByteString process, long sessions, long nowMs) {
    if (!process.isEmpty()) {
      said.put(trunk, new Said(process, sessions, nowMs));
    }
  }

  /** A trunk is gone. */
  public void gone(long trunk) {
    said.remove(trunk);
  }

  /** What all of them have. */
  public Tier tier(long nowMs) {
    Set<ByteString> gateways = new HashSet<>();
    long sessions = 0;
    for (Said each : said.values()) {
      if (nowMs - each.atMs() <= STALE_MS) {
        gateways.add(each.process());
        sessions += each.sessions();
      }
    }
    return Tier.newBuilder().setGateways(gateways.size()).setSessions(sessions).build();
  }
}
