package io.breakwater.loadtest.surge.fleet.who;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * The users that one generator has signed up, for the others to write to. Ids alone: tokens never
 * leave the process that got them. Readable by its owner only, since ids are what it takes to write
 * to somebody.
 *
 * <p>4 bytes {@code BWU1}, a 4-byte count, and for each user: 1 byte population, 8 bytes number, 16
 * bytes id. Big-endian.
 */
public final class UserFile {
  private static final int MAGIC = 0x42575531;
  private static final int ID_BYTES = 16;

  private UserFile() {}

  /** Makes the file, or replaces it. */
  public static void write(Path file, Map<Who, ByteString> users) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.WRITE)))) {
      out.writeInt(MAGIC);
      out.writeInt(users.size());
      for (Map.Entry<Who, ByteString> each : users.entrySet()) {
        out.writeByte(each.getKey().population());
        out.writeLong(each.getKey().user());
        out.write(each.getValue().toByteArray());
      }
    }
  }

  /**
   * Enters the users of a file in a roster.
   *
   * @throws IOException if it is no such file, or cut; the message names it
   */
  public static void read(Path file, Roster roster) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      int magic = in.readInt();
      if (magic != MAGIC) {
        throw new IOException(
            "%s: begins with %08x (expected: %08x)".formatted(file, magic, MAGIC));
      }
      byte[] id = new byte[ID_BYTES];
      for (int left = in.readInt(); left > 0; left--) {
        int population = in.readByte();
        long user = in.readLong();
        in.readFully(id);
        roster.put(population, user, ByteString.copyFrom(id));
      }
    } catch (EOFException e) {
      throw new IOException(file + " ends within a user", e);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }
}
