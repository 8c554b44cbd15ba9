package io.breakwater.gateway.balance;

import com.google.protobuf.ByteString;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * The sessions of a gateway, of all event loops together: those that are attached and were not told
 * to go; and how many gateways there are. Any thread; nobody waits.
 */
public final class Population {
  private static final int PROCESS_BYTES = 16;

  private final ByteString process;
  private final BooleanSupplier isReady;
  private final AtomicLong sessions = new AtomicLong();
  private volatile int gateways;

  /**
   * @param random names this process among all gateways
   * @param isReady whether the gateway should be sent clients
   */
  public Population(RandomGenerator random, BooleanSupplier isReady) {
    byte[] bytes = new byte[PROCESS_BYTES];
    random.nextBytes(bytes);
    this.process = ByteString.copyFrom(bytes);
    this.isReady = isReady;
  }

  /** Names this process. */
  public ByteString process() {
    return process;
  }

  /** Whether it counts: others may send it clients. */
  public boolean isReady() {
    return isReady.getAsBoolean();
  }

  /** So many more; may be negative. */
  public void changed(int more) {
    sessions.addAndGet(more);
  }

  /** A delivery node says how many gateways are ready. */
  public void heard(long ready) {
    gateways = Math.clamp(ready, 0, Integer.MAX_VALUE);
  }

  /** How many gateways are ready, as was heard last; 0: nothing was. */
  public int gateways() {
    return gateways;
  }

  /** How many sessions there are. */
  public long sessions() {
    return sessions.get();
  }
}
