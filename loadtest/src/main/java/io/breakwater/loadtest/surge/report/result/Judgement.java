package io.breakwater.loadtest.surge.report.result;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a run is worth.
 *
 * @param reasons sentences; none if it passed
 */
public record Judgement(Kind kind, List<String> reasons) {
  /** Copies the list. */
  public Judgement {
    reasons = List.copyOf(reasons);
  }

  /** The verdict. */
  public enum Kind {
    /** All limits were kept, every accepted message arrived, and the generator was in time. */
    PASSED,
    /** A limit was missed or a message went astray. */
    FAILED,
    /**
     * The generator was too late, or in trouble, or not everybody could be asked: it says nothing
     * about the tier.
     */
    VOID;

    /** In files and for people. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Judges. A message that went astray fails a run even if the generator was late, since no lag
   * explains it, unless facts are missing, since that does; a missed limit does not. Nobody knows
   * of a message that could not be asked for whether it is there: no run passes with one.
   *
   * @param troubles that make it void
   */
  static Judgement of(
      List<Objective> objectives, Ledger ledger, Generator generator, List<Trouble> troubles) {
    List<String> astray = astray(ledger);
    List<String> missed =
        objectives.stream().filter(each -> !each.met()).map(Judgement::missed).toList();
    List<String> late = new ArrayList<>();
    troubles.forEach(each -> late.add(each.text()));
    waiting(ledger).ifPresent(late::add);
    late.addAll(late(generator));
    if (troubles.stream().anyMatch(each -> each.kind() == Trouble.Kind.FACTS)) {
      return new Judgement(Kind.VOID, all(late, astray, missed));
    }
    Kind kind =
        !astray.isEmpty()
            ? Kind.FAILED
            : !late.isEmpty() ? Kind.VOID : missed.isEmpty() ? Kind.PASSED : Kind.FAILED;
    return new Judgement(kind, all(astray, late, missed));
  }

  private static List<String> all(List<String> first, List<String> second, List<String> third) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    all.addAll(third);
    return all;
  }

  private static List<String> astray(Ledger ledger) {
    List<String> reasons = new ArrayList<>();
    count(reasons, ledger.lost(), "accepted message", "lost");
    count(reasons, ledger.doubled(), "accepted message", "delivered more than once");
    count(reasons, ledger.reordered(), "accepted message", "delivered out of order");
    count(
        reasons, ledger.unaccounted(), "accepted message", "not accounted for when the run ended");
    count(reasons, ledger.ghosts(), "message that nobody wrote", "delivered");
    count(reasons, ledger.despiteRejection(), "rejected message", "delivered all the same");
    return reasons;
  }

  private static void count(List<String> reasons, long messages, String which, String what) {
    if (messages > 0) {
      reasons.add(
          "%d %s %s %s."
              .formatted(
                  messages,
                  messages == 1 ? which : which.replaceFirst("message", "messages"),
                  messages == 1 ? "was" : "were",
                  what));
    }
  }

  private static Optional<String> waiting(Ledger ledger) {
    long messages = ledger.waiting();
    return messages == 0
        ? Optional.empty()
        : Optional.of(
            "%d accepted %s could not be asked for."
                .formatted(messages, messages == 1 ? "message" : "messages"));
  }

  private static List<String> late(Generator generator) {
    if (generator.inTime()) {
      return List.of();
    }
    double lag = generator.lagP99Ms();
    return Double.isNaN(lag)
        ? List.of("The generator's lag was not measured.")
        : List.of(
            "The generator was late: lag p99 %s ms (limit %s ms)."
                .formatted(number(lag), number(Generator.LAG_P99_LIMIT_MS)));
  }

  private static String missed(Objective objective) {
    String unit = objective.measure().unit();
    return "%s of %s, %s: %s (%s %s %s)."
        .formatted(
            objective.phase().title(),
            objective.population(),
            objective.what(),
            Double.isNaN(objective.measured())
                ? "nothing to measure"
                : number(objective.measured()) + ' ' + unit,
            objective.bound(),
            number(objective.limit()),
            unit);
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%,.1f", value);
  }
}
