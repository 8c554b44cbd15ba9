package io.breakwater.loadtest.surge.fleet.who;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The handles of a run's users: whoever knows a user's number can look it up.
 *
 * @param run 1 to 12 characters of a-z and 0-9; no two runs on the same servers have the same
 */
public record Handles(String run) {
  private static final Pattern RUN = Pattern.compile("[a-z0-9]{1,12}");
  private static final int RADIX = 36;

  /** Checks the name. */
  public Handles {
    if (!RUN.matcher(run).matches()) {
      throw new IllegalArgumentException(
          "run: '%s' (expected: 1 to 12 characters of a-z and 0-9)".formatted(run));
    }
  }

  /** That of one user; of a population's 64-bit numbers no two have the same. */
  public String of(int population, long user) {
    return String.format(
        Locale.ROOT, "s%s.%d.%s", run, population, Long.toUnsignedString(user, RADIX));
  }
}
