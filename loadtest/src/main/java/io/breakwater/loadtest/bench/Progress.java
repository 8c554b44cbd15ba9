package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.verdict.Clock;
import java.io.PrintWriter;
import java.util.Locale;

/** Says what is going on, with the time since the start. Confined to the thread of the bench. */
final class Progress {
  private final PrintWriter out;
  private final Clock clock = Clock.start();

  Progress(PrintWriter out) {
    this.out = out;
  }

  void say(String line) {
    out.println(
        String.format(Locale.ROOT, "[%6.1f s] ", clock.elapsed().toMillis() / 1000.0) + line);
    out.flush();
  }

  /** As it is. */
  void print(String text) {
    out.println(text);
    out.flush();
  }
}
