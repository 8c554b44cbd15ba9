package io.breakwater.loadtest.surge.report.result;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Where every accepted message went; counted for each device it is for.
 *
 * @param accepted deliveries that the tier owes
 * @param delivered exactly once, in order
 * @param lost their recipients were asked after the end, said that they have all, and had them
 *     never
 * @param doubled handed to an application more than once, though its device drops what it has seen
 *     by its origin
 * @param reordered sorted, by their ids, before one that their writer's device wrote earlier
 * @param unaccounted nobody knows: their recipients had a session and did not say that they have
 *     all
 * @param waiting their recipients could not be asked: they had no session since; one makes the run
 *     void
 * @param ghosts handed over, and nobody wrote them
 * @param despiteRejection handed over, and their writers were told that they would not be
 * @param repeated delivered again by the tier, and dropped by devices, which had seen their origin:
 *     work, but no fault; null in a file without it
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
    long despiteRejection,
    @Nullable Long repeated) {
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
