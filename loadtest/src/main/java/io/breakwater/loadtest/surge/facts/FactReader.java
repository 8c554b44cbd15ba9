package io.breakwater.loadtest.surge.facts;

import io.breakwater.loadtest.surge.facts.Fact.Who;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Reads what a {@link FactWriter} wrote. */
public final class FactReader {
  private static final int BUFFER_BYTES = 1 << 20;

  private final DataInputStream in;

  private FactReader(DataInputStream in) {
    this.in = in;
  }

  /**
   * Hands over all facts of a file, in their order.
   *
   * @throws IOException if it is cut within a fact, or no such file; the message names it
   */
  public static void read(Path file, Consumer<Fact> each) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      read(stream, each);
    } catch (EOFException e) {
      throw new IOException(file + " ends within a fact: its generator was killed", e);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " has no facts: " + e.getMessage(), e);
    }
  }

  static void read(InputStream stream, Consumer<Fact> each) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(stream, BUFFER_BYTES));
    int magic = in.readInt();
    if (magic != FactWriter.MAGIC) {
      throw new IllegalArgumentException(
          "begins with %08x (expected: %08x)".formatted(magic, FactWriter.MAGIC));
    }
    FactReader reader = new FactReader(in);
    for (int number = in.read(); number >= 0; number = in.read()) {
      each.accept(reader.next(Kind.of(number)));
    }
  }

  private Fact next(Kind kind) throws IOException {
    return switch (kind) {
      case DUE ->
          new Fact.Due(in.readInt(), in.readLong(), in.readLong(), Fact.By.of(in.readByte()));
      case SIGNED_UP ->
          new Fact.SignedUp(in.readInt(), who(), in.readLong(), in.readLong(), in.readInt());
      case NOT_SIGNED_UP -> new Fact.NotSignedUp(in.readInt(), who(), in.readLong(), in.readInt());
      case WELCOMED ->
          new Fact.Welcomed(who(), in.readBoolean(), in.readLong(), in.readLong(), in.readInt());
      case SYNCED -> new Fact.Synced(who(), in.readLong(), in.readLong());
      case LOST -> new Fact.Lost(who(), in.readLong(), in.readUTF());
      case WRITTEN -> new Fact.Written(in.readInt(), who(), who(), in.readLong(), in.readLong());
      case ACCEPTED -> new Fact.Accepted(who(), who(), in.readLong(), in.readLong());
      case REJECTED -> new Fact.Rejected(who(), who(), in.readLong(), in.readLong(), in.readUTF());
      case DELIVERED ->
          new Fact.Delivered(who(), who(), in.readLong(), in.readLong(), in.readBoolean());
      case CAUGHT_UP -> new Fact.CaughtUp(who(), in.readLong());
      case REFUSED ->
          new Fact.Refused(who(), in.readUTF(), in.readLong(), in.readUTF(), in.readLong());
      case CENSUS ->
          new Fact.Census(in.readLong(), in.readInt(), in.readInt(), in.readInt(), in.readLong());
      case LEFT -> new Fact.Left(who(), in.readLong());
      case COMING -> new Fact.Coming(who(), in.readBoolean(), in.readLong());
      case REPEATED -> new Fact.Repeated(who(), in.readLong());
      case QUEUED -> new Fact.Queued(who(), in.readLong(), in.readLong(), in.readLong());
    };
  }

  private Who who() throws IOException {
    return new Who(in.readByte(), in.readLong(), in.readByte());
  }
}
