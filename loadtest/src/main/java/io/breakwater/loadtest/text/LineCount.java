package io.breakwater.loadtest.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Counts the lines of a file that another process appends to. Confined to one thread. */
public final class LineCount implements AutoCloseable {
  private final FileChannel file;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
  private long lines;

  private LineCount(FileChannel file) {
    this.file = file;
  }

  /** Of a file that exists. */
  public static LineCount of(Path file) throws IOException {
    return new LineCount(FileChannel.open(file, StandardOpenOption.READ));
  }

  /** Complete lines until now; reads only what is new. */
  public long now() {
    try {
      while (file.read(buffer.clear()) > 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          lines += buffer.get() == '\n' ? 1 : 0;
        }
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
