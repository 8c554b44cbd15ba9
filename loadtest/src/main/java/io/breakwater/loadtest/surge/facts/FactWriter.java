package io.breakwater.loadtest.surge.facts;

import io.breakwater.loadtest.surge.facts.Fact.Who;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Appends facts to a file. Confined to one thread. What is written is there after {@link #close}.
 */
public final class FactWriter implements AutoCloseable {
  static final int MAGIC = 0x42574631;
  private static final int BUFFER_BYTES = 1 << 20;

  private final DataOutputStream out;

  private FactWriter(DataOutputStream out) {
    this.out = out;
  }

  /** Makes the file, or replaces it. */
  public static FactWriter to(Path file) throws IOException {
    return to(Files.newOutputStream(file));
  }

  static FactWriter to(OutputStream stream) throws IOException {
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(stream, BUFFER_BYTES));
    out.writeInt(MAGIC);
    return new FactWriter(out);
  }

  /** Appends one. */
  public void write(Fact fact) throws IOException {
    out.writeByte(Kind.of(fact).number());
    switch (fact) {
      case Fact.Due due -> {
        out.writeInt(due.stream());
        out.writeLong(due.intendedNanos());
        out.writeLong(due.begunNanos());
        out.writeByte(due.by().number());
      }
      case Fact.SignedUp done -> {
        out.writeInt(done.stream());
        write(done.who());
        out.writeLong(done.intendedNanos());
        out.writeLong(done.doneNanos());
        out.writeInt(done.attempts());
      }
      case Fact.NotSignedUp open -> {
        out.writeInt(open.stream());
        write(open.who());
        out.writeLong(open.intendedNanos());
        out.writeInt(open.attempts());
      }
      case Fact.Welcomed welcomed -> {
        write(welcomed.who());
        out.writeBoolean(welcomed.isResumed());
        out.writeLong(welcomed.sinceNanos());
        out.writeLong(welcomed.welcomeNanos());
        out.writeInt(welcomed.attempts());
      }
      case Fact.Synced synced -> {
        write(synced.who());
        out.writeLong(synced.welcomeNanos());
        out.writeLong(synced.syncedNanos());
      }
      case Fact.Lost lost -> {
        write(lost.who());
        out.writeLong(lost.atNanos());
        out.writeUTF(lost.reason());
      }
      case Fact.Written written -> {
        out.writeInt(written.stream());
        write(written.from(), written.to(), written.number());
        out.writeLong(written.intendedNanos());
      }
      case Fact.Accepted accepted -> {
        write(accepted.from(), accepted.to(), accepted.number());
        out.writeLong(accepted.acceptedNanos());
      }
      case Fact.Rejected rejected -> {
        write(rejected.from(), rejected.to(), rejected.number());
        out.writeLong(rejected.atNanos());
        out.writeUTF(rejected.reason());
      }
      case Fact.Delivered delivered -> {
        write(delivered.from(), delivered.to(), delivered.number());
        out.writeLong(delivered.deliveredNanos());
        out.writeBoolean(delivered.isMisplaced());
      }
      case Fact.CaughtUp caughtUp -> {
        write(caughtUp.who());
        out.writeLong(caughtUp.atNanos());
      }
      case Fact.Refused refused -> {
        write(refused.who());
        out.writeUTF(refused.what());
        out.writeLong(refused.atNanos());
        out.writeUTF(refused.reason());
        out.writeLong(refused.returnAfterMs());
      }
      case Fact.Census census -> {
        out.writeLong(census.atNanos());
        out.writeInt(census.sockets());
        out.writeInt(census.signingUp());
        out.writeInt(census.waiting());
        out.writeLong(census.cpuNanos());
      }
      case Fact.Left left -> {
        write(left.who());
        out.writeLong(left.atNanos());
      }
      case Fact.Coming coming -> {
        write(coming.who());
        out.writeBoolean(coming.isResumed());
        out.writeLong(coming.sinceNanos());
      }
      case Fact.Repeated repeated -> {
        write(repeated.who());
        out.writeLong(repeated.atNanos());
      }
      case Fact.Queued queued -> {
        write(queued.who());
        out.writeLong(queued.atNanos());
        out.writeLong(queued.place());
        out.writeLong(queued.estimateMs());
      }
    }
  }

  private void write(Who from, Who to, long number) throws IOException {
    write(from);
    write(to);
    out.writeLong(number);
  }

  private void write(Who who) throws IOException {
    out.writeByte(who.population());
    out.writeLong(who.user());
    out.writeByte(who.device());
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
