package io.breakwater.loadtest.chaos.report;

import java.util.List;
import java.util.Map;

/**
 * What a checker found.
 *
 * @param broken how often each promise is broken; none that is kept
 * @param violations the first of each promise, with their witnesses
 * @param doubts why the history shows too little
 * @param sometimes how often rare things happened
 */
public record Result(
    Judgement judgement,
    Map<Promise, Long> broken,
    List<Violation> violations,
    List<String> doubts,
    Figures figures,
    Map<String, Long> sometimes,
    List<Interruption> interruptions) {
  public Result {
    broken = Map.copyOf(broken);
    violations = List.copyOf(violations);
    doubts = List.copyOf(doubts);
    sometimes = Map.copyOf(sometimes);
    interruptions = List.copyOf(interruptions);
  }

  /** For people. */
  public String text() {
    return TextReport.of(this);
  }

  /** For programs. */
  public String json() {
    return JsonReport.of(this);
  }
}
