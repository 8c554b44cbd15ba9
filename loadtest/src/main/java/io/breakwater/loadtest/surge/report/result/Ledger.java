package io.breakwater.loadtest.surge.report.result;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Where every accepted message went; counted for each device it is for.
 *
 * @param accepted deliveries that the tier owes
 * @param delivered exactly once, in order
 * @param lost their recipients have caught up and never had them
 * @param doubled handed to an application more than once
 * @param reordered handed over after a later one of the same sender
 * @param unaccounted nobody knows: their recipients had not caught up when the run ended
 */
public record Ledger(
    long accepted, long delivered, long lost, long doubled, long reordered, long unaccounted) {
  /** Whether all that was accepted arrived, once and in order, as far as it shows. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public boolean balanced() {
    return lost == 0 && doubled == 0 && reordered == 0 && unaccounted == 0;
  }
}
