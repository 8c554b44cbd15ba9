package io.breakwater.loadtest.chaos.phones;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Who writes to whom: mostly within circles of {@value #MIN_FRIENDS} to {@value #MAX_FRIENDS}
 * friends, where some write, and are written to, more than others; sometimes to anybody; rarely to
 * oneself. Pure, any thread.
 */
final class Circles {
  private static final int MIN_FRIENDS = 2;
  private static final int MAX_FRIENDS = 7;
  private static final double NOTES = 0.03;
  private static final double STRANGERS = 0.10;

  /** A message of a user to another one, or to itself. */
  record Writing(int from, int to) {}

  /** Each user is in one. */
  private final List<List<Integer>> circles = new ArrayList<>();

  /** The circle of each user. */
  private final int[] circleOf;

  /** Busiest first. */
  private final List<Integer> ranked;

  Circles(int users, long seed) {
    Random random = new Random(seed);
    ranked = new ArrayList<>(IntStream.range(0, users).boxed().toList());
    Collections.shuffle(ranked, random);
    circleOf = new int[users];
    for (int from = 0; from < users; ) {
      int size = MIN_FRIENDS + random.nextInt(MAX_FRIENDS - MIN_FRIENDS + 1);
      int to = users - from - size < MIN_FRIENDS ? users : from + size;
      List<Integer> circle = List.copyOf(ranked.subList(from, to));
      for (int user : circle) {
        circleOf[user] = circles.size();
      }
      circles.add(circle);
      from = to;
    }
  }

  /** The next message. */
  Writing draw(RandomGenerator random) {
    int from = skewed(ranked, random);
    double dice = random.nextDouble();
    if (dice < NOTES) {
      return new Writing(from, from);
    }
    List<Integer> choice = dice < NOTES + STRANGERS ? ranked : circles.get(circleOf[from]);
    int to = skewed(choice, random);
    while (to == from) {
      to = choice.get(random.nextInt(choice.size()));
    }
    return new Writing(from, to);
  }

  /** The first half is chosen more than twice as often as the second one. */
  private static int skewed(List<Integer> choice, RandomGenerator random) {
    double place = random.nextDouble();
    return choice.get((int) (place * place * choice.size()));
  }
}
