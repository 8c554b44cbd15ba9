package io.breakwater.loadtest.surge.report.result;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Where every accepted message went; counted for each device it is for.
 *
 * @param accepted deliveries that the tier owes
 * @param delivered exactly once, in order
 * @param lost their recipients have caught up and never had them
 * @param doubled handed to an application more than once
 * @param reordered handed over after a later one of the same sender
 * @param unaccounted nobody knows: their recipients were online and had not caught up when the run
 *     ended
 * @param waiting their recipients were away when the run ended: the tier keeps them
 * @param ghosts handed over, and nobody wrote them
 * @param despiteRejection handed over, and their writers were told that they would not be
 */
public record Ledger(
    long accepted,
    long delivered,
    long lost,
    long doubled,
    long reordered,
    long unaccounted,
    long waiting,
    long ghosts,
    long despiteRejection) {
  /** Whether all that was accepted arrived, once and in order, as far as it shows. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public boolean balanced() {
    return astray() == 0;
  }

  /** What is wrong, whatever it is. */
  @JsonIgnore
  public long astray() {
    return lost + doubled + reordered + unaccounted + ghosts + despiteRejection;
  }
}
