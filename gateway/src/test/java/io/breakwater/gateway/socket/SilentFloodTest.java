package io.breakwater.gateway.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.gateway.accept.AcceptLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Newcomers in a flood of sockets that never say a word. */
final class SilentFloodTest {
  private static final AcceptLimits LIMITS = new AcceptLimits(8_192, 4_096, 0);
  private static final int MS = 20_000;

  /** Who came later may still be on the way at the end. */
  private static final int LAST_MS = 9_000;

  private static SilentFlood flood(double silentPerSecond, double busyMs) {
    SilentFlood flood = new SilentFlood(LIMITS, 100);
    flood.come(false, 50, 0, LAST_MS);
    flood.come(true, silentPerSecond, 0, MS);
    flood.talk(busyMs > 0 ? 2 * busyMs : 7, busyMs > 0 ? busyMs : 0.05, MS);
    flood.run(MS);
    return flood;
  }

  @ParameterizedTest
  @CsvSource({
    // Silent ones per second; ms of each other such time that others have the loop; of newcomers
    // who are served, and how long that takes on average, ms; 99 of 100 times those who are there
    // wait for the loop no longer than that, ms.
    "    0,  0, 1.00,   250,  0.1",
    "  500,  0, 1.00,   250,  0.1",
    " 2000,  0, 1.00,   400,  2.0",
    "10000,  0, 1.00,   700, 10.5",
    "30000,  0, 0.90, 2_000, 10.5",
    "    0, 30, 1.00,   250,  0.1",
    "  500, 30, 1.00,   300,  0.1",
    " 2000, 30, 0.80, 4_500,  0.1",
    "10000, 30, 0.18, 5_000,  0.1",
  })
  void newcomers_are_served_among_sockets_that_are_silent_and_others_do_not_wait_for_them(
      double silent, double busyMs, double share, double waitMs, double talkMs) {
    SilentFlood flood = flood(silent, busyMs);
    assertThat(flood.share()).as("%s", flood).isGreaterThanOrEqualTo(share);
    assertThat(flood.meanWaitMs()).as("%s", flood).isLessThan(waitMs);
    assertThat(flood.talkWaitP99Ms()).as("%s", flood).isLessThan(talkMs);
    assertThat(flood.crowdedOut).as("newcomers that made room").isZero();
    assertThat(flood.mostKept).isLessThanOrEqualTo(LIMITS.underWay());
  }

  /** Others make the loop late all the time: what one flood did is not for ever. */
  @Test
  void newcomers_are_served_after_a_flood_of_handshakes_that_slowed_accepts_down() {
    int floodMs = 5_000;
    int laterMs = floodMs + 10_000;
    SilentFlood flood = new SilentFlood(LIMITS, 100);
    flood.handshakes(2, floodMs);
    flood.come(true, 2_000, 0, laterMs + MS);
    flood.come(false, 50, laterMs, laterMs + LAST_MS);
    flood.talk(60, 30, laterMs + MS);
    flood.run(laterMs + MS);
    assertThat(flood.share()).as("%s", flood).isGreaterThanOrEqualTo(0.7);
  }
}
