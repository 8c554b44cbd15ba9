package io.breakwater.delivery.sabotage;

import com.google.protobuf.ByteString;
import io.breakwater.delivery.lane.LaneEffects;
import io.breakwater.proto.client.Deliver;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.trunk.DeliveryFrame;

/** Sends one frame in a hundred to the device that was sent one of another conversation before. */
final class Leak implements Misdelivery.Carrier {
  private static final int ONE_IN = 100;

  private final LaneEffects real;
  private long frames;
  private long trunk;
  private long connection;
  private ByteString conversation = ByteString.EMPTY;

  Leak(LaneEffects real) {
    this.real = real;
  }

  @Override
  public void carry(long to, DeliveryFrame frame, Deliver entries) {
    real.toTrunk(to, frame);
    Message first = entries.getEntries(0).getMessage();
    if (first.getConversation().equals(conversation)) {
      return;
    }
    frames++;
    if (frames % ONE_IN == 0) {
      real.toTrunk(trunk, frame.toBuilder().setConnection(connection).build());
    }
    trunk = to;
    connection = frame.getConnection();
    conversation = first.getConversation();
  }
}
