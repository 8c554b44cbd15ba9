package io.breakwater.loadtest.chaos.plan;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One fault after the other, with time to heal between them, and a quiet minute at the end. Every
 * fault comes once before one comes again. At least one gateway and one delivery node stay up, and
 * at most one Cassandra node is down.
 *
 * @param steps in their order
 */
public record Schedule(long seed, Duration lasts, Cluster cluster, List<Step> steps) {
  /** At the begin nothing is broken for so long. */
  public static final Duration CALM_BEFORE = Duration.ofSeconds(10);

  /** At the end nothing is broken for so long, at least. */
  public static final Duration CALM_AFTER = Duration.ofMinutes(1);

  /** The shortest schedule. */
  public static final Duration SHORTEST = Duration.ofMinutes(2);

  private static final int MIN_HEAL_SECONDS = 10;
  private static final int MAX_HEAL_SECONDS = 30;

  public Schedule {
    steps = List.copyOf(steps);
  }

  /** Those faults that this cluster can bear. */
  public static List<Fault> bearable(Cluster cluster, List<Fault> faults) {
    return faults.stream().filter(fault -> Shape.of(fault).fits(cluster)).toList();
  }

  /**
   * Draws one.
   *
   * @param lasts at least {@link #SHORTEST}
   * @param faults what can be broken here; those that the cluster cannot bear are left out, and one
   *     at least has to be left
   */
  public static Schedule draw(long seed, Duration lasts, Cluster cluster, List<Fault> faults) {
    List<Fault> bearable = bearable(cluster, faults);
    if (lasts.compareTo(SHORTEST) < 0 || bearable.isEmpty()) {
      throw new IllegalArgumentException(
          "schedule: %s, %d faults that %s can bear (expected: at least %s, 1)"
              .formatted(lasts, bearable.size(), cluster, SHORTEST));
    }
    Random random = new Random(seed);
    Deque<Fault> deck = new ArrayDeque<>();
    List<Step> steps = new ArrayList<>();
    long endMs = lasts.minus(CALM_AFTER).toMillis();
    long atMs = CALM_BEFORE.toMillis();
    while (true) {
      if (deck.isEmpty()) {
        deck.addAll(shuffled(bearable, random));
      }
      Step step = step(atMs, deck.remove(), cluster, random);
      if (step.endMs() > endMs) {
        return new Schedule(seed, lasts, cluster, steps);
      }
      steps.add(step);
      atMs = step.endMs() + drawMs(random, MIN_HEAL_SECONDS, MAX_HEAL_SECONDS);
    }
  }

  private static Step step(long atMs, Fault fault, Cluster cluster, Random random) {
    Shape shape = Shape.of(fault);
    List<Node> targets = new ArrayList<>();
    for (Tier tier : shape.targets()) {
      List<Node> nodes = shuffled(nodes(tier, cluster), random);
      nodes.removeAll(targets);
      targets.addAll(shape.whole() ? nodes : nodes.subList(0, 1));
    }
    return new Step(atMs, fault, targets, drawMs(random, shape.minSeconds(), shape.maxSeconds()));
  }

  private static List<Node> nodes(Tier tier, Cluster cluster) {
    return IntStream.range(0, cluster.size(tier)).mapToObj(index -> new Node(tier, index)).toList();
  }

  private static <T> List<T> shuffled(List<T> things, Random random) {
    List<T> shuffled = new ArrayList<>(things);
    Collections.shuffle(shuffled, random);
    return shuffled;
  }

  private static long drawMs(Random random, int minSeconds, int maxSeconds) {
    return random.nextLong(minSeconds * 1_000L, maxSeconds * 1_000L + 1);
  }

  /** For people: a line for each step. */
  public String text() {
    return steps.stream()
        .map(
            step ->
                String.format(
                    Locale.ROOT,
                    "%7.1f s  %s of %s for %.1f s%n",
                    step.atMs() / 1000.0,
                    step.fault(),
                    step.targets(),
                    step.durationMs() / 1000.0))
        .collect(Collectors.joining());
  }
}
