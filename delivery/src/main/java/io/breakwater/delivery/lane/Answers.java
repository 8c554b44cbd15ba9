package io.breakwater.delivery.lane;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.UserId;
import io.breakwater.proto.client.Deliver;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ResendFrom;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.Sent;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.Ended;
import java.io.IOException;
import java.util.List;

/** Makes the frames that a lane sends. */
final class Answers {
  private Answers() {}

  static DeliveryFrame relay(long connection, ServerFrame frame) {
    return DeliveryFrame.newBuilder()
        .setConnection(connection)
        .setRelay(frame.toByteString())
        .build();
  }

  static ByteString bytes(UserId user) {
    return UnsafeByteOperations.unsafeWrap(user.bytes());
  }

  static ByteString bytes(MessageId message) {
    return UnsafeByteOperations.unsafeWrap(message.bytes());
  }

  static ServerFrame sent(UserId to, long clientId, MessageId message) {
    return ServerFrame.newBuilder()
        .setSent(
            Sent.newBuilder().setTo(bytes(to)).setClientId(clientId).setMessageId(bytes(message)))
        .build();
  }

  static ServerFrame resendFrom(UserId to, long clientId, long from) {
    return ServerFrame.newBuilder()
        .setResendFrom(ResendFrom.newBuilder().setTo(bytes(to)).setClientId(clientId).setFrom(from))
        .build();
  }

  static ServerFrame refusedForGood(UserId to, long clientId, Reason reason) {
    return refused(to, clientId, reason, 0, true);
  }

  static ServerFrame refusedForNow(UserId to, long clientId, Reason reason, int returnAfterMs) {
    return refused(to, clientId, reason, returnAfterMs, false);
  }

  private static ServerFrame refused(
      UserId to, long clientId, Reason reason, int returnAfterMs, boolean isFinal) {
    return ServerFrame.newBuilder()
        .setSendRefused(
            SendRefused.newBuilder()
                .setTo(bytes(to))
                .setClientId(clientId)
                .setReason(reason)
                .setReturnAfterMs(returnAfterMs)
                .setFinal(isFinal))
        .build();
  }

  static ServerFrame error(int request, Reason reason, String detail, int returnAfterMs) {
    return ServerFrame.newBuilder()
        .setError(
            Error.newBuilder()
                .setRequest(request)
                .setReason(reason)
                .setDetail(detail)
                .setReturnAfterMs(returnAfterMs))
        .build();
  }

  static DeliveryFrame ended(long connection, long generation, Ended.Cause cause) {
    return DeliveryFrame.newBuilder()
        .setConnection(connection)
        .setEnded(Ended.newBuilder().setCause(cause).setGeneration(generation))
        .build();
  }

  /** A relayed Deliver of entries that are encoded already: they are copied, not parsed. */
  static DeliveryFrame deliver(long connection, List<ByteString> entries) {
    int inner = 0;
    for (ByteString entry : entries) {
      inner += CodedOutputStream.computeBytesSize(Deliver.ENTRIES_FIELD_NUMBER, entry);
    }
    int outer =
        CodedOutputStream.computeTagSize(ServerFrame.DELIVER_FIELD_NUMBER)
            + CodedOutputStream.computeUInt32SizeNoTag(inner)
            + inner;
    byte[] frame = new byte[outer];
    CodedOutputStream out = CodedOutputStream.newInstance(frame);
    try {
      out.writeTag(ServerFrame.DELIVER_FIELD_NUMBER, 2);
      out.writeUInt32NoTag(inner);
      for (ByteString entry : entries) {
        out.writeBytes(Deliver.ENTRIES_FIELD_NUMBER, entry);
      }
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new AssertionError("an array of the computed size", e);
    }
    return DeliveryFrame.newBuilder()
        .setConnection(connection)
        .setRelay(UnsafeByteOperations.unsafeWrap(frame))
        .build();
  }
}
