package io.breakwater.delivery.lane;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.Origin;
import io.breakwater.proto.journal.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An unsettled entry of a mailbox, with its obligations. */
final class TailEntry {
  /**
   * Whoever waits for the answer to an attempt.
   *
   * @param arrivedMono when a gateway's message came to this node; {@link #NOT_MEASURED} of others
   */
  record Attempt(long trunk, long connection, long arrivedMono) {
    static final long NOT_MEASURED = Long.MIN_VALUE;

    Attempt(long trunk, long connection) {
      this(trunk, connection, NOT_MEASURED);
    }

    boolean isMeasured() {
      return arrivedMono != NOT_MEASURED;
    }

    /** The same, which begins to wait only then. */
    Attempt since(long mono) {
      return isMeasured() ? new Attempt(trunk, connection, mono) : this;
    }

    boolean isOfSame(Attempt other) {
      return trunk == other.trunk && connection == other.connection;
    }
  }

  /** What a message has beyond an entry. */
  record Identity(Origin origin, MessageId message) {}

  final Mailbox mailbox;
  final long id;
  final long timeMs;
  final Kind kind;

  /** Bytes of a client.v1.Entry; none once it is settled, whoever still holds it. */
  private ByteString bytes;

  private final int size;

  final @Nullable Identity identity;

  /** Answered when published; then empty. */
  private List<Attempt> attempts = List.of();

  /** Whom to tell when this copy is published. */
  @Nullable Copy copyAnswer;

  /** The block in which it is durable, and another one to which it moves. */
  @Nullable Block block;

  @Nullable Block movingTo;
  boolean published;

  /** Durable here, but another node is its mailbox's home. */
  boolean isHeld;

  long publishedAtMono;

  boolean delivered;
  boolean rowWritten;
  boolean history;
  boolean copied;
  long copyAskedAtMono = Long.MIN_VALUE / 2;
  private boolean settled;

  TailEntry(
      Mailbox mailbox,
      long id,
      long timeMs,
      Kind kind,
      ByteString bytes,
      @Nullable Identity identity) {
    this.mailbox = mailbox;
    this.id = id;
    this.timeMs = timeMs;
    this.kind = kind;
    this.bytes = bytes;
    this.size = bytes.size() + 64;
    this.identity = identity;
    boolean leaf = kind != Kind.DIRECT;
    history = leaf;
    copied = leaf;
  }

  /** What it counts for against the byte limits. */
  int size() {
    return size;
  }

  ByteString bytes() {
    return bytes;
  }

  /** Whether it is answered by itself: not if an earlier attempt of the same connection is. */
  boolean await(Attempt attempt) {
    for (Attempt other : attempts) {
      if (other.isOfSame(attempt)) {
        return false;
      }
    }
    if (attempts.isEmpty()) {
      attempts = new ArrayList<>(1);
    }
    attempts.add(attempt);
    return true;
  }

  List<Attempt> attempts() {
    return attempts;
  }

  List<Attempt> takeAttempts() {
    List<Attempt> taken = attempts;
    attempts = List.of();
    return taken;
  }

  boolean obligationsMet() {
    return published && (delivered || rowWritten) && history && copied;
  }

  boolean isSettled() {
    return settled;
  }

  void markSettled() {
    settled = true;
    bytes = ByteString.EMPTY;
    copyAnswer = null;
  }
}
