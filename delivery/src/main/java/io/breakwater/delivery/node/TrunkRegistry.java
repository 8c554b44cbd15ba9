package io.breakwater.delivery.node;

import io.breakwater.proto.trunk.DeliveryBatch;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open trunks by number. Any thread. */
public final class TrunkRegistry {
  /** One trunk's way to its gateway. */
  public interface Outlet {
    /**
     * Sends a batch, in the order of the calls of one thread. Never waits; drops if the trunk is
     * gone.
     */
    void send(DeliveryBatch batch);
  }

  private static final Logger log = LoggerFactory.getLogger(TrunkRegistry.class);

  private final ConcurrentMap<Long, Outlet> open = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();

  /** Numbers a trunk, never the same twice. */
  public long add(Outlet outlet) {
    long number = numbers.incrementAndGet();
    open.put(number, outlet);
    return number;
  }

  /** A trunk is gone. */
  public void remove(long number) {
    open.remove(number);
  }

  /** How many are open. */
  public int size() {
    return open.size();
  }

  void send(long number, DeliveryBatch batch) {
    Outlet outlet = open.get(number);
    if (outlet != null) {
      try {
        outlet.send(batch);
      } catch (RuntimeException e) {
        // One trunk's fault must not break a lane; its gateway notices and attaches again.
        log.error("trunk {} cannot be written to", number, e);
      }
    }
  }
}
