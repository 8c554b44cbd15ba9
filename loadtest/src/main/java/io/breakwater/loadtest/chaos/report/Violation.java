package io.breakwater.loadtest.chaos.report;

import io.breakwater.loadtest.chaos.history.Fact;
import java.util.List;

/**
 * A promise that a history breaks.
 *
 * @param what for people
 * @param witness the facts that show it, in their order
 */
public record Violation(Promise promise, String what, List<Fact> witness) {
  public Violation {
    witness = List.copyOf(witness);
  }
}
