package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.stack.Machine;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Under which circumstances figures came about, so that others can judge and repeat them. */
final class Circumstances {
  private Circumstances() {}

  static Map<String, String> gather(Path root, List<String> command, Plan plan) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("command", "./breakwater " + String.join(" ", command));
    all.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    all.put("commit", Machine.commit(root));
    all.put("machine", Machine.describe());
    all.put("load", Machine.load() + " (before the start)");
    all.put("jdk", Machine.jdk());
    all.put("plan", plan.toString());
    return all;
  }
}
