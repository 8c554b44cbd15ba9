package io.breakwater.delivery.node;

import io.breakwater.proto.trunk.DeliveryBatch;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
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

    /** Bytes that wait for the gateway to read. */
    long queuedBytes();
  }

  /** While more waits on a trunk, its sessions are not fed. */
  private static final long FEED_BELOW_BYTES = 8L << 20;

  private static final Logger log = LoggerFactory.getLogger(TrunkRegistry.class);

  /** Trunks of gateways by numbers above 0, relays of delivery nodes by numbers below. */
  private final ConcurrentMap<Long, Outlet> open = new ConcurrentHashMap<>();

  private final AtomicInteger gateways = new AtomicInteger();
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicLong cuts = new AtomicLong();

  /** Numbers a trunk, never the same twice. */
  public long add(Outlet outlet) {
    long number = numbers.incrementAndGet();
    open.put(number, outlet);
    gateways.incrementAndGet();
    return number;
  }

  /** The same for a relay, by which another node passes messages on: its answers go there. */
  public long addRelay(Outlet outlet) {
    long number = -numbers.incrementAndGet();
    open.put(number, outlet);
    return number;
  }

  /** A trunk or a relay is gone. */
  public void remove(long number) {
    if (open.remove(number) != null && number > 0) {
      gateways.decrementAndGet();
    }
  }

  /** How many of gateways are open. */
  public int size() {
    return gateways.get();
  }

  /** Sends to every gateway, on each of its trunks. */
  void tellGateways(DeliveryBatch batch) {
    open.keySet().stream().filter(number -> number > 0).forEach(number -> send(number, batch));
  }

  /** Bytes that wait for gateways to read, on all trunks. */
  long queuedBytes() {
    return open.values().stream().mapToLong(Outlet::queuedBytes).sum();
  }

  /** Whether deliveries may be sent down this trunk now. */
  boolean hasRoom(long number) {
    Outlet outlet = open.get(number);
    return outlet == null || outlet.queuedBytes() < FEED_BELOW_BYTES;
  }

  /** A gateway did not read, and its trunk is cut. */
  public void cut() {
    cuts.incrementAndGet();
  }

  /** How many were cut. */
  long cuts() {
    return cuts.get();
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
