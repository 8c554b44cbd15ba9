package io.breakwater.loadtest.chaos.check;

import io.breakwater.loadtest.chaos.history.History;
import io.breakwater.loadtest.chaos.report.Judgement;
import io.breakwater.loadtest.chaos.report.Result;
import java.io.IOException;

/** Says whether a history keeps the promises. */
public final class Checker {
  private Checker() {}

  /** Goes through the history. */
  public static Result check(History history, Requirements requirements) throws IOException {
    Examination examination = new Examination(requirements);
    examination.end(history.replay(examination));
    Findings findings = examination.findings();
    return new Result(
        judgement(findings),
        findings.broken(),
        findings.violations(history),
        findings.doubts(),
        examination.figures(),
        examination.sometimes(),
        examination.interruptions());
  }

  private static Judgement judgement(Findings findings) {
    if (!findings.broken().isEmpty()) {
      return Judgement.INVALID;
    }
    return findings.doubts().isEmpty() ? Judgement.VALID : Judgement.UNKNOWN;
  }
}
