package io.breakwater.loadtest.disk;

import io.breakwater.loadtest.stack.Namespace;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A disk for each Cassandra node of a stack, mounted where {@code up} puts that node's data; to be
 * made before the stack, and closed after it. Confined to one thread.
 */
public final class Disks implements AutoCloseable {
  /** In their files they take only what is written. */
  private static final long BYTES_OF_EACH = 8L << 30;

  /** Makes a small disk and mounts it: who can do that can do the rest. */
  private static final String TRY =
      """
      set -e
      directory=$(mktemp -d)
      trap 'rm -rf "$directory"' EXIT
      truncate -s 16M "$directory/image"
      mkfs.ext4 -q -F "$directory/image"
      mkdir "$directory/mounted"
      mount -t ext4 -o loop "$directory/image" "$directory/mounted"
      umount "$directory/mounted"
      """;

  private final List<Disk> disks = new ArrayList<>();
  private final Path images;

  private Disks(Path images) {
    this.images = images;
  }

  /** Why there can be none on this machine; empty if there can. */
  public static Optional<String> problem() {
    return Namespace.problem("sh", "-c", TRY)
        .map(why -> "needs Linux, root, mkfs.ext4, and loop devices to mount (" + why + ")");
  }

  /**
   * Makes and mounts them.
   *
   * @param images where their files go
   * @param stackData the directory of the stack to come
   */
  public static Disks mount(Path images, Path stackData, Size size) throws IOException {
    Disks disks = new Disks(Files.createDirectories(images));
    try {
      for (String name : names(size)) {
        disks.disks.add(
            Disk.make(images.resolve(name + ".img"), BYTES_OF_EACH, stackData.resolve(name)));
      }
      return disks;
    } catch (IOException | RuntimeException e) {
      disks.close();
      throw e;
    }
  }

  private static List<String> names(Size size) {
    return IntStream.rangeClosed(1, size.of(Part.CASSANDRA))
        .mapToObj(number -> size.name(Part.CASSANDRA, number))
        .toList();
  }

  /** That of a node, which counts from 0. */
  public Disk of(int index) {
    return disks.get(index);
  }

  /** What the loss of power left. */
  public record Left(boolean hasSynced, boolean hasUnsynced, boolean replaysJournal) {
    /** Whether it did what a loss of power does. */
    public boolean isAsExpected() {
      return hasSynced && !hasUnsynced && replaysJournal;
    }

    /** For people. */
    @Override
    public String toString() {
      return "a synced file %s, an unsynced one %s, the journal %s"
          .formatted(
              hasSynced ? "is there" : "IS LOST",
              hasUnsynced ? "IS THERE" : "is lost",
              replaysJournal ? "is replayed" : "IS NOT REPLAYED");
    }
  }

  /** Leaves files by which can be seen later that the page cache was lost, and nothing else. */
  public void mark() throws IOException {
    for (Disk disk : disks) {
      disk.writeSynced("synced");
    }
    for (Disk disk : disks) {
      disk.writeUnsynced("unsynced");
    }
  }

  /** Copies what they hold at the moment; all who write stand still. */
  public void copy() throws IOException {
    for (Disk disk : disks) {
      disk.copyTo(copyOf(disk));
    }
  }

  private Path copyOf(Disk disk) {
    return images.resolve(disk + ".copy");
  }

  /** They hold from now on what was copied, and no more; who wrote is gone. */
  public Left loseTheRest() throws IOException {
    boolean replays = true;
    for (Disk disk : disks) {
      replays &= Superblock.needsRecovery(copyOf(disk));
      disk.becomes(copyOf(disk));
    }
    boolean hasSynced = true;
    boolean hasUnsynced = false;
    for (Disk disk : disks) {
      hasSynced &= disk.has("synced");
      hasUnsynced |= disk.has("unsynced");
      disk.remove("synced");
      disk.remove("unsynced");
    }
    return new Left(hasSynced, hasUnsynced, replays);
  }

  /** Unmounts them. */
  @Override
  public void close() {
    disks.forEach(Disk::close);
    disks.clear();
  }
}
