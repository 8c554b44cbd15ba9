package io.breakwater.delivery.lane;

import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.UserId;
import io.breakwater.proto.client.Message;

/**
 * A message on its way to its sender's other devices.
 *
 * @param recipient whose home asks
 * @param entryId of the message in the recipient's mailbox: the key of the answer
 * @param after client id of the preceding message, if its copy is not answered yet; 0 if none is:
 *     copies of a stream are taken in order, since a reader drops what comes far too late
 */
public record Copy(
    UserId sender,
    DeviceId device,
    UserId recipient,
    long entryId,
    long timeMs,
    long after,
    Message message) {}
