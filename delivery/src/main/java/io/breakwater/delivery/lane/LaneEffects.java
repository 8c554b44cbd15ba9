package io.breakwater.delivery.lane;

import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.proto.journal.Record;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.SendFrom;
import io.breakwater.storage.AccountStore.Device;
import io.breakwater.storage.HistoryStore.HistoryRow;
import io.breakwater.storage.MailboxStore.MailboxRow;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a lane wants done. Called on the lane's thread; nothing here may wait or call back into the
 * lane before it returns. Every numbered request is answered once, by the input of {@link Lane}
 * that carries its number.
 */
public interface LaneEffects {
  /** Write a block; answer {@link Lane#blockWritten} or {@link Lane#blockFailed}. */
  void appendBlock(long seq, long timestampUs, ByteBuffer block);

  /**
   * Write rows of one mailbox partition; answer {@link Lane#rowsWritten} or {@link
   * Lane#rowsFailed}.
   */
  void writeMailbox(long batch, List<MailboxRow> rows);

  /**
   * Write rows of one history partition; answer {@link Lane#rowsWritten} or {@link
   * Lane#rowsFailed}.
   */
  void writeHistory(long batch, List<HistoryRow> rows);

  /** Answer {@link Lane#mailboxRead} or {@link Lane#requestFailed}. */
  void readMailbox(long ticket, UserId user, long afterEntryId, long sinceMs, int limit);

  /** Answer {@link Lane#originsRead} or {@link Lane#requestFailed}. */
  void readOrigins(
      long ticket,
      ConversationId conversation,
      UserId sender,
      DeviceId device,
      long fromClientId,
      long sinceMs,
      int limit);

  /** Answer {@link Lane#devicesRead} or {@link Lane#requestFailed}. */
  void readDevices(long ticket, UserId user);

  /** Answer {@link Lane#deviceWritten} or {@link Lane#requestFailed}. */
  void addDevice(long ticket, UserId user, Device device);

  /** Answer {@link Lane#deviceWritten} or {@link Lane#requestFailed}. */
  void revokeDevice(long ticket, UserId user, DeviceId device);

  /** Send a frame down a trunk; dropped if the trunk is gone. */
  void toTrunk(long trunk, DeliveryFrame frame);

  /**
   * Whether a trunk takes deliveries now. Sessions of one that does not are fed later, at a tick;
   * answers are sent all the same.
   */
  boolean hasRoom(long trunk);

  /** Hand a copy to the home of its sender; answered by {@link Lane#copied}, or asked again. */
  void toSenderHome(Copy copy);

  /** Tell the home of the recipient that the copy of its entry is taken care of. */
  void copyTaken(UserId recipient, long entryId);

  /**
   * Hand entries to their home, in this order; answer {@link Lane#handedOff} when all are published
   * there, or {@link Lane#handOffFailed}.
   *
   * @param view by which that node is their home
   */
  void handOff(long ticket, IncarnationId home, long view, List<Record> records);

  /** This lane speaks for nothing any more that it has lost by this view. */
  void released(long view);

  /** Pass a message on to its home: this lane is not it, or not any more. */
  void forward(long trunk, long connection, UserId to, SendFrom from);

  /** Make ids up to this value durable as issued; answer {@link Lane#ceilingRaised}. */
  void raiseCeiling(long atLeast);

  /**
   * Every block below this is settled; answer {@link Lane#checkpointWritten} when that is durable.
   */
  void checkpoint(long seq);

  /** Delete a slice of this lane's journal. Nothing is lost if it is never done. */
  void dropSlice(long slice);

  /** Everything of this resubmission is published here. */
  void resubmitted(long ticket);

  /** Nothing of this resubmission was taken over: another node is the home of a part of it. */
  void resubmissionRefused(long ticket);

  /**
   * Count how long a gateway's message has waited, from its arrival at this node until it was
   * published.
   */
  default void sendWaited(long ms) {}

  /**
   * Count a gateway's message that was refused after it waited so long, since storage does not
   * answer or the lane's tail is full.
   */
  default void sendTurnedAway(long ms) {}

  /** Count an attach that was refused since storage does not answer. */
  default void attachTurnedAway() {}
}
