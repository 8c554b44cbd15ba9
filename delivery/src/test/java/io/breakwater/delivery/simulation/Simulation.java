package io.breakwater.delivery.simulation;

import io.breakwater.client.core.ReceivedMessage;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.Credentials;
import io.breakwater.delivery.lane.Rule;
import io.breakwater.storage.AccountStore.Device;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * One seed: users write to each other while things break; then nothing breaks any more, and all
 * promises must be kept within a minute and a half.
 */
public final class Simulation {
  /** All must have arrived this long after the last fault, ms. */
  private static final long HEAL_MS = 90_000;

  /** Within this time days have passed and a node is there again, ms. */
  private static final long AWAY_MS = 15_000;

  private static final long CHECK_MS = 500;

  /** Longer than a mailbox is idle before it may be forgotten, ms. */
  private static final long QUIET_MS = 66_000;

  /**
   * What a seed did.
   *
   * @param sent messages that were written
   * @param fingerprint of the whole run
   * @param healedInMs virtual time from the last fault until everything had arrived
   */
  public record Report(
      int sent, long fingerprint, long healedInMs, Map<Sometimes, Long> counters) {}

  private final World world;
  private final Dice dice;
  private final List<UserId> users = new ArrayList<>();
  private boolean quiet;

  private Simulation(
      long seed, Set<Rule> rules, Set<Sabotage> sabotages, Function<Dice, Plan> planner) {
    Dice root = new Dice(seed);
    Plan plan = planner.apply(root.another());
    dice = root.another();
    world = new World(seed, root.another(), plan, rules, sabotages);
    world.trace(plan::toString);
  }

  /**
   * Runs one seed with everything that may go wrong.
   *
   * @throws Violation if a promise is broken
   */
  public static Report run(long seed) {
    return run(seed, EnumSet.allOf(Rule.class));
  }

  /**
   * Runs one seed with lanes that do not keep every rule.
   *
   * @throws Violation if a promise is broken
   */
  public static Report run(long seed, Set<Rule> rules) {
    return new Simulation(seed, rules, EnumSet.noneOf(Sabotage.class), Plan::of).run();
  }

  /**
   * Runs one seed in surroundings that do not do what they say.
   *
   * @throws Violation if a promise is broken
   */
  static Report run(long seed, Sabotage sabotage) {
    return new Simulation(seed, EnumSet.allOf(Rule.class), EnumSet.of(sabotage), Plan::of).run();
  }

  /**
   * Runs one seed in a world where nothing breaks.
   *
   * @throws Violation if a promise is broken
   */
  static Report runWithoutFaults(long seed) {
    Simulation simulation =
        new Simulation(
            seed, EnumSet.allOf(Rule.class), EnumSet.noneOf(Sabotage.class), Plan::faultless);
    Report report = simulation.run();
    simulation.world.oracle.devices.judgeHearsay();
    return report;
  }

  private Report run() {
    signUp();
    world.startNodes();
    world.devices.forEach(device -> later(0, 500, device::launch));
    world.devices.forEach(device -> later(0, 1_000, device::goOnline));
    repeat(world.plan.burstEveryMs(), this::burst);
    repeat(300, this::reply);
    faults();
    repeat(world.plan.people().linkEveryMs(), () -> dice.pick(world.devices).link());
    repeat(world.plan.people().revokeEveryMs(), this::revoke);
    long healAtMs = world.plan.workMs() + daysAway();
    if (world.plan.quiet()) {
      world.time.at(healAtMs / 2, this::beQuiet);
      healAtMs += QUIET_MS + 2_000;
    }
    world.time.runUntil(healAtMs);
    return heal(healAtMs);
  }

  private Report heal(long healAtMs) {
    world.trace(() -> "---- heal");
    quiet = true;
    world.heal();
    world.devices.forEach(
        device -> {
          device.launch();
          device.comeBack();
        });
    long endMs = healAtMs + HEAL_MS;
    runUntilDone(endMs);
    long healedInMs = world.time.nowMs() - healAtMs;
    world.time.runUntil(world.time.nowMs() + 2_000);
    // What a device had sent that is signed out may have been accepted a moment ago.
    runUntilDone(endMs);
    boolean done = isDone();
    world.oracle.judge();
    if (!done) {
      throw world.violation(
          Promise.LIVENESS,
          "not settled "
              + HEAL_MS
              + " ms after the last fault: "
              + world.oracle.missing().orElse("")
              + world.describe());
    }
    world.end();
    return new Report(
        world.oracle.sentCount(), world.time.fingerprint(), healedInMs, world.counters);
  }

  private void runUntilDone(long endMs) {
    while (world.time.nowMs() < endMs && !isDone()) {
      world.time.runUntil(world.time.nowMs() + CHECK_MS);
      if (world.time.nowMs() % 5_000 < CHECK_MS) {
        List.copyOf(world.devices).forEach(SimulatedDevice::goOnline);
      }
    }
  }

  private boolean isDone() {
    return world.devices.stream().allMatch(SimulatedDevice::isIdle)
        && world.oracle.missing().isEmpty()
        && world.isSettled();
  }

  private void signUp() {
    for (int i = 0; i < world.plan.users(); i++) {
      Credentials first = world.mint.signUp(dice.bytes(16));
      users.add(first.user());
      addDevice(first);
      int count = dice.between(1, world.plan.devices());
      for (int j = 1; j < count; j++) {
        addDevice(world.mint.link(first.user(), dice.bytes(16)));
      }
    }
  }

  private void addDevice(Credentials credentials) {
    world
        .storage
        .accounts()
        .addDevice(
            credentials.user(),
            new Device(credentials.device(), credentials.token().hash(), 0, false),
            World.BEGINNING_MS)
        .toCompletableFuture()
        .join();
    world.devices.add(SimulatedDevice.first(world, credentials));
  }

  // ---- people

  private void burst() {
    if (quiet || world.oracle.sentCount() > world.plan.messages()) {
      return;
    }
    SimulatedDevice device = dice.pick(world.devices);
    UserId to = dice.chance(0.01) ? new UserId(1, 2) : dice.pick(users);
    int count = dice.between(1, world.plan.burst());
    for (int i = 0; i < count; i++) {
      String text = text("to " + Oracle.name(to));
      if (dice.chance(0.7)) {
        device.send(to, text);
      } else {
        later(0, 100, () -> device.send(to, text));
      }
    }
  }

  private void reply() {
    if (quiet || world.oracle.sentCount() > world.plan.messages()) {
      return;
    }
    for (SimulatedDevice device : world.devices) {
      device.nextToReply().ifPresent(message -> device.send(sender(message), text("reply")));
    }
  }

  /** Somebody signs out one of several devices that they have; this one, perhaps. */
  private void revoke() {
    SimulatedDevice device = dice.pick(world.devices);
    List<SimulatedDevice> theirs =
        world.devices.stream()
            .filter(each -> each.user().equals(device.user()) && !each.isRevokeAsked())
            .toList();
    if (theirs.size() > 1 && !quiet) {
      device.revoke(dice.pick(theirs).id());
    }
  }

  /**
   * Days on which nothing happens, spread over the work.
   *
   * @return virtual time that this takes, ms
   */
  private long daysAway() {
    List<Integer> daysAway = world.plan.people().daysAway();
    if (daysAway.isEmpty()) {
      return 0;
    }
    long everyMs = world.plan.workMs() / (daysAway.size() + 1);
    long atMs = 0;
    for (int days : daysAway) {
      atMs += everyMs;
      world.time.at(atMs, () -> world.letDaysPass(days));
      atMs += AWAY_MS;
    }
    for (int i = 0; i < world.plan.people().absentees(); i++) {
      SimulatedDevice absentee = dice.pick(world.devices);
      world.time.at(everyMs * dice.between(30, 99) / 100, absentee::leave);
      world.time.at(atMs + dice.between(0L, everyMs / 2), absentee::comeBack);
    }
    return daysAway.size() * AWAY_MS;
  }

  private static UserId sender(ReceivedMessage message) {
    var sender = message.origin().stream().sender();
    return new UserId(sender.high(), sender.low());
  }

  private String text(String what) {
    return what + ' ' + dice.anyLong() + " ".repeat(dice.between(0, world.plan.payload()));
  }

  /** Everybody is away for so long that homes may forget them. */
  private void beQuiet() {
    world.trace(() -> "---- quiet");
    quiet = true;
    world.devices.forEach(SimulatedDevice::goOffline);
    world.time.in(
        QUIET_MS,
        () -> {
          world.trace(() -> "---- not quiet any more");
          quiet = false;
          world.devices.forEach(SimulatedDevice::goOnline);
        });
  }

  // ---- what breaks

  private void faults() {
    Plan plan = world.plan;
    repeat(plan.crashEveryMs(), world::crashNode);
    repeat(plan.zombieEveryMs(), world::replaceNode);
    repeat(plan.fleet().leaveEveryMs(), world::leaveNode);
    repeat(plan.fleet().partitionEveryMs(), world::partition);
    repeat(plan.fleet().cutEveryMs(), world::cutFromStorage);
    repeat(plan.fleet().cutEveryMs(), world::cutFromGateway);
    repeat(plan.outageEveryMs(), () -> world.network.outage(dice.between(100L, 5_000L)));
    repeat(plan.outageEveryMs(), () -> world.network.slow(dice.between(100L, 5_000L)));
    repeat(plan.gatewayCrashEveryMs(), () -> dice.pick(world.gateways).crash());
    repeat(plan.connectionLossEveryMs(), () -> dice.pick(world.gateways).breakConnection());
    repeat(2 * plan.connectionLossEveryMs(), () -> dice.pick(world.gateways).breakTrunk());
    repeat(plan.appCrashEveryMs(), () -> dice.pick(world.devices).kill());
    repeat(plan.offlineEveryMs(), this::goOffline);
    repeat(plan.clockStepEveryMs(), world::stepClock);
    repeat(plan.clockStepEveryMs(), world::pauseNode);
  }

  private void goOffline() {
    SimulatedDevice device = dice.pick(world.devices);
    device.goOffline();
    later(500, 15_000, device::goOnline);
  }

  private void later(long fromMs, long toMs, Runnable what) {
    world.time.in(dice.between(fromMs, toMs), what);
  }

  /** Again and again, on average after this time, until the world heals. */
  private void repeat(long everyMs, Runnable what) {
    if (everyMs > 1_000_000) {
      return;
    }
    world.time.in(
        dice.between(everyMs / 2, everyMs + everyMs / 2),
        () -> {
          if (!world.healed) {
            if (!(quiet && world.plan.quiet())) {
              what.run();
            }
            repeat(everyMs, what);
          }
        });
  }
}
