package io.breakwater.delivery.sabotage;

import com.google.protobuf.InvalidProtocolBufferException;
import io.breakwater.delivery.lane.LaneEffects;
import io.breakwater.proto.client.Deliver;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.DeliveryFrame;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;

/** Effects of a lane that passes all on but entries on their way to a device. */
final class Misdelivery {
  private static final Method TO_TRUNK = toTrunk();

  /** Sends frames with entries, or does not. On the lane's thread. */
  interface Carrier {
    /**
     * Entries for the device at a connection.
     *
     * @param entries what {@code frame} holds
     */
    void carry(long trunk, DeliveryFrame frame, Deliver entries);
  }

  private Misdelivery() {}

  static LaneEffects of(LaneEffects real, Carrier carrier) {
    return (LaneEffects)
        Proxy.newProxyInstance(
            LaneEffects.class.getClassLoader(),
            new Class<?>[] {LaneEffects.class},
            (_, method, arguments) -> {
              if (method.equals(TO_TRUNK)) {
                DeliveryFrame frame = (DeliveryFrame) arguments[1];
                Optional<Deliver> entries = entries(frame);
                if (entries.isPresent()) {
                  carrier.carry((long) arguments[0], frame, entries.get());
                  return null;
                }
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Optional<Deliver> entries(DeliveryFrame frame) {
    try {
      ServerFrame inner = ServerFrame.parseFrom(frame.getRelay());
      return inner.hasDeliver() ? Optional.of(inner.getDeliver()) : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a lane sends what a client can read", e);
    }
  }

  private static Method toTrunk() {
    try {
      return LaneEffects.class.getMethod("toTrunk", long.class, DeliveryFrame.class);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("lanes send frames in another way", e);
    }
  }
}
