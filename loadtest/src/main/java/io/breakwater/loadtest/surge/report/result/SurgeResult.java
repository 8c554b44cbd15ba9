package io.breakwater.loadtest.surge.report.result;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * What one run of a scenario showed.
 *
 * @param troubles what makes the run void, whatever its figures are
 * @param objectives the scenario's limits and what was measured
 * @param phases each population apart
 * @param streams what was to arrive and what was done of it
 * @param line what those who signed up were told meanwhile
 */
@JsonPropertyOrder({"format", "judgement"})
public record SurgeResult(
    Setting setting,
    List<Trouble> troubles,
    List<Objective> objectives,
    List<PhaseFigures> phases,
    List<Stream> streams,
    List<Refusal> refusals,
    List<Disconnect> disconnects,
    WaitingLine line,
    Ledger ledger,
    Servers servers,
    Generator generator,
    Timeline timeline) {
  /** Of the JSON that {@link #json} writes. */
  public static final int FORMAT = 1;

  /** Copies the lists. */
  public SurgeResult {
    troubles = List.copyOf(troubles);
    objectives = List.copyOf(objectives);
    phases = List.copyOf(phases);
    streams = List.copyOf(streams);
    refusals = List.copyOf(refusals);
    disconnects = List.copyOf(disconnects);
  }

  /** Of the file's shape. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public int format() {
    return FORMAT;
  }

  /** Whether it passed, and why not. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public Judgement judgement() {
    return Judgement.of(objectives, ledger, generator, troubles);
  }

  /**
   * Whether its figures are about the tier: the generator was in time, nothing in trouble, and
   * everybody could be asked.
   */
  @JsonIgnore
  public boolean isTelling() {
    return generator.inTime() && troubles.isEmpty() && ledger.waiting() == 0;
  }

  /** For programs. */
  public String json() {
    return ResultFormat.write(this);
  }

  /**
   * Reads what {@link #json} wrote.
   *
   * @throws IllegalArgumentException if it is something else, or of another format
   */
  public static SurgeResult parse(String json) {
    return ResultFormat.read(json);
  }
}
