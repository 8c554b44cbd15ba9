package io.breakwater.loadtest.surge.report.page;

import io.breakwater.loadtest.surge.report.result.Judgement;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import java.util.List;

/**
 * Runs that differ in nothing that was meant to.
 *
 * @param name such as {@code calm} or {@code 2 gateways}
 * @param position on an axis where groups lie by a number, such as the number of gateways; NaN if
 *     there is no such number
 */
public record Group(String name, double position, List<SurgeResult> runs) {
  /** Copies the list. */
  public Group {
    runs = List.copyOf(runs);
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("runs of '" + name + "': 0 (expected: >= 1)");
    }
  }

  List<SurgeResult> runsThatCount() {
    return runs.stream().filter(Group::counts).toList();
  }

  /** A void run says nothing about the tier; and who loses messages may be fast. */
  static boolean counts(SurgeResult run) {
    return run.judgement().kind() != Judgement.Kind.VOID && run.ledger().balanced();
  }
}
