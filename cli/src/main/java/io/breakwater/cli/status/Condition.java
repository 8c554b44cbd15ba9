package io.breakwater.cli.status;

import java.util.OptionalLong;

/**
 * How a process does.
 *
 * @param pid of the process that runs; none if none does, or {@code up} did not start it
 * @param state what the person reads first
 * @param why it is not ready; empty if it is
 * @param samples its meters; none if it cannot be asked
 */
record Condition(
    RunFile.Entry process, OptionalLong pid, State state, String why, Samples samples) {
  /** Whether it can be used. */
  enum State {
    READY("ready"),
    NOT_READY("not ready"),
    NOT_RUNNING("not running");

    private final String words;

    State(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  boolean isReady() {
    return state == State.READY;
  }
}
