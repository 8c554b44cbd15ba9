package io.breakwater.loadtest.surge.fleet.phone;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one device knows of its conversation with another user. Confined to its outbox. */
final class Conversation {
  /** A message without a final answer. */
  static final class Open {
    final long clientId;
    final long intendedNanos;
    final int bytes;

    /** Of the server's clock; 0 before the first transmission. */
    long firstTriedMs;

    /** When it goes again if it is not answered. */
    long deadline;

    /** Transmissions on this connection that may still be answered. */
    int owed;

    int timeouts;
    boolean isInFlight;

    Open(long clientId, long intendedNanos, int bytes) {
      this.clientId = clientId;
      this.intendedNanos = intendedNanos;
      this.bytes = bytes;
    }
  }

  private static final int ID_BYTES = 16;

  final Who peer;
  final ByteString user;

  /** In the order of client ids. */
  final List<Open> open = new ArrayList<>(2);

  long lastClientId;

  /** The client id that is next to be transmitted, or one below it. */
  long sendFrom;

  long pausedUntil;

  /** How often in a row the server asked for earlier messages. */
  int goBacks;

  /** One message at a time, until one is accepted. */
  boolean isTrying;

  boolean isInLine;

  /** Of the peer's devices; it has one, or few. */
  private final List<Seen> seen = new ArrayList<>(1);

  /** The highest message id that was seen. */
  private long highestHigh;

  private long highestLow;

  Conversation(Who peer, ByteString user) {
    this.peer = peer;
    this.user = user;
  }

  /** Where a client id stands, or would. */
  int place(long clientId) {
    int low = 0;
    int high = open.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (open.get(middle).clientId < clientId) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Nullable Open find(long clientId) {
    int place = place(clientId);
    return place < open.size() && open.get(place).clientId == clientId ? open.get(place) : null;
  }

  /** A message of the peer arrived. */
  Seen.Sight saw(int device, long clientId, ByteString messageId) {
    saw(messageId);
    long high = 0;
    long low = 0;
    if (messageId.size() == ID_BYTES) {
      ByteBuffer id = messageId.asReadOnlyByteBuffer();
      high = id.getLong();
      low = id.getLong();
    }
    return seenOf(device).saw(clientId, high, low);
  }

  private Seen seenOf(int device) {
    for (Seen each : seen) {
      if (each.device == device) {
        return each;
      }
    }
    Seen first = new Seen(device);
    seen.add(first);
    return first;
  }

  /** A message id of this conversation came by. */
  void saw(ByteString messageId) {
    if (messageId.size() != ID_BYTES) {
      return;
    }
    ByteBuffer id = messageId.asReadOnlyByteBuffer();
    long high = id.getLong();
    long low = id.getLong();
    int order = Long.compareUnsigned(high, highestHigh);
    if (order > 0 || (order == 0 && Long.compareUnsigned(low, highestLow) > 0)) {
      highestHigh = high;
      highestLow = low;
    }
  }

  /** The highest message id; empty if none was seen. */
  ByteString after() {
    return highestHigh == 0 && highestLow == 0
        ? ByteString.EMPTY
        : ByteString.copyFrom(
            ByteBuffer.allocate(ID_BYTES).putLong(highestHigh).putLong(highestLow).flip());
  }
}
