package io.breakwater.gateway.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A full waiting room; prints what it takes. */
final class HundredThousandTest {
  private static final int PEOPLE = 100_000;
  private static final int EVENT_LOOPS = 2;

  private final SplittableRandom random = new SplittableRandom(1);

  @Test
  void takes_a_few_hundred_bytes_and_some_microseconds_of_each() {
    long before = heapBytes();
    WaitingRoom room = new WaitingRoom(LineLimits.DEFAULT, EVENT_LOOPS, random.split());
    List<Waiting> places = new ArrayList<>(PEOPLE);
    long began = System.nanoTime();
    for (int i = 0; i < PEOPLE; i++) {
      places.add(joined(room.line(i % EVENT_LOOPS), i));
    }
    long joined = System.nanoTime();
    long bytes = (heapBytes() - before) / PEOPLE;
    long asked = System.nanoTime();
    long sum = 0;
    for (int i = 0; i < PEOPLE; i++) {
      sum += room.line(i % EVENT_LOOPS).placeOf(places.get(i));
    }
    long answered = System.nanoTime();
    assertThat(sum).isEqualTo((long) PEOPLE * (PEOPLE + 1) / 2);
    for (int i = 0; i < PEOPLE; i++) {
      Line line = room.line(i % EVENT_LOOPS);
      if (random.nextBoolean()) {
        line.turn(line.first().orElseThrow());
      } else {
        line.leave(
            places.get(random.nextInt(PEOPLE) / EVENT_LOOPS * EVENT_LOOPS + i % EVENT_LOOPS));
      }
    }
    long left = System.nanoTime();
    System.out.printf(
        "of each of %,d in line: %d bytes; join %,d ns, place %,d ns, leave %,d ns%n",
        PEOPLE,
        bytes,
        (joined - began) / PEOPLE,
        (answered - asked) / PEOPLE,
        (left - answered) / PEOPLE);
    assertThat(bytes).isLessThan(300);
    assertThat(room.waiting()).isBetween(0, PEOPLE / 2);
  }

  private Waiting joined(Line line, int number) {
    // Almost in order, as people come.
    long arrivedMs = (long) EVENT_LOOPS * (number + random.nextInt(1_000));
    if (line.join(number, arrivedMs + number % EVENT_LOOPS, 0)
        instanceof Admission.Admitted(Waiting place)) {
      return place;
    }
    throw new AssertionError("no place");
  }

  private static long heapBytes() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
