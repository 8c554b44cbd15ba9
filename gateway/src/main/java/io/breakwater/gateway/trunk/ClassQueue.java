package io.breakwater.gateway.trunk;

import io.breakwater.gateway.home.Levels;
import io.breakwater.proto.trunk.GatewayFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/*
 * A user's level changes with the hour. If what came after that could pass what came before, a user's frames would change
 * their order once an hour; so all of the earlier hour go first. Nothing waits for long, so that there are never two hours
 * to keep but for a moment.
 */
/**
 * Frames of one priority class: by level, and in order of arrival within one, so that those of one
 * user keep their order. Confined to an event loop.
 */
final class ClassQueue {
  private record Waiting(GatewayFrame frame, long sinceMs) {}

  /** The frames of one hour. */
  private static final class Hour {
    private final List<ArrayDeque<Waiting>> levels = new ArrayList<>();

    /** A bit for each level at which something waits. */
    private final long[] occupied = new long[Levels.COUNT / Long.SIZE];

    void add(int level, Waiting waiting) {
      while (levels.size() <= level) {
        levels.add(new ArrayDeque<>(0));
      }
      levels.get(level).add(waiting);
      occupied[level / Long.SIZE] |= 1L << level;
    }

    /** The lowest level at which something waits, from one on; negative if there is none. */
    int first(int from) {
      for (int word = from / Long.SIZE; word < occupied.length; word++) {
        long bits = occupied[word];
        if (word == from / Long.SIZE) {
          bits &= -1L << from;
        }
        if (bits != 0) {
          return word * Long.SIZE + Long.numberOfTrailingZeros(bits);
        }
      }
      return -1;
    }

    Waiting peek(int level) {
      return levels.get(level).element();
    }

    GatewayFrame remove(int level) {
      ArrayDeque<Waiting> waiting = levels.get(level);
      GatewayFrame frame = waiting.remove().frame;
      if (waiting.isEmpty()) {
        occupied[level / Long.SIZE] &= ~(1L << level);
      }
      return frame;
    }
  }

  private Hour earlier = new Hour();
  private Hour latest = new Hour();
  private long hour;
  private int size;

  /**
   * Takes a frame.
   *
   * @param ofHour of which its level is
   */
  void add(GatewayFrame frame, long ofHour, long nowMs) {
    if (ofHour != hour) {
      hour = ofHour;
      begin();
    }
    latest.add(Math.clamp(frame.getLevel(), 0, Levels.COUNT - 1), new Waiting(frame, nowMs));
    size++;
  }

  private void begin() {
    if (latest.first(0) < 0) {
      return;
    }
    if (earlier.first(0) < 0) {
      Hour empty = earlier;
      earlier = latest;
      latest = empty;
    }
    // Else a third hour joins the second: a stream that takes nothing for an hour is long cut.
  }

  /** The next frame; none if it is empty. */
  @Nullable GatewayFrame peek() {
    Hour first = earlier.first(0) >= 0 ? earlier : latest;
    int level = first.first(0);
    return level < 0 ? null : first.peek(level).frame;
  }

  /** Takes the next frame out; there is one. */
  GatewayFrame remove() {
    Hour first = earlier.first(0) >= 0 ? earlier : latest;
    size--;
    return first.remove(first.first(0));
  }

  /** Takes out what has waited since then or longer. */
  void expire(long sinceMs, Consumer<GatewayFrame> expired) {
    expire(earlier, sinceMs, expired);
    expire(latest, sinceMs, expired);
  }

  private void expire(Hour of, long sinceMs, Consumer<GatewayFrame> expired) {
    for (int level = of.first(0); level >= 0; level = next(of, level)) {
      if (of.peek(level).sinceMs <= sinceMs) {
        size--;
        expired.accept(of.remove(level));
      } else {
        level++;
      }
    }
  }

  private static int next(Hour of, int from) {
    return from >= Levels.COUNT ? -1 : of.first(from);
  }

  int size() {
    return size;
  }
}
