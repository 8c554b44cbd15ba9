package io.breakwater.delivery.membership;

import io.breakwater.common.id.IncarnationId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/*
 * A third witness beside those of Presence, and of another kind: it tells an incarnation that lives from one that is
 * merely not seen, and one that has lost storage from one that is fine. It is slow, so it keeps rather than hastens.
 *
 * No clock of another machine counts: a beat is a number, and what counts is when this node saw it rise. Time in which
 * this node could not read does not count.
 */
/** Whose beat in storage goes on. Pure; confined to whoever calls it. */
final class Beats {
  /**
   * @param number 0: none
   * @param sinceMs when it was read first
   * @param hasRisen since this node watches
   */
  private record Heard(long number, long sinceMs, boolean hasRisen) {}

  private final long silentMs;
  private final long readGapMs;
  private final Map<IncarnationId, Heard> heard = new HashMap<>();
  private long readAt = Long.MIN_VALUE / 2;

  /**
   * @param silentMs a beat that has not risen for so long is silent
   * @param readGapMs longer than between two reads of storage that answers
   */
  Beats(long silentMs, long readGapMs) {
    this.silentMs = silentMs;
    this.readGapMs = readGapMs;
  }

  /**
   * What storage says.
   *
   * @param watched of all others nothing is remembered
   * @param nowMs of a clock that only advances
   * @return whether storage could not be read for a while before
   */
  boolean read(Map<IncarnationId, Long> beats, Set<IncarnationId> watched, long nowMs) {
    long gapMs = nowMs - readAt;
    boolean wasAway = gapMs > readGapMs;
    if (wasAway) {
      heard.replaceAll((_, last) -> new Heard(last.number, last.sinceMs + gapMs, last.hasRisen));
    }
    readAt = nowMs;
    heard.keySet().retainAll(watched);
    for (IncarnationId each : watched) {
      // One that has expired counts as it did: it has not risen.
      long number = beats.getOrDefault(each, 0L);
      Heard before = heard.get(each);
      if (before == null) {
        heard.put(each, new Heard(number, nowMs, false));
      } else if (number > before.number) {
        heard.put(each, new Heard(number, nowMs, true));
      }
    }
    return wasAway;
  }

  /** Watches it anew. */
  void forget(IncarnationId incarnation) {
    heard.remove(incarnation);
  }

  Pulse of(IncarnationId incarnation, long nowMs) {
    Heard last = heard.get(incarnation);
    if (last == null || nowMs - readAt > readGapMs) {
      return Pulse.UNKNOWN;
    }
    // By when it was read last: what came since has not been read yet.
    if (readAt - last.sinceMs >= silentMs) {
      return Pulse.SILENT;
    }
    return last.hasRisen ? Pulse.BEATS : Pulse.UNKNOWN;
  }

  /** Whether it has risen within this time, by when it was read last. */
  boolean hasRisenWithin(IncarnationId incarnation, long ms) {
    Heard last = heard.get(incarnation);
    return last != null && last.hasRisen && readAt - last.sinceMs <= ms;
  }

  /** Since when the beat of somebody who is watched has not risen, as far as this node knows. */
  long sinceMs(IncarnationId incarnation) {
    Heard last = heard.get(incarnation);
    return last == null ? readAt : last.sinceMs;
  }
}
