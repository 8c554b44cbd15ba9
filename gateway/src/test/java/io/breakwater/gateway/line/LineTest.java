package io.breakwater.gateway.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The line of an event loop, and of the others of its gateway. */
final class LineTest {
  private final WaitingRoom room = room(LineLimits.DEFAULT);
  private final Line line = room.line(0);
  private final Line other = room.line(1);

  private static WaitingRoom room(LineLimits limits) {
    return new WaitingRoom(limits, 2, new SplittableRandom(1));
  }

  private static Waiting joined(Line line, long connection, long arrivedMs) {
    return joined(line, connection, arrivedMs, 0);
  }

  private static Waiting joined(Line line, long connection, long arrivedMs, long nowMs) {
    if (line.join(connection, arrivedMs, nowMs) instanceof Admission.Admitted(Waiting place)) {
      return place;
    }
    throw new AssertionError("no place");
  }

  @Test
  void whoever_came_first_is_first_whenever_it_joined() {
    joined(line, 1, 300);
    joined(line, 2, 100);
    joined(line, 3, 200);
    List<Long> served = new ArrayList<>();
    while (!line.isEmpty()) {
      Waiting first = line.first().orElseThrow();
      served.add(first.connection());
      line.turn(first);
    }
    assertThat(served).containsExactly(2L, 3L, 1L);
    assertThat(room.waiting()).isZero();
  }

  @Test
  void parts_are_the_line_and_everybody_is_offered_to_each_node_in_turn() {
    for (int people = 0; people <= 9; people++) {
      for (long nowMs = 0; nowMs < 500; nowMs += 50) {
        List<Part> parts = parts(4, nowMs);
        assertThat(parts.stream().mapToInt(Part::signUps).sum()).isEqualTo(people);
        assertThat(parts.stream().filter(part -> part.signUps() > 0).map(Part::firstArrivedMs))
            .containsExactlyInAnyOrderElementsOf(
                IntStream.range(0, Math.min(people, 4)).mapToObj(i -> 100L * i).toList());
      }
      joined(line, people, 100L * people);
    }
    for (int node = 0; node < 4; node++) {
      int index = node;
      assertThat(
              IntStream.range(0, 4)
                  .mapToObj(turn -> line.part(index, 4, (long) turn * Line.PART_MS))
                  .map(Part::firstArrivedMs))
          .as("heads of the parts that a node is told one after the other")
          .containsExactlyInAnyOrder(0L, 100L, 200L, 300L);
    }
  }

  private List<Part> parts(int count, long nowMs) {
    return IntStream.range(0, count).mapToObj(index -> line.part(index, count, nowMs)).toList();
  }

  @Test
  void one_node_is_told_of_the_whole_line() {
    joined(line, 1, 300);
    joined(line, 2, 100);
    assertThat(line.part(0, 1, 12_345)).isEqualTo(new Part(2, 100));
  }

  @Test
  void a_place_counts_those_who_wait_at_other_event_loops() {
    joined(other, 1, 100);
    joined(other, 2, 300);
    Waiting ann = joined(line, 1, 200);
    Waiting bob = joined(line, 2, 400);
    assertThat(line.placeOf(ann)).isEqualTo(2);
    assertThat(line.placeOf(bob)).isEqualTo(4);
    other.turn(other.first().orElseThrow());
    assertThat(line.placeOf(bob)).isEqualTo(3);
  }

  @Test
  void who_leaves_is_forgotten_once() {
    Waiting ann = joined(line, 1, 100);
    Waiting bob = joined(line, 2, 200);
    line.leave(ann);
    line.leave(ann);
    assertThat(room.waiting()).isEqualTo(1);
    assertThat(line.placeOf(bob)).isEqualTo(1);
  }

  @Test
  void fewer_places_turn_away_whoever_comes_and_nobody_who_is_there() {
    Waiting ann = joined(line, 1, 100);
    joined(other, 1, 200);
    room.limits(new LineLimits(1, 3_000));
    assertThat(line.join(2, 300, 0)).isEqualTo(new Admission.Full());
    assertThat(line.placeOf(ann)).isEqualTo(1);
    assertThat(room.waiting()).isEqualTo(2);
    line.leave(ann);
    assertThat(other.join(2, 300, 0)).as("one place, one in it").isEqualTo(new Admission.Full());
  }

  @Test
  void while_the_room_is_closed_nobody_goes_on_and_the_pace_is_kept() {
    joined(line, 1, 100);
    line.look(0);
    long before = line.estimateMs(100);
    room.open(false);
    assertThat(line.isOpen()).isFalse();
    for (int second = 1; second < 100; second++) {
      line.look(second * 1_000L);
    }
    assertThat(line.estimateMs(100)).isEqualTo(before);
    room.open(true);
    assertThat(line.isOpen()).isTrue();
  }

  @Test
  void a_full_room_takes_who_came_earlier_in_place_of_who_came_last() {
    WaitingRoom small = room(new LineLimits(3, 3_000));
    Line full = small.line(0);
    joined(full, 1, 100);
    joined(full, 2, 200);
    joined(full, 3, 300);
    assertThat(full.join(4, 400, 0)).isEqualTo(new Admission.Full());
    assertThat(small.line(1).join(1, 50, 0)).isEqualTo(new Admission.Full());
    if (full.join(5, 150, 0) instanceof Admission.Preferred(Waiting place, long givesWay)) {
      assertThat(givesWay).isEqualTo(3);
      assertThat(full.placeOf(place)).isEqualTo(2);
    } else {
      throw new AssertionError("not preferred");
    }
    assertThat(small.waiting()).isEqualTo(3);
    assertThat(full.size()).isEqualTo(3);
  }

  @Test
  void who_is_turned_away_comes_back_no_faster_than_the_line_moves() {
    List<Integer> returns = IntStream.range(0, 8_000).mapToObj(_ -> line.turnAway(1_000)).toList();
    assertThat(returns).allSatisfy(ms -> assertThat(ms).isBetween(5_000, 600_000));
    assertThat(returns.subList(0, 20)).allSatisfy(ms -> assertThat(ms).isLessThan(15_001));
    // 100 a second is assumed, of which this line has half.
    int[] arrivals = new int[60];
    returns.forEach(ms -> arrivals[ms / 10_000]++);
    assertThat(Arrays.stream(arrivals).max().orElseThrow()).isLessThanOrEqualTo(500);
    assertThat(Arrays.stream(arrivals, 3, 20).average().orElseThrow()).isBetween(230.0, 270.0);
    assertThat(line.turnedAway(1_000)).isEqualTo(8_000);
    assertThat(line.turnedAway(601_000)).isZero();
  }

  @Test
  void everybody_is_told_in_turn_and_not_all_at_once() {
    int people = 6_000;
    for (int i = 0; i < people; i++) {
      joined(line, i, i, 0);
    }
    Map<Long, Long> toldAt = new HashMap<>();
    int most = 0;
    for (long nowMs = 0; nowMs < 30_000; nowMs += 20) {
      int told = 0;
      int may = line.mayTell(20);
      for (Optional<Waiting> next = line.nextToTell(nowMs);
          next.isPresent();
          next = told < may ? line.nextToTell(nowMs) : Optional.empty()) {
        told++;
        Long before = toldAt.put(next.get().connection(), nowMs);
        assertThat(nowMs - (before == null ? 0 : before)).isBetween(3_000L, 6_100L);
      }
      most = Math.max(most, told);
    }
    assertThat(toldAt).hasSize(people);
    assertThat(most).isLessThan(100);
  }

  @Test
  void a_long_line_is_told_less_often_but_often_enough() {
    assertThat(line.tellEachMs()).isEqualTo(3_000);
    for (int i = 0; i < 20_000; i++) {
      joined(line, i, i);
    }
    assertThat(line.tellEachMs()).isEqualTo(8_000);
    for (int i = 20_000; i < 60_000; i++) {
      joined(line, i, i);
    }
    assertThat(line.tellEachMs()).isEqualTo(24_000);
    for (int i = 60_000; i < 80_000; i++) {
      joined(line, i, i);
    }
    assertThat(line.tellEachMs()).isEqualTo(25_000);
  }

  @Test
  void a_line_is_told_less_often_where_that_takes_longer() {
    for (int i = 0; i < 5_000; i++) {
      joined(line, i, i);
    }
    assertThat(line.tellEachMs()).isEqualTo(3_000);
    for (int i = 0; i < 200; i++) {
      line.told(30, 30 * 150);
    }
    // 5,000 x 150 µs are a twentieth of 15 s.
    assertThat(line.tellEachMs()).isBetween(14_500, 15_000);
    for (int i = 0; i < 200; i++) {
      line.told(30, 30 * 5);
    }
    assertThat(line.tellEachMs()).isEqualTo(3_000);
  }

  @Test
  void what_keeps_the_turns_of_telling_does_not_grow_with_those_who_leave() {
    for (int i = 0; i < 100_000; i++) {
      line.leave(joined(line, i, i));
    }
    joined(line, 1, 1);
    assertThat(line.nextToTell(2_999)).isEmpty();
    assertThat(line.nextToTell(3_000)).isPresent();
  }

  @Test
  void the_first_is_who_came_first_whoever_comes_and_goes() {
    SplittableRandom random = new SplittableRandom(7);
    List<Waiting> all = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      if (all.isEmpty() || random.nextInt(100) < 52) {
        all.add(joined(line, i, random.nextInt(1_000)));
      } else if (random.nextBoolean()) {
        line.leave(all.remove(random.nextInt(all.size())));
      } else {
        Waiting first = line.first().orElseThrow();
        line.turn(first);
        all.remove(first);
      }
      assertThat(line.first()).isEqualTo(all.stream().min(LineTest::byArrival));
    }
  }

  private static int byArrival(Waiting a, Waiting b) {
    return a.isBefore(b) ? -1 : 1;
  }
}
