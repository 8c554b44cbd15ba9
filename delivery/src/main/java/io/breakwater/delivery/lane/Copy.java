package io.breakwater.delivery.lane;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.Origin;
import io.breakwater.common.id.UserId;

/**
 * A message on its way to its sender's other devices. Most senders have none, so the message itself
 * is parsed where one has.
 *
 * @param recipient whose home asks
 * @param entryId of the message in the recipient's mailbox: the key of the answer
 * @param after client id of the preceding message, if its copy is not answered yet; 0 if none is:
 *     copies of a stream are taken in order, since a reader drops what comes far too late
 * @param entry bytes of the client.v1.Entry in the recipient's mailbox
 */
public record Copy(
    Origin origin,
    MessageId message,
    UserId recipient,
    long entryId,
    long after,
    ByteString entry) {
  /** Whose other devices it goes to. */
  public UserId sender() {
    return origin.sender();
  }

  /** The one that has it. */
  DeviceId device() {
    return origin.device();
  }
}
