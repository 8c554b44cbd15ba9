package io.breakwater.loadtest.surge.run;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which servers are broken at the moment, so that no two faults break the same one: who is taken
 * cannot be drawn. Servers are known by their names. Any thread.
 */
final class Victims {
  private final Set<String> taken = new HashSet<>();

  /**
   * Takes one.
   *
   * @param draw 0 to below 1
   * @return nothing if all are taken
   */
  synchronized <T> Optional<T> draw(List<T> all, double draw) {
    List<T> free = all.stream().filter(each -> !taken.contains(each.toString())).toList();
    if (free.isEmpty()) {
      return Optional.empty();
    }
    T drawn = free.get((int) (draw * free.size()));
    taken.add(drawn.toString());
    return Optional.of(drawn);
  }

  /** Takes this one; false if it is taken. */
  synchronized boolean take(Object server) {
    return taken.add(server.toString());
  }

  /** It serves again. */
  synchronized void release(Object server) {
    taken.remove(server.toString());
  }
}
