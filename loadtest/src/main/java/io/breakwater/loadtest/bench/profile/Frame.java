package io.breakwater.loadtest.bench.profile;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A method below those that called it, with all samples in which it was. Confined to one thread.
 */
final class Frame {
  private final String name;
  private final Map<String, Frame> callees = new TreeMap<>();
  private long samples;

  private Frame(String name) {
    this.name = name;
  }

  /**
   * Reads collapsed stacks: {@code caller;callee;callee COUNT}, a line each.
   *
   * @return what all have in common
   */
  static Frame of(List<String> stacks) {
    Frame all = new Frame("all");
    for (String stack : stacks) {
      int blank = stack.lastIndexOf(' ');
      if (blank > 0) {
        all.add(
            List.of(stack.substring(0, blank).split(";", -1)),
            Long.parseLong(stack.substring(blank + 1)));
      }
    }
    return all;
  }

  private void add(List<String> stack, long count) {
    Frame frame = this;
    frame.samples += count;
    for (String method : stack) {
      frame = frame.callees.computeIfAbsent(method, Frame::new);
      frame.samples += count;
    }
  }

  String name() {
    return name;
  }

  long samples() {
    return samples;
  }

  /** By name. */
  List<Frame> callees() {
    return List.copyOf(callees.values());
  }

  /** Levels of frames with at least so many samples, this one included. */
  int depth(long least) {
    return 1
        + callees.values().stream()
            .filter(callee -> callee.samples >= least)
            .mapToInt(callee -> callee.depth(least))
            .max()
            .orElse(0);
  }
}
