package io.breakwater.loadtest.chaos.faults;

import io.breakwater.loadtest.chaos.plan.Fault;
import io.breakwater.loadtest.chaos.plan.Node;
import io.breakwater.loadtest.chaos.plan.Schedule;
import io.breakwater.loadtest.chaos.plan.Tier;
import io.breakwater.loadtest.disk.Disks;
import io.breakwater.loadtest.stack.Hosts;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Size;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What has to be in place before a stack starts, so that its plan can be carried out: clocks that
 * can be set, disks that can be filled. Only for servers of which the plan has it.
 */
public final class Equipment implements AutoCloseable {
  private final Hosts hosts;
  private final Optional<Clocks> clocks;
  private final Optional<Disks> disks;

  private Equipment(Hosts hosts, Optional<Clocks> clocks, Optional<Disks> disks) {
    this.hosts = hosts;
    this.clocks = clocks;
    this.disks = disks;
  }

  /** Whether a plan needs mounts, and so a mount namespace. */
  public static boolean mounts(Schedule plan) {
    return plan.steps().stream().anyMatch(step -> step.fault() instanceof Fault.DiskFull);
  }

  /**
   * Makes it.
   *
   * @param directory for it alone
   * @param stackData the directory of the stack to come
   * @param hosts where its servers are
   */
  public static Equipment prepare(
      Schedule plan, Path directory, Path stackData, Size size, Hosts hosts) throws IOException {
    Set<Node> wrong = new HashSet<>();
    plan.steps().stream()
        .filter(step -> step.fault() instanceof Fault.ClockStep)
        .forEach(step -> wrong.addAll(step.targets()));
    Optional<Clocks> clocks =
        wrong.isEmpty() ? Optional.empty() : Optional.of(Clocks.in(directory.resolve("clocks")));
    Hosts all = hosts;
    for (Node node : wrong) {
      all = clocks.orElseThrow().with(all, size, part(node.tier()), node.index() + 1);
    }
    Optional<Disks> disks =
        mounts(plan)
            ? Optional.of(Disks.mount(directory.resolve("disks"), stackData, size))
            : Optional.empty();
    return new Equipment(all, clocks, disks);
  }

  /** As a stack names it. */
  static Part part(Tier tier) {
    return switch (tier) {
      case GATEWAY -> Part.GATEWAY;
      case DELIVERY -> Part.DELIVERY;
      case CASSANDRA -> Part.CASSANDRA;
    };
  }

  /** Where the servers are, with what they need for their clocks. */
  public Hosts hosts() {
    return hosts;
  }

  Clocks clocks() {
    return clocks.orElseThrow(() -> new TrialFailure("no clock of this stack can be set"));
  }

  Disks disks() {
    return disks.orElseThrow(() -> new TrialFailure("no disk of this stack can be filled"));
  }

  /** Unmounts disks, and removes what is left of clocks; the stack has ended. */
  @Override
  public void close() {
    disks.ifPresent(Disks::close);
    clocks.ifPresent(Clocks::close);
  }
}
