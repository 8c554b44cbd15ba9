package io.breakwater.delivery.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Many seeds; not part of a build, since its name does not end in Test.
 *
 * <pre>
 *   mvn -pl delivery -am verify -Dtest=SimulationCampaign -Dsim.seeds=10000 \
 *       -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 *
 * {@code -Dsim.from} is the first seed (1), {@code -Dsim.threads} how many run at once (as many as
 * there are processors). To see all that one seed does: {@code -Dsim.from=SEED -Dsim.seeds=1
 * -Dsim.trace=true}.
 */
class SimulationCampaign {
  @Test
  void promises_are_kept_whatever_breaks() {
    long from = Long.getLong("sim.from", 1);
    long count = Long.getLong("sim.seeds", 1_000);
    int threads = Integer.getInteger("sim.threads", Runtime.getRuntime().availableProcessors());
    long startNs = System.nanoTime();

    Seeds seeds = Seeds.run(from, count, threads);

    double seconds = (System.nanoTime() - startNs) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%d seeds from %d, %d messages, %.0f s, %.1f seeds/s, %d failed%n",
        count,
        from,
        seeds.messages(),
        seconds,
        count / seconds,
        seeds.failures().size());
    for (Sometimes what : Sometimes.values()) {
      System.out.printf("  %-28s %d%n", what, seeds.counters().getOrDefault(what, 0L));
    }
    assertThat(seeds.failures()).isEmpty();
  }
}
