package io.breakwater.delivery.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Knows which entries a device was told to be gone. */
final class ExpiryOracle {
  /**
   * A device was told that entries have expired.
   *
   * @param lastEntry the last that it had stored by then
   * @param retainedSinceMs what was taken then or later is still there, by a node's clock
   * @param atMs when, by the true time
   */
  private record Told(long lastEntry, long retainedSinceMs, long atMs) {}

  private static final long HOUR_MS = 3_600_000;

  private final World world;
  private final Map<Oracle.Reader, List<Told>> told = new HashMap<>();

  /** What they could not be told. */
  private final Map<Oracle.Reader, Long> gaps = new HashMap<>();

  ExpiryOracle(World world) {
    this.world = world;
  }

  void tooLong(Oracle.Reader reader, long lastEntry, long retainedSinceMs) {
    world.happened(Sometimes.TOLD_TOO_LONG);
    long latestMs = world.wallMs() - world.plan.limits().mailboxTtlMs() + world.clockToleranceMs();
    if (retainedSinceMs > latestMs) {
      throw world.violation(
          Promise.P2,
          reader
              + " was told that what was taken before "
              + retainedSinceMs
              + " has expired (expected: at most "
              + latestMs
              + ')');
    }
    told.computeIfAbsent(reader, _ -> new ArrayList<>())
        .add(new Told(lastEntry, retainedSinceMs, world.wallMs()));
  }

  /**
   * A device that has never stored anything is attached. It has no cursor, so that its home cannot
   * know for how long it was away: what has expired by now it misses without being told. A gap.
   */
  void attachedWithoutCursor(Oracle.Reader reader) {
    long expiredMs = world.wallMs() - world.plan.limits().mailboxTtlMs() + world.clockToleranceMs();
    gaps.put(reader, expiredMs);
  }

  /** Whether a device that has not got an entry was told why, or could not be. */
  boolean mayMiss(Oracle.Reader reader, long entryId, long takenMs) {
    return wasTold(reader, entryId, takenMs) || takenMs < gaps.getOrDefault(reader, 0L);
  }

  /** Whether a device that has not got an entry was told why. */
  boolean wasTold(Oracle.Reader reader, long entryId, long takenMs) {
    return told.getOrDefault(reader, List.of()).stream()
        .anyMatch(each -> entryId > each.lastEntry && takenMs < each.retainedSinceMs);
  }

  /** A device has got an entry: one that had waited for it, perhaps. */
  void received(Oracle.Reader reader, long takenMs) {
    if (told.getOrDefault(reader, List.of()).stream()
        .anyMatch(each -> each.retainedSinceMs <= takenMs && takenMs < each.atMs - HOUR_MS)) {
      world.happened(Sometimes.RETAINED_RECEIVED);
    }
  }
}
