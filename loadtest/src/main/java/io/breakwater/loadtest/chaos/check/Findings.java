package io.breakwater.loadtest.chaos.check;

import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.history.History;
import io.breakwater.loadtest.chaos.report.Promise;
import io.breakwater.loadtest.chaos.report.Violation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What was found so far. Violations beyond {@value #MAX_KEPT} of a promise, and doubts beyond that,
 * are counted only.
 */
final class Findings {
  private static final int MAX_KEPT = 20;

  /**
   * @param witness numbers of facts; 0 is none
   */
  private record Breach(Promise promise, String what, List<Long> witness) {}

  private final Map<Promise, Long> broken = new EnumMap<>(Promise.class);
  private final List<Breach> breaches = new ArrayList<>();
  private final List<String> doubts = new ArrayList<>();
  private long furtherDoubts;

  /**
   * A promise is broken.
   *
   * @param witness numbers of the facts that show it; 0 is none
   */
  void breach(Promise promise, String what, long... witness) {
    if (broken.merge(promise, 1L, Long::sum) <= MAX_KEPT) {
      breaches.add(new Breach(promise, what, numbers(witness)));
    }
  }

  private static List<Long> numbers(long... witness) {
    return Arrays.stream(witness)
        .filter(number -> number != 0)
        .sorted()
        .distinct()
        .boxed()
        .toList();
  }

  /** The history shows too little. */
  void doubt(String why) {
    if (doubts.size() < MAX_KEPT) {
      doubts.add(why);
    } else {
      furtherDoubts++;
    }
  }

  Map<Promise, Long> broken() {
    return broken;
  }

  List<String> doubts() {
    List<String> all = new ArrayList<>(doubts);
    if (furtherDoubts > 0) {
      all.add("and %d more".formatted(furtherDoubts));
    }
    return all;
  }

  /** With the facts, for which it goes through the history if there is anything to be shown. */
  List<Violation> violations(History history) throws IOException {
    Set<Long> wanted =
        breaches.stream().flatMap(breach -> breach.witness.stream()).collect(Collectors.toSet());
    Map<Long, Fact> witnesses = new HashMap<>();
    if (!wanted.isEmpty()) {
      history.replay(
          fact -> {
            if (wanted.contains(fact.number())) {
              witnesses.put(fact.number(), fact);
            }
          });
    }
    return breaches.stream()
        .sorted((one, other) -> one.promise.compareTo(other.promise))
        .map(
            breach ->
                new Violation(
                    breach.promise,
                    breach.what,
                    breach.witness.stream().map(witnesses::get).filter(Objects::nonNull).toList()))
        .toList();
  }
}
