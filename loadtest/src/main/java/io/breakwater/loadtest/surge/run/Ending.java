package io.breakwater.loadtest.surge.run;

import io.breakwater.loadtest.surge.figures.ServerSamples;
import io.breakwater.loadtest.surge.report.result.Trouble;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The end of a run, in the order on which its figures and its ledger rely. What servers used is
 * read before anybody is asked whether all is there, since asking makes them work. Quotas are
 * lifted before that, too: a tier at its limit would not answer all who ask it in time, and the
 * ledger would not know where their messages are.
 */
final class Ending {
  private Ending() {}

  /** Whose work it is. */
  interface Work {
    /** Waits until nothing is under way any more. */
    void awaitQuiet();

    /** What the servers used until now. */
    ServerSamples samples();

    /** In which share of the periods until now servers had used up their quotas, by their names. */
    Map<String, Double> throttled();

    /** No server is held to a share from now on. */
    void liftQuotas();

    /** Asks everybody whether all is there; what makes the run void, as generators saw it. */
    List<Trouble> finish();

    /** What makes the run void, as it was seen here until now. */
    List<Trouble> troubles();
  }

  /**
   * What is left of a run beside its facts.
   *
   * @param atNanos when it was over
   */
  record Ended(long atNanos, ServerSamples samples, List<Trouble> troubles) {}

  static Ended of(Work work, LongSupplier clock) {
    work.awaitQuiet();
    long atNanos = clock.getAsLong();
    ServerSamples samples = work.samples().with(work.throttled());
    work.liftQuotas();
    List<Trouble> troubles = new ArrayList<>(work.finish());
    troubles.addAll(0, work.troubles());
    return new Ended(atNanos, samples, troubles);
  }
}
