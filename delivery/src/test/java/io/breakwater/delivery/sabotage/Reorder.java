package io.breakwater.delivery.sabotage;

import io.breakwater.delivery.lane.LaneEffects;
import io.breakwater.proto.client.Deliver;
import io.breakwater.proto.trunk.DeliveryFrame;
import java.util.Optional;

/** Holds one frame in a hundred back until the next one for its device was sent. */
final class Reorder implements Misdelivery.Carrier {
  private static final int ONE_IN = 100;

  private record Held(long trunk, DeliveryFrame frame) {
    boolean isFor(long to, DeliveryFrame next) {
      return trunk == to && frame.getConnection() == next.getConnection();
    }
  }

  private final LaneEffects real;
  private long frames;
  private Optional<Held> held = Optional.empty();

  Reorder(LaneEffects real) {
    this.real = real;
  }

  @Override
  public void carry(long trunk, DeliveryFrame frame, Deliver entries) {
    frames++;
    if (held.isEmpty() && frames % ONE_IN == 0) {
      held = Optional.of(new Held(trunk, frame));
      return;
    }
    real.toTrunk(trunk, frame);
    if (held.isPresent() && held.get().isFor(trunk, frame)) {
      real.toTrunk(trunk, held.get().frame);
      held = Optional.empty();
    }
  }
}
