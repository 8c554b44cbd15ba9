package io.breakwater.gateway.trunk;

import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.GatewayFrame;

/** Told what a trunk does; called on the trunk's event loop. */
public interface TrunkListener {
  /** The delivery node has said hello: the trunk takes frames now. */
  void trunkOpened(Trunk trunk);

  /** Everything in flight is lost; the trunk opens again by itself. */
  void trunkLost(Trunk trunk);

  /** An attempt did not open it, or it was lost; {@code why} names the node. */
  void trunkFailed(Trunk trunk, String why);

  /** This frame was taken, but never sent: the trunk was lost first. Called after the loss. */
  void notForwarded(GatewayFrame frame);

  /** A frame for one of this loop's connections. */
  void fromHome(DeliveryFrame frame);
}
