package io.breakwater.loadtest.disk;

import io.breakwater.loadtest.stack.Tool;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;

/**
 * An ext4 file system in a file, mounted with the options that it has by default but for {@code
 * noinit_itable}: nobody writes to it who does not have to. The file is what the disk holds; what
 * the kernel has not written back yet is not in it. Confined to one thread.
 */
public final class Disk implements AutoCloseable {
  private static final Duration UNMOUNT_LIMIT = Duration.ofSeconds(20);
  private static final int COPIES = 20;
  private static final int PROBE_BYTES = 4_096;
  private static final String FILLER = "filler";

  /** Bytes. */
  private static final long WRITTEN_AT_ONCE = 8L << 20;

  private final Path image;
  private final Path mountedAt;

  private Disk(Path image, Path mountedAt) {
    this.image = image;
    this.mountedAt = mountedAt;
  }

  /**
   * An empty one, with no room kept back for root.
   *
   * @param image the file to be made; it takes only as much room as is written
   * @param mountedAt the directory, which is made
   */
  static Disk make(Path image, long bytes, Path mountedAt) throws IOException {
    Files.createDirectories(mountedAt);
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(bytes);
    }
    Tool.run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
    Disk disk = new Disk(image, mountedAt);
    disk.mount();
    return disk;
  }

  private void mount() {
    Tool.run(
        "mount", "-t", "ext4", "-o", "loop,noinit_itable", image.toString(), mountedAt.toString());
  }

  /**
   * Copies what the disk holds, while nobody writes. The kernel may write back meanwhile; then the
   * copy would be of no single moment, and is made again.
   *
   * @throws TrialFailure if the kernel writes all the time
   */
  void copyTo(Path copy) throws IOException {
    for (int i = 0; i < COPIES; i++) {
      String before = writes();
      Tool.run("cp", "--sparse=always", image.toString(), copy.toString());
      if (writes().equals(before)) {
        return;
      }
    }
    throw new TrialFailure("the disk at %s is written to all the time".formatted(mountedAt));
  }

  /** Writes so far: how many, of how many sectors, and how many requests are under way. */
  private String writes() throws IOException {
    String[] figures =
        Files.readString(Path.of("/sys/dev/block/%s/stat".formatted(device())))
            .strip()
            .split(" +", -1);
    return String.join(" ", figures[4], figures[6], figures[8]);
  }

  /** Major and minor number, as Linux packs them. */
  private String device() throws IOException {
    long packed = (Long) Files.getAttribute(mountedAt, "unix:dev");
    return "%d:%d".formatted((packed >> 8) & 0xfff, (packed & 0xff) | ((packed >> 12) & 0xfff00));
  }

  /** The copy takes the place of what there is; nobody may have a file open. */
  void becomes(Path copy) throws IOException {
    unmount();
    Files.move(copy, image, StandardCopyOption.REPLACE_EXISTING);
    mount();
  }

  /** Writes a file, and returns when it is on the disk. */
  void writeSynced(String name) throws IOException {
    write(name, true);
  }

  /**
   * Writes a file, which the kernel puts onto the disk when it likes: usually half a minute later.
   */
  void writeUnsynced(String name) throws IOException {
    write(name, false);
  }

  private void write(String name, boolean isSynced) throws IOException {
    Path file = mountedAt.resolve(name);
    Files.write(file, probe(name));
    if (isSynced) {
      sync(file);
      sync(mountedAt);
    }
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static byte[] probe(String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    byte[] probe = new byte[PROBE_BYTES];
    for (int i = 0; i < probe.length; i++) {
      probe[i] = text[i % text.length];
    }
    return probe;
  }

  /**
   * Takes what room there is.
   *
   * @return whether nothing more can be written: the system says so
   */
  public boolean fill() {
    Path filler = mountedAt.resolve(FILLER);
    try (FileChannel file =
        FileChannel.open(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      long free = Files.getFileStore(mountedAt).getUsableSpace();
      if (free > WRITTEN_AT_ONCE) {
        // Room is taken without being written; what is left over, by writing.
        var _ =
            Tool.problem(
                "fallocate",
                "--offset=" + file.size(),
                "--length=" + (free - WRITTEN_AT_ONCE / 2),
                filler.toString());
      }
      for (long written = 0; written < 2 * WRITTEN_AT_ONCE; written += PROBE_BYTES) {
        file.write(ByteBuffer.allocate(PROBE_BYTES));
      }
      return false;
    } catch (IOException e) {
      return String.valueOf(e.getMessage()).contains("No space left");
    }
  }

  /** Gives the room back. */
  public void makeRoom() {
    try {
      Files.deleteIfExists(mountedAt.resolve(FILLER));
    } catch (IOException e) {
      throw new TrialFailure("the disk at %s cannot be freed: %s".formatted(mountedAt, e), e);
    }
  }

  /** Whether such a file is there, with all that was written. */
  boolean has(String name) throws IOException {
    Path file = mountedAt.resolve(name);
    return Files.exists(file) && Arrays.equals(Files.readAllBytes(file), probe(name));
  }

  void remove(String name) throws IOException {
    Files.deleteIfExists(mountedAt.resolve(name));
  }

  private void unmount() {
    // Whoever was killed a moment ago may not be gone yet.
    Clock.await(
        mountedAt + " to be unmounted",
        UNMOUNT_LIMIT,
        () -> Tool.problem("umount", mountedAt.toString()).isEmpty());
  }

  /** Unmounts it; the file stays. */
  @Override
  public void close() {
    try {
      unmount();
    } catch (TrialFailure e) {
      // It goes when the last process of the namespace has ended.
      Tool.run("umount", "--lazy", mountedAt.toString());
    }
  }

  @Override
  public String toString() {
    return mountedAt.getFileName().toString();
  }
}
