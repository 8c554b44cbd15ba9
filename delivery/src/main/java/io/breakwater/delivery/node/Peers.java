package io.breakwater.delivery.node;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.proto.journal.Record;
import io.breakwater.proto.relay.RelayFrame;
import io.breakwater.proto.trunk.SendFrom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The way to the other delivery nodes. Any thread; nothing here waits. */
public interface Peers {
  /** What is known of another node. */
  enum Contact {
    /** It has answered within the last seconds. */
    ANSWERS,
    /** Nobody listens where it did, or another process does. */
    GONE,
    /** Neither; nobody knows. */
    SILENT
  }

  /**
   * A message that a gateway brought to the wrong node.
   *
   * @param trunk by which it came
   * @param connection that waits for the answer
   */
  record Misdirected(long trunk, long connection, UserId to, SendFrom from) {}

  /**
   * Keeps a relay to each of these and to nobody else.
   *
   * @param others their addresses, {@code host:port}
   */
  void keep(Map<IncarnationId, String> others);

  /** What is known of it; {@link Contact#SILENT} if no relay to it is kept. */
  Contact contact(IncarnationId other);

  /** Sends what nobody answers, in this order; lost if there is no relay. */
  void tell(IncarnationId other, List<RelayFrame> frames);

  /**
   * Hands entries to their home.
   *
   * @param records in entry order, below 1 MiB
   * @return true when all of them are published there, false if it refuses them; fails if that is
   *     unknown
   */
  CompletionStage<Boolean> resubmit(
      IncarnationId home, long view, IncarnationId owner, List<Record> records);

  /**
   * Passes a message on.
   *
   * @return bytes of the ServerFrame for its sender; fails if what became of it is unknown
   */
  CompletionStage<ByteString> forward(IncarnationId home, long view, UserId to, SendFrom from);
}
