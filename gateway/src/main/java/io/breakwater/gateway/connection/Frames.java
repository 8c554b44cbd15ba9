package io.breakwater.gateway.connection;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.UserId;
import io.breakwater.common.priority.Priority;
import io.breakwater.gateway.rate.Excess;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Displaced;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.GoAway;
import io.breakwater.proto.client.Pong;
import io.breakwater.proto.client.Queued;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Reattached;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.Welcome;
import io.breakwater.proto.client.WorkDemand;
import io.breakwater.proto.trunk.Attached;
import io.breakwater.proto.trunk.GatewayFrame;

/**
 * Builds the frames that the gateway itself writes, and the envelopes of those that it forwards.
 */
final class Frames {
  private Frames() {}

  static ServerFrame welcome(Attached attached) {
    return ServerFrame.newBuilder()
        .setWelcome(
            Welcome.newBuilder()
                .setServerTimeMs(attached.getServerTimeMs())
                .setMailboxHead(attached.getMailboxHead())
                .setMaxPayloadBytes(Wire.MAX_PAYLOAD_BYTES)
                .setWindow(Wire.WINDOW)
                .setRetryForMs(attached.getRetryForMs()))
        .build();
  }

  static ServerFrame reattached(Attached attached) {
    return ServerFrame.newBuilder()
        .setReattached(
            Reattached.newBuilder()
                .setServerTimeMs(attached.getServerTimeMs())
                .setMailboxHead(attached.getMailboxHead()))
        .build();
  }

  /** Answers may be lost though the home is the same: it is not asked for its head. */
  static ServerFrame answersLost(long serverTimeMs) {
    return ServerFrame.newBuilder()
        .setReattached(Reattached.newBuilder().setServerTimeMs(serverTimeMs))
        .build();
  }

  /** An error about the connection as a whole. */
  static ServerFrame error(Reason reason, String detail, int returnAfterMs) {
    return error(reason, detail, returnAfterMs, 0);
  }

  static ServerFrame error(Reason reason, String detail, int returnAfterMs, int request) {
    return ServerFrame.newBuilder()
        .setError(
            Error.newBuilder()
                .setReason(reason)
                .setDetail(detail)
                .setReturnAfterMs(returnAfterMs)
                .setRequest(request))
        .build();
  }

  /** An attempt that may be repeated. */
  static ServerFrame sendDelayed(Send send, Reason reason, int returnAfterMs) {
    return ServerFrame.newBuilder()
        .setSendRefused(refused(send, reason).setReturnAfterMs(returnAfterMs))
        .build();
  }

  /** Too fast: the answer to a frame that names what it asks for. */
  static ServerFrame tooFast(ClientFrame frame, Excess excess, int returnAfterMs) {
    return switch (frame.getBodyCase()) {
      case SEND -> sendDelayed(frame.getSend(), Reason.RATE_LIMITED, returnAfterMs);
      case LOOK_UP -> tooFast(excess, returnAfterMs, frame.getLookUp().getRequest());
      case LINK_DEVICE -> tooFast(excess, returnAfterMs, frame.getLinkDevice().getRequest());
      case REVOKE_DEVICE -> tooFast(excess, returnAfterMs, frame.getRevokeDevice().getRequest());
      case HELLO, SIGN_UP, ACK, SYNC, PING, BODY_NOT_SET -> tooFast(excess, returnAfterMs, 0);
    };
  }

  static ServerFrame tooFast(Excess excess, int returnAfterMs, int request) {
    return error(Reason.RATE_LIMITED, "rate: " + excess.limit(), returnAfterMs, request);
  }

  /** An attempt that cannot be helped. */
  static ServerFrame sendRejected(Send send, Reason reason) {
    return ServerFrame.newBuilder().setSendRefused(refused(send, reason).setFinal(true)).build();
  }

  private static SendRefused.Builder refused(Send send, Reason reason) {
    return SendRefused.newBuilder()
        .setTo(send.getTo())
        .setClientId(send.getClientId())
        .setReason(reason);
  }

  /** A heartbeat's answer when the home cannot be asked. */
  static ServerFrame pongWithoutHead(long serverTimeMs) {
    return ServerFrame.newBuilder()
        .setPong(Pong.newBuilder().setServerTimeMs(serverTimeMs))
        .build();
  }

  static ServerFrame goAway(int returnAfterMs) {
    return ServerFrame.newBuilder()
        .setGoAway(GoAway.newBuilder().setReturnAfterMs(returnAfterMs))
        .build();
  }

  /** A place in line; with a time to return after, the connection is closed then. */
  static ServerFrame queued(long place, long estimateMs, byte[] ticket, int returnAfterMs) {
    return ServerFrame.newBuilder()
        .setQueued(
            Queued.newBuilder()
                .setPlace((int) place)
                .setEstimateMs(estimateMs)
                .setTicket(ByteString.copyFrom(ticket))
                .setReturnAfterMs(returnAfterMs))
        .build();
  }

  /** What is to be done for a place, which is likely to be this one. */
  static ServerFrame workDemanded(long place, long estimateMs, byte[] challenge, int bits) {
    return ServerFrame.newBuilder()
        .setQueued(
            Queued.newBuilder()
                .setPlace((int) place)
                .setEstimateMs(estimateMs)
                .setWork(
                    WorkDemand.newBuilder()
                        .setChallenge(ByteString.copyFrom(challenge))
                        .setBits(bits)))
        .build();
  }

  static ServerFrame displaced() {
    return ServerFrame.newBuilder().setDisplaced(Displaced.getDefaultInstance()).build();
  }

  /** An envelope for the home of a user. */
  static GatewayFrame.Builder forHome(long connection, UserId user, Priority priority) {
    return forAny(connection, priority).setUser(ByteString.copyFrom(user.bytes()));
  }

  /** An envelope that any node handles. */
  static GatewayFrame.Builder forAny(long connection, Priority priority) {
    return GatewayFrame.newBuilder().setConnection(connection).setPriority(priority.number);
  }
}
