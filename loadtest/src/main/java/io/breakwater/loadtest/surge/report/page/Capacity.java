package io.breakwater.loadtest.surge.report.page;

import io.breakwater.loadtest.surge.report.result.Setting;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What runs have of what is varied between them: the cores of the quotas of tiers whose number of
 * servers is not the same in all.
 *
 * @param tiers in the order of the alphabet; none if no number varies, or it has no quota
 */
record Capacity(List<String> tiers) {
  /** Tiers that have a quota in all these runs, and not for as many processes. */
  static Capacity of(List<SurgeResult> runs) {
    Map<String, Set<Integer>> processes = new TreeMap<>();
    Map<String, Integer> count = new TreeMap<>();
    for (SurgeResult run : runs) {
      for (Setting.Quota each : run.setting().quotas()) {
        if (each.isOfTier()) {
          processes.computeIfAbsent(each.tier(), _ -> new TreeSet<>()).add(each.processes());
          count.merge(each.tier(), 1, Integer::sum);
        }
      }
    }
    processes.keySet().removeIf(each -> !Objects.equals(count.get(each), runs.size()));
    processes.values().removeIf(each -> each.size() < 2);
    return new Capacity(List.copyOf(processes.keySet()));
  }

  double cores(SurgeResult run) {
    return run.setting().quotas().stream()
        .filter(each -> tiers.contains(each.tier()))
        .mapToDouble(Setting.Quota::cores)
        .sum();
  }
}
