package io.breakwater.gateway.connection;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.gateway.line.Ticket;
import io.breakwater.gateway.line.Work;
import io.breakwater.gateway.rate.Limit;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.GatewayFrame;

/** What is to be done about an input, in this order. */
public sealed interface Output {
  /** Write a frame to the client. */
  record ToClient(ServerFrame frame) implements Output {}

  /**
   * Put a frame to the trunk of this user's home; if it does not take it, say so to the machine.
   */
  record ToHome(UserId user, GatewayFrame frame) implements Output {}

  /** Put a frame to the trunk of this node, home or not, if it is open. */
  record ToNode(IncarnationId node, GatewayFrame frame) implements Output {}

  /**
   * Put a frame to any open trunk, and say to the machine to which, or that there is none that
   * takes it.
   */
  record ToAny(GatewayFrame frame) implements Output {}

  /**
   * Count an attach that the home has not answered when its connection is forgotten: if it is still
   * carried out, the session lives until a newer one displaces it or the trunk is lost.
   */
  record Unanswered() implements Output {}

  /** Count a connection that is closed since its home could not be reached for too long. */
  record Unreached() implements Output {}

  /**
   * Tell a connection that its place in line is gone, since the room is full of those before it; or
   * that it has worked for one for too long, since others begin.
   */
  record GiveWay(long connection) implements Output {}

  /** Count a sign-up for which the waiting room had no place. */
  record RoomFull() implements Output {}

  /** Count a sign-up that a node sent back, and that returns to its place. */
  record SentBack() implements Output {}

  /** Count how long a sign-up waited in line until a node took it. */
  record Waited(long ms) implements Output {}

  /** Count a ticket that kept no place. */
  record TicketRefused(Ticket.Fault fault) implements Output {}

  /** Count a sign-up that is asked for work. */
  record WorkDemanded() implements Output {}

  /** Count work that is done. */
  record WorkDone() implements Output {}

  /** Count work that is not. */
  record WorkRefused(Work.Fault fault) implements Output {}

  /** Count something that came too fast. */
  record Exceeded(Limit limit) implements Output {}

  /** Close the socket once what was written is on its way. */
  record Close() implements Output {}
}
