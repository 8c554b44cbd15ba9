package io.breakwater.cli.up;

import io.breakwater.cli.process.StartFailure;
import io.breakwater.cli.status.RunFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one {@code up}: its lock, the cluster secret, the places of the rest. Holds the
 * lock until closed, or until the process ends in any way.
 */
final class DataDirectory implements AutoCloseable {
  private static final int SECRET_BYTES = 64;
  private static final Pattern CASSANDRA = Pattern.compile("cassandra(?:-([1-9]))?");

  private final Path path;
  private final FileChannel lockChannel;

  private DataDirectory(Path path, FileChannel lockChannel) {
    this.path = path;
    this.lockChannel = lockChannel;
  }

  /**
   * Creates what is missing, and locks it.
   *
   * @throws StartFailure if another {@code up} has it, or it cannot be written
   */
  static DataDirectory open(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    try {
      Files.createDirectories(absolute.resolve("run"));
      Files.createDirectories(absolute.resolve("logs"));
      DataDirectory directory = new DataDirectory(absolute, lock(absolute));
      directory.createSecret();
      return directory;
    } catch (IOException e) {
      throw cannotWrite(absolute, e);
    }
  }

  private static StartFailure cannotWrite(Path path, IOException e) {
    return new StartFailure(
        "cannot write the data directory %s (%s): check its owner and that the disk is not full, or choose another with --data"
            .formatted(path, e),
        e);
  }

  private static FileChannel lock(Path path) throws IOException {
    Path file = path.resolve("run/up.lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock(channel) == null) {
      channel.close();
      String owner = Files.readString(file).strip();
      throw new StartFailure(
          "another ./breakwater up%s uses %s: stop it, or choose another directory with --data"
              .formatted(owner.isEmpty() ? "" : " (pid " + owner + ")", path));
    }
    channel.truncate(0);
    channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
    return channel;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** Written under another name first, so that a secret is whole or absent. */
  private void createSecret() throws IOException {
    if (Files.exists(secretFile())) {
      return;
    }
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    Path draft = path.resolve("cluster.secret.new");
    Files.deleteIfExists(draft);
    try {
      Files.createFile(
          draft,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      throw new AssertionError("the directory is locked", e);
    }
    Files.writeString(draft, HexFormat.of().formatHex(secret) + "\n");
    Files.move(draft, secretFile());
  }

  /** 128 hexadecimal digits; readable by its owner alone. Whoever has it can make device tokens. */
  Path secretFile() {
    return path.resolve("cluster.secret");
  }

  /** PEM; for {@code --tls}. */
  Path certificate() {
    return path.resolve("tls.crt");
  }

  Path certificateKey() {
    return path.resolve("tls.key");
  }

  /** For {@code --trunk-tls}. */
  Path trunkCertificates() {
    return path.resolve("trunk-tls");
  }

  /**
   * Takes the directories of Cassandra's nodes, or makes them.
   *
   * @throws StartFailure if the data are of another number of nodes: which tokens there are, and so
   *     where rows are, was fixed with it
   */
  void claimCassandra(List<Member> nodes) {
    int made = cassandraNodes();
    if (made != 0 && made != nodes.size()) {
      throw new StartFailure(
          "--cassandra-nodes: %d (expected: %d, with which the data in %s were made): give that, or choose another directory with --data"
              .formatted(nodes.size(), made, path));
    }
    try {
      for (Member node : nodes) {
        Files.createDirectories(of(node));
      }
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
  }

  private int cassandraNodes() {
    int most = 0;
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(path, "cassandra*")) {
      for (Path directory : directories) {
        Matcher name = CASSANDRA.matcher(directory.getFileName().toString());
        if (name.matches()) {
          String number = name.group(1);
          most = Math.max(most, number == null ? 1 : Integer.parseInt(number));
        }
      }
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
    return most;
  }

  /** What a Cassandra node keeps. */
  Path of(Member node) {
    return path.resolve(node.name());
  }

  Path log(String process) {
    return path.resolve("logs").resolve(process + ".log");
  }

  Path pids() {
    return path.resolve("run");
  }

  /** Says what runs from now on, until this is closed. */
  void describe(RunFile run) {
    try {
      run.write(pids());
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
  }

  @Override
  public void close() {
    try (FileChannel lock = lockChannel) {
      assert lock.isOpen();
      RunFile.delete(pids());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
