package io.breakwater.cli.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the line of a log that says why a process ended. */
final class LogTail {
  private static final int TAIL_BYTES = 256 << 10;
  private static final int LINE_CHARS = 300;

  private static final Pattern FIRST_CAUSE = Pattern.compile("^\\s*Caused by: .*");
  private static final Pattern ERROR =
      Pattern.compile(".*\\b(ERROR|FATAL|SEVERE)\\b.*|.*(Exception|Error): .*|Error: .*");

  private static final Pattern DAMAGE = Pattern.compile(".*\\bCorrupt\\w*Exception\\b.*");
  private static final Pattern FRAME = Pattern.compile("\\s+at (\\S+)\\(.*");
  private static final int DAMAGE_RANK = 4;

  private LogTail() {}

  /** The reason among what was appended since {@code start}, of which the last 256 KiB count. */
  static String reason(Path log, long start) {
    try {
      return reason(tail(log, start).lines().toList());
    } catch (IOException e) {
      return "its log cannot be read: " + e.getMessage();
    }
  }

  /**
   * The first line of damaged data if there is one, for what follows from it can be anything; else
   * the last root cause, else the last line of an error, else the last line.
   */
  static String reason(List<String> lines) {
    int best = -1;
    int bestRank = 0;
    for (int i = 0; i < lines.size(); i++) {
      int rank = rank(lines.get(i));
      if (rank > bestRank || (rank == bestRank && rank > 0 && rank < DAMAGE_RANK)) {
        best = i;
        bestRank = rank;
      }
    }
    if (best < 0) {
      return "it wrote nothing";
    }
    String reason = lines.get(best).strip() + frame(lines, best);
    return reason.length() <= LINE_CHARS ? reason : reason.substring(0, LINE_CHARS) + "...";
  }

  private static int rank(String line) {
    if (line.isBlank()) {
      return 0;
    }
    if (DAMAGE.matcher(line).matches()) {
      return DAMAGE_RANK;
    }
    return FIRST_CAUSE.matcher(line).matches() ? 3 : ERROR.matcher(line).matches() ? 2 : 1;
  }

  /** Where a NullPointerException came from, which says more of its cause than its own words. */
  private static String frame(List<String> lines, int at) {
    if (at + 1 == lines.size() || !lines.get(at).contains("NullPointerException: ")) {
      return "";
    }
    Matcher frame = FRAME.matcher(lines.get(at + 1));
    return frame.matches() ? ", at " + frame.group(1) : "";
  }

  private static String tail(Path log, long start) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(log)) {
      long from = Math.max(Math.min(start, channel.size()), channel.size() - TAIL_BYTES);
      ByteBuffer buffer = ByteBuffer.allocate((int) (channel.size() - from));
      channel.position(from);
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // Reads on until the buffer is full or the file was cut short.
      }
      return StandardCharsets.UTF_8.decode(buffer.flip()).toString();
    }
  }
}
