package io.breakwater.loadtest.surge.report.result;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was run, where, and how to do it again.
 *
 * @param scenario its name
 * @param facts what is known of the real event
 * @param model what is assumed, in words
 * @param scale every population and rate of the scenario is divided by it
 * @param compress the scenario's clock runs faster by it
 * @param commit of this project, and whether anything was changed since
 * @param command to repeat it, with its seed
 * @param date when the command was given, ISO 8601 in UTC
 * @param prioritised whether the threads of the phones went before the servers; null if that is not
 *     known
 * @param content a digest of what the scenario says, before it was scaled: runs with another one
 *     are of another scenario, whatever its name is; null in a file without it
 * @param impatient share of clients, as it was asked for; NaN: as the scenario says, or a file
 *     without it
 * @param ownProcessor whether generators had a processor of their own; null in a file without it
 * @param times by which the rates of streams were multiplied, by their names; 0: left out; none in
 *     a file without it
 * @param areFaultsLeftOut whether nothing broke that the scenario breaks; false in a file without
 *     it
 * @param warmUpSeconds for which streams ran before the schedule began; 0 in a file without it
 * @param seconds from the first intended arrival to the end of the run
 */
public record Setting(
    String scenario,
    List<Fact> facts,
    String model,
    double scale,
    double compress,
    long seed,
    String commit,
    String command,
    String date,
    double seconds,
    String machine,
    String jdk,
    List<Quota> quotas,
    @Nullable Boolean prioritised,
    @Nullable String content,
    double impatient,
    @Nullable Boolean ownProcessor,
    Map<String, Double> times,
    boolean areFaultsLeftOut,
    int warmUpSeconds) {
  /** Copies the lists and checks the numbers. */
  public Setting {
    facts = List.copyOf(facts);
    quotas = List.copyOf(quotas);
    times = Map.copyOf(times);
    above0("scale", scale);
    above0("compress", compress);
    above0("seconds", seconds);
  }

  /** The same, of which that is known. */
  public Setting with(boolean isPrioritised) {
    return new Setting(
        scenario,
        facts,
        model,
        scale,
        compress,
        seed,
        commit,
        command,
        date,
        seconds,
        machine,
        jdk,
        quotas,
        isPrioritised,
        content,
        impatient,
        ownProcessor,
        times,
        areFaultsLeftOut,
        warmUpSeconds);
  }

  private static void above0(String what, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(what + ": " + value + " (expected: > 0)");
    }
  }

  /**
   * Something that happened.
   *
   * @param source who says so
   */
  public record Fact(String text, String source) {}

  /**
   * CPU that the processes of a tier may use together.
   *
   * @param tier such as {@code gateway}, {@link #ALL_SERVERS} or {@link #GENERATOR}
   * @param processes how many share it
   */
  public record Quota(String tier, int processes, double cores) {
    /** All servers share it. */
    public static final String ALL_SERVERS = "all servers";

    /** Of the generators, which share it. */
    public static final String GENERATOR = "generator";

    /** Whether it is of servers of one kind, each of which has its part of it. */
    public boolean isOfTier() {
      return !tier.equals(ALL_SERVERS) && !tier.equals(GENERATOR);
    }
  }
}
