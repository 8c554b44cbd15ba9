package io.breakwater.delivery.membership;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.storage.IncarnationStore.Registration;
import io.breakwater.storage.ViewStore.Earlier;
import io.breakwater.storage.ViewStore.View;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The decided view with the registry's rows, as they were read: the rows not before the view.
 *
 * @param registry by incarnation; a row that is not there has expired, so its incarnation is
 *     recovered
 */
public record Cluster(View view, Map<IncarnationId, Registration> registry) {
  /** An empty cluster. */
  static final Cluster NONE = new Cluster(View.NONE, Map.of());

  /** Takes the rows in any order. */
  public static Cluster of(View view, List<Registration> rows) {
    Map<IncarnationId, Registration> registry = new HashMap<>();
    rows.forEach(row -> registry.put(row.incarnation(), row));
    return new Cluster(view, Map.copyOf(registry));
  }

  /** Whether it speaks for nothing any more that it lost by this view. */
  boolean hasReleased(IncarnationId incarnation) {
    return !holds(incarnation, view.number());
  }

  /**
   * Whether an owner may still speak for what it lost.
   *
   * @param lostBy number of the view that took it
   */
  boolean holds(IncarnationId owner, long lostBy) {
    Registration row = registry.get(owner);
    return row != null && !row.recovered() && row.released() < lostBy;
  }

  /** Whether nobody has to wait for it, or recover what it left. */
  boolean isRecovered(IncarnationId incarnation) {
    Registration row = registry.get(incarnation);
    return row == null || row.recovered();
  }

  /** Whether it is certain not to publish for long. */
  boolean isEnded(IncarnationId incarnation) {
    Registration row = registry.get(incarnation);
    return row == null || row.recovered() || row.sealed();
  }

  /** Whether all of an earlier view have released. */
  boolean hasReleased(Earlier earlier) {
    return earlier.members().stream().allMatch(this::hasReleased);
  }

  /** Everybody of an earlier view who has not released yet. */
  public Set<IncarnationId> holders() {
    Set<IncarnationId> holders = new HashSet<>();
    for (Earlier earlier : view.earlier()) {
      earlier.members().stream().filter(each -> !hasReleased(each)).forEach(holders::add);
    }
    return holders;
  }

  /**
   * The view that each of the {@link #holders} released last; 0: none. Together with the view it
   * decides all {@link Standings}.
   */
  public Map<IncarnationId, Long> releases() {
    Map<IncarnationId, Long> releases = new HashMap<>();
    for (IncarnationId holder : holders()) {
      Registration row = registry.get(holder);
      if (row != null) {
        releases.put(holder, row.released());
      }
    }
    return releases;
  }
}
