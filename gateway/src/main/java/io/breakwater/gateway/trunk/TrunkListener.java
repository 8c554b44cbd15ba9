package io.breakwater.gateway.trunk;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.GatewayFrame;
import io.breakwater.proto.trunk.Tier;

/** Told what the trunks of an event loop do; called on it. */
public interface TrunkListener {
  /** A newer view is known: homes may have moved. */
  void viewChanged();

  /** There is an open trunk to this node: it takes frames now. */
  void trunkOpened(IncarnationId node);

  /** There is none any more, and everything in flight on it is lost. */
  void trunkLost(IncarnationId node);

  /** There is none any more, and nothing was in flight on it: its node is no member. */
  void trunkClosed(IncarnationId node);

  /**
   * This frame was taken, but never sent. Either the trunk was lost first: then it is called after
   * the loss, and not for an attach or a sign-up, of which the loss itself tells. Or it has waited
   * for credit too long.
   */
  void notForwarded(GatewayFrame frame);

  /** A frame that the trunk to this node had taken waited for credit too long, and was not sent. */
  void shed(IncarnationId node, GatewayFrame frame);

  /** A sign-up is taken again: there was no credit for one, and now there is. */
  void credited();

  /** A node says what all gateways have. */
  void tier(IncarnationId node, Tier tier);

  /** Whether whoever signs up is to stand in line first, also while sign-ups are taken. */
  void signUpsWait(boolean now);

  /** A frame for one of this loop's connections. */
  void fromNode(IncarnationId node, DeliveryFrame frame);
}
