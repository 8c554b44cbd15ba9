package io.breakwater.gateway.connection;

import com.google.protobuf.ByteString;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.gateway.line.Waiting;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.GatewayFrame;
import java.nio.ByteBuffer;

/** What can happen to a connection. */
public sealed interface Input {
  /**
   * A complete frame came from the client.
   *
   * @param bytes that it had on the wire, which may be more than what is known of it
   */
  record Received(ClientFrame frame, int bytes) implements Input {
    /**
     * Drops what it does not know: no limit is for that, neither what is kept of a frame nor what
     * homes get.
     */
    private static final Parser<ClientFrame> KNOWN_FIELDS =
        DiscardUnknownFieldsParser.wrap(ClientFrame.parser());
  }

  /** What the bytes of a frame are: {@link Received}, or {@link Unreadable}. */
  static Input of(ByteBuffer body) {
    int bytes = body.remaining();
    try {
      return new Received(Received.KNOWN_FIELDS.parseFrom(body), bytes);
    } catch (InvalidProtocolBufferException e) {
      return new Unreadable("frame: " + bytes + " bytes that are no ClientFrame");
    }
  }

  /**
   * What a node has for the client is the answer to its sign-up.
   *
   * @throws IllegalArgumentException if it is no frame: delivery nodes send none such
   */
  static SignUpAnswered answer(ByteString relay) {
    try {
      return new SignUpAnswered(ServerFrame.parseFrom(relay));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "relay: " + relay.size() + " bytes that are no ServerFrame", e);
    }
  }

  /** Bytes came from the client that are no frame; {@code detail} names value and expectation. */
  record Unreadable(String detail) implements Input {}

  /** The client is to make room for others. */
  record CrowdedOut() implements Input {}

  /** The gateway has no room to keep so many bytes of a frame whose end has not come. */
  record Crowded(int bytes) implements Input {}

  /** Something came from the client that is no frame, and is allowed: a part of one, or a ping. */
  record Sign() implements Input {}

  /** A node has attached the session. */
  record Attached(IncarnationId node, io.breakwater.proto.trunk.Attached answer) implements Input {}

  /** A node has not attached the session. */
  record AttachRefused(IncarnationId node, io.breakwater.proto.trunk.AttachRefused answer)
      implements Input {}

  /** A node has ended a session, perhaps an earlier one, perhaps one that has moved away. */
  record Ended(IncarnationId node, io.breakwater.proto.trunk.Ended end) implements Input {}

  /** A frame that this machine put out went nowhere: its trunk is down or full. */
  record NotForwarded(GatewayFrame frame) implements Input {}

  /** A frame that the trunk to this node had taken has waited there too long, and goes nowhere. */
  record Shed(IncarnationId node, GatewayFrame frame) implements Input {}

  /** A frame that this machine put out for any node is on its way to this one. */
  record Taken(IncarnationId node, GatewayFrame frame) implements Input {}

  /** A node has answered a sign-up, perhaps an earlier one. */
  record SignUpAnswered(ServerFrame answer) implements Input {
    /** Whether it is none for the client: the node asks for time, and the place is kept. */
    public boolean isSentBack() {
      Error error = answer.getError();
      return answer.hasError()
          && error.getRequest() == 0
          && (error.getReason() == Reason.OVERLOADED || error.getReason() == Reason.UNAVAILABLE);
    }
  }

  /** It is first in line, and a trunk would take its sign-up. */
  record Turn() implements Input {}

  /** It is in line, and is to be told its place again. */
  record PlaceDue() implements Input {}

  /**
   * The waiting room is full, and somebody who came earlier has its place; or it is at work for
   * longest, and others begin.
   */
  record GaveWay() implements Input {}

  /** Another connection has come with its sign-up, and has the place that it had. */
  record PlaceTaken(Waiting place) implements Input {}

  /** A newer view is known: the home may be another node. */
  record ViewChanged() implements Input {}

  /** There is an open trunk to a node, and it is this connection's turn to use it. */
  record TrunkOpened(IncarnationId node) implements Input {}

  /** The trunk to a node is lost, with everything in flight on it. */
  record TrunkLost(IncarnationId node) implements Input {}

  /**
   * Time has passed.
   *
   * @param frameStartedAtMs when the frame began that is still incomplete, or {@link #NO_FRAME}
   */
  record Swept(long frameStartedAtMs) implements Input {
    /** No frame has begun. */
    public static final long NO_FRAME = Long.MIN_VALUE;
  }

  /** The gateway will close soon: the client should be back, elsewhere, after so long. */
  record Draining(int returnAfterMs) implements Input {}

  /** The gateway closes now. */
  record Drained() implements Input {}

  /** The socket is closed, whoever closed it. */
  record SocketClosed() implements Input {}
}
