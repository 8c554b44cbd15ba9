package io.breakwater.gateway.balance;

import com.google.protobuf.ByteString;
import io.breakwater.proto.trunk.Tier;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a gateway, of all event loops together: those that are attached and were not told
 * to go; and what all gateways have. Any thread; nobody waits.
 */
public final class Population {
  private static final int PROCESS_BYTES = 16;

  private record Heard(Tier tier, long atMs) {}

  private final ByteString process;
  private final BooleanSupplier isReady;
  private final DoubleSupplier takes;
  private final AtomicLong sessions = new AtomicLong();
  private final AtomicInteger futile = new AtomicInteger();
  private volatile @Nullable Heard heard;

  /**
   * @param random names this process among all gateways
   * @param isReady whether the gateway should be sent clients
   * @param takes how many it can take in a second
   */
  public Population(RandomGenerator random, BooleanSupplier isReady, DoubleSupplier takes) {
    byte[] bytes = new byte[PROCESS_BYTES];
    random.nextBytes(bytes);
    this.process = ByteString.copyFrom(bytes);
    this.isReady = isReady;
    this.takes = takes;
  }

  /** Names this process. */
  public ByteString process() {
    return process;
  }

  /** Whether it counts: others may send it clients. */
  public boolean isReady() {
    return isReady.getAsBoolean();
  }

  /** How many clients it can take in a second: 1 or more. */
  public int takes() {
    return (int) Math.clamp(takes.getAsDouble(), 1, Integer.MAX_VALUE);
  }

  /** So many more; may be negative. */
  public void changed(int more) {
    sessions.addAndGet(more);
  }

  /** A delivery node says what all gateways have. */
  public void heard(Tier tier, long nowMs) {
    heard = new Heard(tier, nowMs);
  }

  /** What all gateways have, as was heard last, some seconds ago at most. */
  public Optional<Tier> tier(long nowMs) {
    Heard last = heard;
    return last != null && nowMs - last.atMs() <= Rebalancing.STALE_MS
        ? Optional.of(last.tier())
        : Optional.empty();
  }

  /** How many gateways are ready; 0: nothing is known. */
  public int gateways(long nowMs) {
    return tier(nowMs).map(tier -> Math.max(0, tier.getGateways())).orElse(0);
  }

  /** How many sessions there are. */
  public long sessions() {
    return sessions.get();
  }

  /**
   * An event loop has found that nothing comes of asking sessions to go, or that it helps again.
   *
   * @return whether it is the first that finds so, or the last
   */
  public boolean futile(boolean now) {
    return now ? futile.getAndIncrement() == 0 : futile.decrementAndGet() == 0;
  }

  /** How many event loops have found so. */
  public int futile() {
    return futile.get();
  }
}
