package io.breakwater.delivery.trunk;

import io.breakwater.common.secret.CredentialMint;
import io.breakwater.delivery.lane.Lane;
import io.breakwater.proto.trunk.GatewayFrame;

/** Hands frames of a gateway to a lane as a trunk does, without a trunk. */
public final class TrunkInput {
  private TrunkInput() {}

  /** Whether the frame was one; if not, the trunk drops it. */
  public static boolean hand(Lane lane, long trunk, CredentialMint mint, GatewayFrame frame) {
    try {
      TrunkStream.dispatch(lane, trunk, 0, mint, frame);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
