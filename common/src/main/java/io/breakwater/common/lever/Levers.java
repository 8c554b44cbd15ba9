package io.breakwater.common.lever;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The levers of a process. They are added while it starts, by one thread; then any thread reads and
 * moves them, one move at a time. Each move is logged: who, what, before, after.
 */
public final class Levers {
  private static final Logger log = LoggerFactory.getLogger(Levers.class);

  /** Written instead of a name: every lever. */
  static final String ALL = "all";

  private final InstantSource clock;
  private final Map<String, Lever<?>> byName = new LinkedHashMap<>();

  /** Of moves: a lever may be one part of what another one changes, too. */
  private final Lock moving = new ReentrantLock();

  /**
   * @param clock says when somebody moved one
   */
  public Levers(InstantSource clock) {
    this.clock = clock;
  }

  /** Adds one of another name, and returns it. */
  public <T> Lever<T> add(Lever<T> lever) {
    if (byName.putIfAbsent(lever.name(), lever) != null) {
      throw new IllegalStateException("two levers are called " + lever.name());
    }
    return lever;
  }

  /** How many are not what they were at the start. */
  public int moved() {
    return (int) byName.values().stream().filter(Lever::isMoved).count();
  }

  /**
   * Moves one, or with {@link Lever#DEFAULT} all.
   *
   * @param by who does it, for the log
   * @return what changed
   * @throws NoSuchElementException if there is no such lever; it says which there are
   * @throws IllegalArgumentException if that is no value of it; it says what is
   */
  List<Change> set(String name, String value, String by) {
    moving.lock();
    try {
      List<Lever<?>> chosen = name.equals(ALL) ? all(value) : List.of(lever(name));
      Lever.Hand hand = new Lever.Hand(by, clock.instant());
      List<Change> changes = new ArrayList<>();
      for (Lever<?> lever : chosen) {
        Change change = lever.set(value, hand);
        log.info("lever {}, by {}", change, by);
        changes.add(change);
      }
      return changes;
    } finally {
      moving.unlock();
    }
  }

  private List<Lever<?>> all(String value) {
    if (!value.equals(Lever.DEFAULT)) {
      throw new IllegalArgumentException(
          "%s: %s (expected: %s)".formatted(ALL, value, Lever.DEFAULT));
    }
    return byName.values().stream().filter(Lever::isMoved).toList();
  }

  private Lever<?> lever(String name) {
    Lever<?> lever = byName.get(name);
    if (lever == null) {
      throw new NoSuchElementException(
          "lever: %s (expected: one of %s)".formatted(name, String.join(", ", byName.keySet())));
    }
    return lever;
  }

  /** How one stands. */
  Lever.Standing standing(String name) {
    return lever(name).standing();
  }

  /** How all stand, in the order in which they were added. */
  List<Lever.Standing> standings() {
    return byName.values().stream().<Lever.Standing>map(Lever::standing).toList();
  }
}
