package io.breakwater.client.core;

import java.util.List;

/**
 * What follows from the inputs since the last drain.
 *
 * @param changes to be made durable first; then {@link DeviceMachine#stored} is called with the
 *     cursor, if there is one
 * @param outputs to be carried out in order, after that
 */
public record Step(Changes changes, List<Output> outputs) {
  /** Nothing to do. */
  public static final Step NONE = new Step(Changes.NONE, List.of());

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return changes.isEmpty() && outputs.isEmpty();
  }
}
