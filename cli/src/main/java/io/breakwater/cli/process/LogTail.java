package io.breakwater.cli.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Finds the line of a log that says why a process ended. */
final class LogTail {
  private static final int TAIL_BYTES = 256 << 10;
  private static final int LINE_CHARS = 300;

  private static final Pattern FIRST_CAUSE = Pattern.compile("^\\s*Caused by: .*");
  private static final Pattern ERROR =
      Pattern.compile(".*\\b(ERROR|FATAL|SEVERE)\\b.*|.*(Exception|Error): .*|Error: .*");

  private LogTail() {}

  /** The reason among what was appended since {@code start}, of which the last 256 KiB count. */
  static String reason(Path log, long start) {
    try {
      return reason(tail(log, start).lines().toList());
    } catch (IOException e) {
      return "its log cannot be read: " + e.getMessage();
    }
  }

  /** The last root cause if there is one, else the last line of an error, else the last line. */
  static String reason(List<String> lines) {
    String reason = "";
    int rank = 0;
    for (String line : lines) {
      int lineRank =
          FIRST_CAUSE.matcher(line).matches() ? 3 : ERROR.matcher(line).matches() ? 2 : 1;
      if (!line.isBlank() && lineRank >= rank) {
        reason = line.strip();
        rank = lineRank;
      }
    }
    if (reason.isEmpty()) {
      return "it wrote nothing";
    }
    return reason.length() <= LINE_CHARS ? reason : reason.substring(0, LINE_CHARS) + "...";
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
