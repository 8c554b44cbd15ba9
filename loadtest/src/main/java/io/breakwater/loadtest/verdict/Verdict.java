package io.breakwater.loadtest.verdict;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** What a trial found, printed as it is found. Confined to the thread of the trial. */
public final class Verdict {
  private final PrintWriter out;
  private int failures;

  /** Prints there. */
  public Verdict(PrintWriter out) {
    this.out = out;
  }

  /** Something measured. */
  public void figure(String what, Object value) {
    print("       %-28s %s".formatted(what, value));
  }

  /** Something that has to hold; the details say what was seen either way. */
  public void check(boolean holds, String what, Object seen) {
    failures += holds ? 0 : 1;
    print("  %s %s: %s".formatted(holds ? "ok  " : "FAIL", what, seen));
  }

  /** Something that has to be equal. */
  public void equal(String what, Object expected, Object seen) {
    boolean holds = expected.equals(seen);
    check(holds, what, holds ? seen : "%s (expected: %s)".formatted(seen, expected));
  }

  /** The trial could not be finished. */
  public void broken(String why) {
    check(false, "the trial ended early", why);
  }

  /** Whether nothing failed. */
  public boolean holds() {
    return failures == 0;
  }

  private void print(String line) {
    out.println(line);
    out.flush();
  }

  /** For people: seconds with one digit. */
  public static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
