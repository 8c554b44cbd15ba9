package io.breakwater.delivery.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.id.IncarnationId;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whose beat goes on, by what is read each half second. */
final class BeatsTest {
  private static final IncarnationId A = new IncarnationId(1, 1);
  private static final long STEP_MS = 500;

  private final Beats beats = new Beats(10_000, 2_000);
  private long nowMs;

  private Pulse read(Map<IncarnationId, Long> latest) {
    nowMs += STEP_MS;
    beats.read(latest, Set.of(A), nowMs);
    return beats.of(A, nowMs);
  }

  private Pulse readFor(long ms, Map<IncarnationId, Long> latest) {
    Pulse last = beats.of(A, nowMs);
    for (long done = 0; done < ms; done += STEP_MS) {
      last = read(latest);
    }
    return last;
  }

  @Test
  void a_beat_that_is_there_says_nothing_until_it_rises() {
    assertThat(read(Map.of(A, 7L))).isEqualTo(Pulse.UNKNOWN);
    assertThat(read(Map.of(A, 7L))).isEqualTo(Pulse.UNKNOWN);
    assertThat(read(Map.of(A, 8L))).isEqualTo(Pulse.BEATS);
  }

  @Test
  void a_beat_that_does_not_rise_is_silent_after_ten_seconds() {
    read(Map.of(A, 7L));
    read(Map.of(A, 8L));
    assertThat(readFor(9_500, Map.of(A, 8L))).isEqualTo(Pulse.BEATS);
    assertThat(read(Map.of(A, 8L))).isEqualTo(Pulse.SILENT);
    assertThat(read(Map.of(A, 9L))).isEqualTo(Pulse.BEATS);
  }

  @Test
  void who_never_beats_is_silent_after_ten_seconds() {
    assertThat(readFor(10_000, Map.of())).isEqualTo(Pulse.UNKNOWN);
    assertThat(read(Map.of())).isEqualTo(Pulse.SILENT);
  }

  @Test
  void a_beat_that_expires_or_falls_does_not_rise() {
    read(Map.of(A, 7L));
    read(Map.of(A, 8L));
    readFor(5_000, Map.of(A, 7L));
    readFor(4_500, Map.of());
    assertThat(read(Map.of(A, 8L))).isEqualTo(Pulse.SILENT);
  }

  @Test
  void time_in_which_storage_was_not_read_does_not_count() {
    read(Map.of(A, 7L));
    read(Map.of(A, 8L));
    assertThat(beats.of(A, nowMs + 2_000)).isEqualTo(Pulse.BEATS);
    assertThat(beats.of(A, nowMs + 2_001)).isEqualTo(Pulse.UNKNOWN);
    readFor(5_000, Map.of(A, 8L));
    nowMs += 60_000;
    assertThat(readFor(5_000, Map.of(A, 8L))).isEqualTo(Pulse.BEATS);
    assertThat(read(Map.of(A, 8L))).isEqualTo(Pulse.SILENT);
  }

  @Test
  void who_is_not_watched_is_not_known() {
    read(Map.of(A, 7L));
    read(Map.of(A, 8L));
    beats.read(Map.of(A, 9L), Set.of(), nowMs);
    assertThat(beats.of(A, nowMs)).isEqualTo(Pulse.UNKNOWN);
    assertThat(read(Map.of(A, 10L))).isEqualTo(Pulse.UNKNOWN);
  }
}
