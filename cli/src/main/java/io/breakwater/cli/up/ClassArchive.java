package io.breakwater.cli.up;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.breakwater.cli.process.ChildProcess;
import io.breakwater.cli.process.Launch;
import io.breakwater.cli.process.StartFailure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * The classes of one server, parsed and verified, in a file that the JVM maps at its start (class
 * data sharing). Without it a delivery node needs 4.6 s of processor time to start, with it 2.7 s.
 *
 * <p>The AOT cache of JDK 25 ({@code -XX:AOTCache}) was compared: a gateway listened after 0.74 to
 * 0.99 s of processor time with it, 0.74 to 0.96 s with this, 1.5 to 1.7 s with neither.
 *
 * <p>A first start, which has no archive, lists what it loads; once it runs, {@link #make} turns
 * the list into the archive, beside the jars. The name of the archive depends on JVM, options and
 * jars, so that one that does not fit is never used; the JVM checks that again by itself.
 */
final class ClassArchive {
  private static final String PREFIX = "classes-";
  private static final String SUFFIX = ".jsa";

  private final String module;
  private final List<String> java;
  private final List<String> classPath;
  private final Path target;
  private final Path list;
  private final Path log;

  /**
   * @param java program and options of the server, without those of this class
   * @param classPath option and value
   * @param target holds the jars, and the archive
   * @param list where a start without archive lists its classes; one server's own
   * @param log of the archive's making
   */
  ClassArchive(
      String module, List<String> java, List<String> classPath, Path target, Path list, Path log) {
    this.module = module;
    this.java = java;
    this.classPath = classPath;
    this.target = target;
    this.list = list;
    this.log = log;
  }

  /** The command that starts {@code main} now: with the archive, or in order to make one. */
  List<String> command(String main) {
    List<String> command = new ArrayList<>(java);
    Path archive = archive();
    if (Files.exists(archive)) {
      command.add("-XX:SharedArchiveFile=" + archive);
    } else if (Files.isWritable(target)) {
      command.add("-XX:DumpLoadedClassList=" + list);
    }
    command.addAll(classPath);
    command.add(main);
    return command;
  }

  /**
   * Makes the archive if there is none and a start has listed its classes; blocks for about ten
   * seconds, at the lowest priority.
   *
   * @throws IOException if it cannot be written
   * @throws StartFailure if the JVM that makes it cannot be started, or fails
   */
  void make() throws IOException {
    Path archive = archive();
    if (Files.exists(archive) || !Files.exists(list)) {
      return;
    }
    Path complete = Path.of(list + ".complete");
    Files.write(complete, completeLines());
    // Another up may be making it too: whichever is last replaces the other's, which is the same.
    Path draft = target.resolve("draft-" + ProcessHandle.current().pid() + SUFFIX);
    List<String> command = new ArrayList<>(List.of("nice", "-n", "19"));
    command.addAll(java);
    command.add("-Xshare:dump");
    command.add("-XX:SharedClassListFile=" + complete);
    command.add("-XX:SharedArchiveFile=" + draft);
    command.addAll(classPath);
    try {
      ChildProcess maker =
          ChildProcess.start(new Launch(module + "-classes", command, Map.of(), log));
      int status = maker.onExit().join();
      if (status != 0) {
        throw new StartFailure("exit status %d: %s; log %s".formatted(status, maker.reason(), log));
      }
      removeOthers();
      Files.move(draft, archive, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
      Files.deleteIfExists(complete);
    }
  }

  /** The server still runs: its last line may be half written. */
  private byte[] completeLines() throws IOException {
    byte[] all = Files.readAllBytes(list);
    int end = all.length;
    while (end > 0 && all[end - 1] != '\n') {
      end--;
    }
    return Arrays.copyOf(all, end);
  }

  /** Whoever has one of them mapped keeps it. */
  private void removeOthers() throws IOException {
    try (DirectoryStream<Path> others = Files.newDirectoryStream(target, PREFIX + '*' + SUFFIX)) {
      for (Path other : others) {
        Files.deleteIfExists(other);
      }
    }
  }

  private Path archive() {
    Map<String, String> jars = new TreeMap<>();
    describe(target, jars);
    describe(target.resolve("lib"), jars);
    CRC32 key = new CRC32();
    key.update((Runtime.version() + "\n" + java + classPath + jars).getBytes(UTF_8));
    return target.resolve(PREFIX + Long.toHexString(key.getValue()) + SUFFIX);
  }

  private static void describe(Path directory, Map<String, String> jars) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.jar")) {
      for (Path jar : files) {
        jars.put(jar.toString(), Files.size(jar) + "@" + Files.getLastModifiedTime(jar));
      }
    } catch (IOException e) {
      jars.put(directory.toString(), e.toString());
    }
  }
}
