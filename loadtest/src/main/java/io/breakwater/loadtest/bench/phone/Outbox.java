package io.breakwater.loadtest.bench.phone;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.Send;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One conversation of one device, by the rules of docs/protocol.md section 6. Pure; confined to its
 * phone.
 */
final class Outbox {
  /** A message without a final answer. */
  private static final class Open {
    final long clientId;
    final long firstTriedMs;
    final Message message;
    int transmissions;
    int answers;

    Open(long clientId, long firstTriedMs, Message message) {
      this.clientId = clientId;
      this.firstTriedMs = firstTriedMs;
      this.message = message;
    }
  }

  private final ByteString to;
  private final int payloadBytes;

  /** In the order of client ids. */
  private final ArrayDeque<Open> open = new ArrayDeque<>();

  private long lastClientId;
  private ByteString after = ByteString.EMPTY;

  Outbox(ByteString to, int payloadBytes) {
    this.to = to;
    this.payloadBytes = payloadBytes;
  }

  ByteString to() {
    return to;
  }

  /**
   * Takes a new message.
   *
   * @return its client id
   */
  long add(Message message, long serverTimeMs) {
    open.add(new Open(++lastClientId, serverTimeMs, message));
    return lastClientId;
  }

  /** Transmits everything open from a client id on, in order. */
  List<Send> transmit(long from) {
    List<Send> sends = new ArrayList<>(1);
    long previous = 0;
    for (Open one : open) {
      if (one.clientId >= from) {
        sends.add(transmission(one, previous));
      }
      previous = one.clientId;
    }
    return sends;
  }

  private Send transmission(Open one, long previous) {
    one.transmissions++;
    return Send.newBuilder()
        .setClientId(one.clientId)
        .setPrev(previous)
        .setAfter(after)
        .setFirstTriedMs(one.firstTriedMs)
        .setRetry(one.transmissions > 1)
        .setTo(to)
        .setPayload(one.message.payload(payloadBytes))
        .build();
  }

  /** The message was accepted under this id; null if it had its final answer before. */
  @Nullable Message accepted(long clientId, ByteString messageId) {
    if (ByteString.unsignedLexicographicalComparator().compare(messageId, after) > 0) {
      after = messageId;
    }
    return remove(clientId);
  }

  /** The message will never be accepted; null if it had its final answer before. */
  @Nullable Message remove(long clientId) {
    for (Iterator<Open> all = open.iterator(); all.hasNext(); ) {
      Open one = all.next();
      if (one.clientId == clientId) {
        all.remove();
        return one.message;
      }
    }
    return null;
  }

  /**
   * Notes an answer that is not final.
   *
   * @return whether it answers the last transmission, and so is to be obeyed
   */
  boolean obeys(long clientId) {
    for (Open one : open) {
      if (one.clientId == clientId) {
        return ++one.answers >= one.transmissions;
      }
    }
    return false;
  }

  boolean isEmpty() {
    return open.isEmpty();
  }
}
