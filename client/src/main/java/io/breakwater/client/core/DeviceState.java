package io.breakwater.client.core;

import java.util.List;

/**
 * Everything that a device has persisted: what {@link DeviceMachine} starts from.
 *
 * @param outbox in any order
 */
public record DeviceState(
    Position cursor,
    List<OutgoingMessage> outbox,
    List<ConversationState> conversations,
    List<Seen> seen) {
  /** A device that has stored nothing. */
  public static final DeviceState EMPTY =
      new DeviceState(Position.START, List.of(), List.of(), List.of());

  /** A device whose mailbox begins here, as a freshly linked one. */
  public static DeviceState startingAt(Position cursor) {
    return new DeviceState(cursor, List.of(), List.of(), List.of());
  }
}
