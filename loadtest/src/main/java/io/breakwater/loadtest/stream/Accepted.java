package io.breakwater.loadtest.stream;

import io.breakwater.loadtest.stack.Stack;

/**
 * Counts what delivery nodes have accepted, as far as they were asked in time. Confined to one
 * thread.
 */
final class Accepted {
  private static final String ACCEPTED = "breakwater_delivery_messages_accepted_total";

  private final Stack stack;

  /** Of nodes that are gone. */
  private long before;

  private long last;

  Accepted(Stack stack) {
    this.stack = stack;
  }

  /** Never less than before. */
  long now() {
    long current = stack.delivery(ACCEPTED);
    if (current < last) {
      // Another node counts from 0, or none answers.
      before += last;
    }
    last = current;
    return before + current;
  }
}
