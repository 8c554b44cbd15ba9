package io.breakwater.gateway.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

/** What people are told against how long they wait, on virtual time. */
final class EstimateTest {
  private static final int STEP_MS = 20;

  /** One that was told how long, when, and whether it was done since. */
  private record Told(long connection, long atMs, long estimateMs) {}

  private final WaitingRoom room = new WaitingRoom(LineLimits.DEFAULT, 2, new SplittableRandom(1));
  private final SplittableRandom random = new SplittableRandom(2);
  private final List<Told> told = new ArrayList<>();
  private final Map<Long, Long> doneAtMs = new HashMap<>();
  private long people;

  /**
   * Plays both event loops until nobody waits.
   *
   * @param forMs people come for so long
   * @param arrivals a second, at a time
   * @param served a second, at a time; each event loop serves half of it, in bursts
   */
  private void play(LongToDoubleFunction arrivals, LongToDoubleFunction served, int forMs) {
    double due = 0;
    double[] credit = new double[2];
    for (long nowMs = 0; nowMs < forMs || room.waiting() > 0; nowMs += STEP_MS) {
      for (due += nowMs >= forMs ? 0 : arrivals.applyAsDouble(nowMs) * STEP_MS / 1_000;
          due >= 1;
          due--) {
        Line line = room.line((int) (people % 2));
        line.join(people, nowMs, nowMs);
        tell(line, people, nowMs, nowMs);
        people++;
      }
      for (int i = 0; i < 2; i++) {
        Line line = room.line(i);
        // Credits come each 100 ms, more or less.
        credit[i] += served.applyAsDouble(nowMs) / 2 * STEP_MS / 1_000;
        if (random.nextInt(5) == 0) {
          for (; credit[i] >= 1 && !line.isEmpty(); credit[i]--) {
            Waiting first = line.first().orElseThrow();
            line.turn(first);
            doneAtMs.put(first.connection(), nowMs);
          }
          credit[i] = line.isEmpty() ? 0 : credit[i];
        }
        line.look(nowMs);
        tellDue(line, nowMs);
      }
    }
  }

  private void tellDue(Line line, long nowMs) {
    int may = line.mayTell(STEP_MS);
    Optional<Waiting> next = line.nextToTell(nowMs);
    for (int i = 1; next.isPresent(); i++) {
      tell(line, next.get().connection(), next.get().arrivedMs(), nowMs);
      next = i < may ? line.nextToTell(nowMs) : Optional.empty();
    }
  }

  private void tell(Line line, long connection, long arrivedMs, long nowMs) {
    long place = line.placeOf(connection, arrivedMs);
    told.add(new Told(connection, nowMs, line.estimateMs(place)));
  }

  /** Relative to the remaining wait; of those who waited less than a second, to a second. */
  private double medianError(long fromMs) {
    List<Double> errors = new ArrayList<>();
    for (Told one : told) {
      Long done = doneAtMs.get(one.connection());
      if (done != null && one.atMs() >= fromMs) {
        double remaining = Math.max(1_000, done - one.atMs());
        errors.add(Math.abs(one.estimateMs() - remaining) / remaining);
      }
    }
    errors.sort(null);
    double median = errors.get(errors.size() / 2);
    System.out.printf(
        "%,d estimates: median error %.1f %%, 90 %% below %.1f %%%n",
        errors.size(), 100 * median, 100 * errors.get(errors.size() * 9 / 10));
    return median;
  }

  @Test
  void is_near_where_the_tier_takes_as_many_all_the_time() {
    for (double rate : new double[] {40, 300, 800}) {
      EstimateTest run = new EstimateTest();
      run.play(_ -> 3 * rate, _ -> rate, 60_000);
      assertThat(run.medianError(0)).isLessThan(0.3);
    }
  }

  @Test
  void is_near_in_a_burst_of_ten_seconds_and_after_it() {
    play(nowMs -> nowMs < 10_000 ? 8_000 : 100, _ -> 800, 60_000);
    assertThat(medianError(0)).isLessThan(0.3);
  }

  @Test
  void follows_a_tier_that_becomes_twice_as_fast() {
    play(_ -> 900, nowMs -> nowMs < 60_000 ? 300 : 600, 60_000);
    assertThat(medianError(60_000 + 20_000)).isLessThan(0.3);
  }

  @Test
  void is_what_is_assumed_before_anything_was_measured() {
    room.line(0).join(1, 0, 0);
    assertThat(room.line(0).estimateMs(50)).isEqualTo(500);
    assertThat(room.estimateMs()).isEqualTo(20);
  }

  @Test
  void grows_while_nothing_moves_up_to_a_day() {
    Line line = room.line(0);
    for (int i = 0; i < 10; i++) {
      line.join(i, i, 0);
    }
    long before = line.estimateMs(10);
    for (long nowMs = 0; nowMs <= 60_000; nowMs += 1_000) {
      line.look(nowMs);
    }
    assertThat(line.estimateMs(10)).isGreaterThan(100 * before);
    for (long nowMs = 61_000; nowMs <= 3_600_000; nowMs += 1_000) {
      line.look(nowMs);
    }
    assertThat(line.estimateMs(10)).isEqualTo(24 * 3_600_000);
  }

  @Test
  void says_of_an_empty_line_nothing() {
    Line line = room.line(0);
    for (long nowMs = 0; nowMs <= 3_600_000; nowMs += 1_000) {
      line.look(nowMs);
    }
    assertThat(line.estimateMs(1)).isEqualTo(10);
  }
}
