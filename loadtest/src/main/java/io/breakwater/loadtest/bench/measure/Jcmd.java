package io.breakwater.loadtest.bench.measure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Asks another JVM of this machine, also one of an earlier release, by this JDK's {@code jcmd}. */
public final class Jcmd {
  private Jcmd() {}

  /**
   * Waits for the answer, of whatever kind it is.
   *
   * @throws IOException if {@code jcmd} cannot be run
   */
  public static String ask(long pid, String... command) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    line.add(Long.toString(pid));
    line.addAll(List.of(command));
    Process jcmd = new ProcessBuilder(line).redirectErrorStream(true).start();
    try (InputStream out = jcmd.getInputStream()) {
      return new String(out.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
