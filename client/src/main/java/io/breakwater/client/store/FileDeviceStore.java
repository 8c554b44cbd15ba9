package io.breakwater.client.store;

import io.breakwater.client.core.Changes;
import io.breakwater.client.core.DeviceState;
import io.breakwater.client.core.ReceivedMessage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A device's state in a directory: {@code device.log}, one record per write, appended; {@code
 * device.handed}, what was handed over; {@code device.lock} keeps a second process out. The log is
 * rewritten when it is large when opened, and when it has grown to several times its content; the
 * new one takes the place of the old by renaming.
 *
 * <p>With {@link Durability#POWER_LOSS} a record is written only when all before it are synced, so
 * a crash can spoil the last one alone, of which nobody was told that it is durable: it is cut off.
 * Damage before it is an error, since going on from an older state would give used client ids to
 * new messages.
 */
public final class FileDeviceStore implements DeviceStore {
  /** What a write survives. */
  public enum Durability {
    /** A power loss: every write is synced. */
    POWER_LOSS,
    /** The end of the process, not of the machine. */
    PROCESS
  }

  private static final String LOG = "device.log";
  private static final String NEW_LOG = "device.log.new";
  private static final String LOCK = "device.lock";
  private static final String HANDED = "device.handed";
  private static final long KEEP_UP_TO_BYTES = 1L << 20;
  private static final long COMPACT_AT_BYTES = 8L << 20;
  private static final int COMPACT_FACTOR = 4;

  private final Path directory;
  private final Durability durability;
  private final FileChannel lockFile;
  private final Image image;
  private final HandedMark handed;
  private FileChannel log;
  private long compactAtBytes;

  /** Whether the log may end within a record, or is not synced: nothing may follow. */
  private boolean broken;

  private FileDeviceStore(
      Path directory,
      Durability durability,
      FileChannel lockFile,
      Image image,
      HandedMark handed,
      FileChannel log) {
    this.directory = directory;
    this.durability = durability;
    this.lockFile = lockFile;
    this.image = image;
    this.handed = handed;
    this.log = log;
  }

  /**
   * Opens the store, or makes it.
   *
   * @param directory made if it does not exist
   * @throws IOException if another process has it open, or the log is damaged; the message says
   *     which and where
   */
  public static FileDeviceStore open(Path directory, Durability durability) throws IOException {
    Files.createDirectories(directory);
    FileChannel lockFile =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      lock(lockFile, directory);
      Image image = new Image();
      Path file = directory.resolve(LOG);
      long end = Files.exists(file) ? Log.replay(file, image) : 0;
      HandedMark handed = openHanded(directory, image);
      FileChannel log = openLog(directory, image, end);
      FileDeviceStore store =
          new FileDeviceStore(directory, durability, lockFile, image, handed, log);
      store.scheduleCompaction();
      return store;
    } catch (IOException | RuntimeException e) {
      lockFile.close();
      throw e;
    }
  }

  /**
   * Goes on with a small log as it is, without the unfinished record at its end. A large one is
   * rewritten, without what was handed over.
   *
   * @param image what the log and the mark say
   * @param end of the last whole record; 0 if there is no log
   */
  private static FileChannel openLog(Path directory, Image image, long end) throws IOException {
    if (end == 0 || end > KEEP_UP_TO_BYTES) {
      return rewrite(directory, image);
    }
    FileChannel log = FileChannel.open(directory.resolve(LOG), StandardOpenOption.WRITE);
    log.truncate(end);
    log.position(end);
    return log;
  }

  /** A mark beyond the log's cursor belongs to writes that were lost: their entries come again. */
  private static HandedMark openHanded(Path directory, Image image) throws IOException {
    HandedMark mark = HandedMark.open(directory.resolve(HANDED));
    long entryId = mark.read();
    if (Long.compareUnsigned(entryId, image.state().cursor().entryId()) <= 0) {
      image.handed(entryId);
    } else {
      mark.write(0);
    }
    return mark;
  }

  private static void lock(FileChannel lockFile, Path directory) throws IOException {
    FileLock lock;
    try {
      lock = lockFile.tryLock();
    } catch (OverlappingFileLockException e) {
      throw new IOException("device in " + directory + " is already open in this process", e);
    }
    if (lock == null) {
      throw new IOException("device in " + directory + " is in use by another process");
    }
  }

  /** Writes what the image holds into a new log and puts it in the place of the old one. */
  private static FileChannel rewrite(Path directory, Image image) throws IOException {
    Path fresh = directory.resolve(NEW_LOG);
    FileChannel log =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    try {
      Log.begin(log);
      Log.append(log, Encoding.changes(image.asChanges()));
      log.force(true);
      Files.move(
          fresh,
          directory.resolve(LOG),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      sync(directory);
      return log;
    } catch (IOException | RuntimeException e) {
      log.close();
      throw e;
    }
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private void scheduleCompaction() throws IOException {
    compactAtBytes = Math.max(COMPACT_AT_BYTES, log.size() * COMPACT_FACTOR);
  }

  @Override
  public DeviceState load() {
    return image.state();
  }

  @Override
  public void write(Changes changes) throws IOException {
    append(Encoding.changes(changes));
    image.apply(changes);
    if (log.position() >= compactAtBytes) {
      compact();
    }
  }

  private void compact() throws IOException {
    FileChannel old = log;
    log = rewrite(directory, image);
    old.close();
    scheduleCompaction();
  }

  @Override
  public List<ReceivedMessage> notHanded() {
    return image.notHanded();
  }

  @Override
  public void handed(long entryId) throws IOException {
    handed.write(entryId);
    image.handed(entryId);
  }

  private void append(byte[] content) throws IOException {
    if (broken) {
      throw new IOException("device in " + directory + ": an earlier write failed; open it again");
    }
    broken = true;
    Log.append(log, content);
    if (durability == Durability.POWER_LOSS) {
      log.force(false);
    }
    broken = false;
  }

  @Override
  public void close() throws IOException {
    try (lockFile;
        handed) {
      log.force(true);
    } finally {
      log.close();
    }
  }
}
