package io.breakwater.loadtest.chaos;

import io.breakwater.loadtest.stack.Machine;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Where a report comes from, so that others can repeat it.
 *
 * @param commit with {@code and changes} if files differ from it; {@code unknown} outside of a
 *     repository
 * @param machine processors, system, JDK
 */
record Origin(String command, String commit, String date, String machine) {
  /** Of this process. */
  static Origin of(Path root, List<String> arguments) {
    return new Origin(
        "./breakwater " + String.join(" ", arguments),
        Machine.commit(root),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        "%d processors, %s %s, JDK %s"
            .formatted(
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.version()));
  }
}
