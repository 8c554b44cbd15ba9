package io.breakwater.loadtest.chaos.check;

import io.breakwater.client.core.MessageId;
import io.breakwater.loadtest.chaos.payload.Device;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a send. */
final class Message {
  /** What its application was told. */
  enum Outcome {
    OPEN,
    ACCEPTED,
    REFUSED,
    UNKNOWN
  }

  /**
   * It was handed to an application.
   *
   * @param by the number of the fact
   */
  record Handed(Reader reader, long entry, long by, long atMs) {}

  final Stream stream;
  final long sequence;

  /** The number of the fact. */
  final long invokedBy;

  final long invokedAtMs;

  /** The highest message id that its author had seen, and the fact that shows it. */
  final MessageId after;

  final long afterBy;

  /** Whether a fault was under way. */
  boolean isInvokedInFault;

  /** 0: not known yet; and the fact that showed it first. */
  long clientId;

  long clientIdBy;

  /** And the fact that showed it first. */
  @Nullable MessageId id;

  long idBy;

  Outcome outcome = Outcome.OPEN;
  long resolvedBy;
  long resolvedAtMs;

  /** The fact that storage has it; 0 if there is none. */
  long storedBy;

  /** At most one for each reader. */
  final List<Handed> handed = new ArrayList<>(3);

  Message(
      Stream stream,
      long sequence,
      long invokedBy,
      long invokedAtMs,
      MessageId after,
      long afterBy) {
    this.stream = stream;
    this.sequence = sequence;
    this.invokedBy = invokedBy;
    this.invokedAtMs = invokedAtMs;
    this.after = after;
    this.afterBy = afterBy;
  }

  @Nullable Handed handedTo(Reader reader) {
    for (Handed each : handed) {
      if (each.reader == reader) {
        return each;
      }
    }
    return null;
  }

  /** Whether it came to be, as far as anybody can see. */
  boolean exists() {
    return outcome == Outcome.ACCEPTED || !handed.isEmpty() || storedBy != 0;
  }

  /** Whether it is for this device: all of the recipient, and the others of the sender. */
  boolean isFor(Device device) {
    return stream.conversation.has(device.user())
        && (!device.equals(stream.sender) || stream.conversation.isNotes());
  }

  /** Whether this device gets it since another one of its user wrote it. */
  boolean isCopyFor(Device device) {
    return device.user() == stream.sender.user() && !stream.conversation.isNotes();
  }

  /** Whether another device of that user has it, with no entry up to this one. */
  boolean wasHandedToSiblingsAfter(Reader reader, long entry) {
    return anySibling(reader) != null && !wasHandedToSiblingsUpTo(reader, entry);
  }

  /** Whether another device of that user has it as an entry up to this one. */
  boolean wasHandedToSiblingsUpTo(Reader reader, long entry) {
    return handed.stream()
        .anyMatch(each -> isSibling(each, reader) && Long.compareUnsigned(each.entry, entry) <= 0);
  }

  @Nullable Handed anySibling(Reader reader) {
    for (Handed each : handed) {
      if (isSibling(each, reader)) {
        return each;
      }
    }
    return null;
  }

  private static boolean isSibling(Handed each, Reader reader) {
    return each.reader != reader && each.reader.device.user() == reader.device.user();
  }

  @Override
  public String toString() {
    return "send %d of %s in %s".formatted(sequence, stream.sender, stream.conversation);
  }
}
