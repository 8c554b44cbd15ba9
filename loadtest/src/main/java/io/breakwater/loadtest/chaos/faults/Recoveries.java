package io.breakwater.loadtest.chaos.faults;

import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Server;
import io.breakwater.loadtest.stack.Stack;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recoveries of what dead incarnations left, as delivery nodes log them.
 *
 * @param count how many
 * @param entries that were taken over
 * @param ms in all
 * @param sealAndReadMs of that
 * @param handOverMs the rest
 */
public record Recoveries(long count, long entries, long ms, long sealAndReadMs, long handOverMs) {
  private static final Recoveries NONE = new Recoveries(0, 0, 0, 0, 0);
  private static final Pattern LINE =
      Pattern.compile(
          "recovered (\\d+) journaled entries .* in (\\d+) ms: (\\d+) ms to seal and read, (\\d+) ms"
              + " to hand over");

  /** Reads the logs of a stack from their begins. */
  public static Recoveries of(Stack stack) throws IOException {
    Recoveries all = NONE;
    for (Server node : stack.servers(Part.DELIVERY)) {
      if (Files.exists(node.log())) {
        try (BufferedReader lines = Files.newBufferedReader(node.log())) {
          all = all.and(lines);
        }
      }
    }
    return all;
  }

  static Recoveries none() {
    return NONE;
  }

  /** With those in further lines. */
  Recoveries and(BufferedReader lines) throws IOException {
    Recoveries all = this;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher found = LINE.matcher(line);
      if (found.find()) {
        all =
            new Recoveries(
                all.count + 1,
                all.entries + Long.parseLong(found.group(1)),
                all.ms + Long.parseLong(found.group(2)),
                all.sealAndReadMs + Long.parseLong(found.group(3)),
                all.handOverMs + Long.parseLong(found.group(4)));
      }
    }
    return all;
  }

  /** Entries per second of recovery; 0 if it took no time. */
  public double entriesPerSecond() {
    return ms == 0 ? 0 : entries * 1000.0 / ms;
  }

  /** For people. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d recoveries of %d entries took %d ms: %d ms to seal and read, %d ms to hand over; %.0f entries/s",
        count,
        entries,
        ms,
        sealAndReadMs,
        handOverMs,
        entriesPerSecond());
  }
}
