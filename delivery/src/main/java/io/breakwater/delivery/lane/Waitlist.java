package io.breakwater.delivery.lane;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Inputs that wait for one read, in the order in which they came. Bounded in number here ({@link
 * LaneLimits#waitingInputs}), and in bytes over all waitlists of a lane ({@link
 * LaneLimits#waitingBytes}); what is beyond either is told so at once.
 */
final class Waitlist {
  private final LaneState state;
  private final Queue<Waiting> inputs = new ArrayDeque<>(0);

  Waitlist(LaneState state) {
    this.state = state;
  }

  boolean isEmpty() {
    return inputs.isEmpty();
  }

  /** Whether the input waits now; if not, its {@code failed} has been run. */
  boolean offer(Waiting input) {
    boolean isTooMuch =
        input.bytes() > 0 && state.waitingBytes + input.bytes() > state.limits.waitingBytes();
    if (isTooMuch || inputs.size() >= state.limits.waitingInputs()) {
      input.failed().run();
      return false;
    }
    state.waitingBytes += input.bytes();
    inputs.add(input);
    return true;
  }

  /** The read is there. What waits again while this runs waits for the next one. */
  void ready() {
    drain(input -> input.ready().run());
  }

  /** The read cannot be had. */
  void failed() {
    drain(input -> input.failed().run());
  }

  private void drain(Consumer<Waiting> way) {
    List<Waiting> drained = List.copyOf(inputs);
    inputs.clear();
    drained.forEach(input -> state.waitingBytes -= input.bytes());
    drained.forEach(way);
  }
}
