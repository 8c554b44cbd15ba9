package io.breakwater.loadtest.surge.run;

import io.breakwater.loadtest.stack.Machine;
import io.breakwater.loadtest.surge.report.result.Setting;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a run takes place, and with what. Looked at before the run, which may hold this process to
 * some of the processors: it would see no others.
 */
record Place(String commit, String machine, String jdk, List<Setting.Quota> quotas) {
  Place {
    quotas = List.copyOf(quotas);
  }

  /**
   * As it is now.
   *
   * @param root of the checkout
   */
  static Place of(Path root, Plan plan) {
    return new Place(
        Machine.commit(root),
        Machine.describe(),
        Machine.jdk(),
        plan.quotas(Runtime.getRuntime().availableProcessors()));
  }
}
