package io.breakwater.gateway.line;

/**
 * What one of several delivery nodes is told of a line: {@link Line#part}.
 *
 * @param signUps how many
 * @param firstArrivedMs when the first of them came, ms since 1970 UTC; 0 if there is none
 */
public record Part(int signUps, long firstArrivedMs) {
  static final Part NOBODY = new Part(0, 0);
}
