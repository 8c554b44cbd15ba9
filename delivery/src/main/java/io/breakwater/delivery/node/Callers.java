package io.breakwater.delivery.node;

import io.breakwater.common.id.IncarnationId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/** Other nodes that have asked this one something on their relays. Any thread. */
final class Callers {
  /** Who has asked within this time asks; as long as an answer counts. */
  static final long FRESH_MS = 3_000;

  private final ConcurrentMap<IncarnationId, Long> askedAtMs = new ConcurrentHashMap<>();

  /**
   * One has asked.
   *
   * @param nowMs of a clock that only advances
   * @return whether it did not ask until now
   */
  boolean asked(IncarnationId by, long nowMs) {
    Long before = askedAtMs.put(by, nowMs);
    return before == null || nowMs - before >= FRESH_MS;
  }

  /** Those who ask now. */
  Set<IncarnationId> asking(long nowMs) {
    askedAtMs.values().removeIf(at -> nowMs - at >= FRESH_MS);
    return askedAtMs.keySet().stream().collect(Collectors.toUnmodifiableSet());
  }
}
