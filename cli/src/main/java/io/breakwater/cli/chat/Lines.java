package io.breakwater.cli.chat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Lines as bytes, whatever they are, without the newline that ends them. A last line need not end.
 */
final class Lines {
  /** The largest payload of a message. */
  static final int MAX_BYTES = 65_536;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int from;
  private int to;
  private long number;

  Lines(InputStream in) {
    this.in = in;
  }

  /** The next line; null at the end. */
  byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    number++;
    while (true) {
      if (from == to) {
        from = 0;
        to = Math.max(0, in.read(buffer));
        if (to == 0) {
          return line.size() > 0 ? line.toByteArray() : null;
        }
      }
      int end = from;
      while (end < to && buffer[end] != '\n') {
        end++;
      }
      line.write(buffer, from, end - from);
      if (line.size() > MAX_BYTES) {
        throw new ChatFailure(
            "line %d: more than %d bytes (expected: at most as many)".formatted(number, MAX_BYTES));
      }
      from = Math.min(to, end + 1);
      if (end < to) {
        return line.toByteArray();
      }
    }
  }

  /** Of the line that was returned last, from 1. */
  long number() {
    return number;
  }
}
