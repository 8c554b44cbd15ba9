package io.breakwater.loadtest.surge.fleet.phone;

import io.breakwater.client.ProofOfWork;
import io.breakwater.loadtest.surge.facts.Fact;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What the phones of a process share. Confined to the loop.
 *
 * @param clock nanoseconds; on a machine that of {@link System#nanoTime}
 * @param timers run by whoever runs the loop
 * @param random for backoff and jitter, nothing that makes the load
 * @param facts takes what is seen; must not block
 * @param trouble takes what must not happen: it voids the run
 * @param heartbeatSeconds 10..590
 * @param workers solve what servers ask for
 */
public record World(
    LongSupplier clock,
    Lines lines,
    Timers timers,
    RandomGenerator random,
    Consumer<Fact> facts,
    Consumer<String> trouble,
    Tallies tallies,
    int heartbeatSeconds,
    Workers workers) {
  /** Where phones work for a place in line: not on the loop. */
  public interface Workers {
    /** Solves it some time, or never, and says the nonce on the loop. */
    void solve(ProofOfWork proof, LongConsumer solved);
  }

  /** The same, with somebody else to take the facts. */
  public World telling(Consumer<Fact> other) {
    return new World(
        clock, lines, timers, random, other, trouble, tallies, heartbeatSeconds, workers);
  }

  long now() {
    return clock.getAsLong();
  }

  void tell(Fact fact) {
    facts.accept(fact);
  }
}
