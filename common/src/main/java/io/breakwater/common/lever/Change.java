package io.breakwater.common.lever;

/**
 * A lever was moved.
 *
 * @param by who did it
 */
record Change(String lever, String before, String after, String by) {
  @Override
  public String toString() {
    return lever + ": " + before + " -> " + after;
  }
}
