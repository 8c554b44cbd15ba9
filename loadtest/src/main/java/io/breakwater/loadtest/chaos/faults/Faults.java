package io.breakwater.loadtest.chaos.faults;

import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.history.Recorder;
import io.breakwater.loadtest.chaos.plan.ClockJump;
import io.breakwater.loadtest.chaos.plan.Fault;
import io.breakwater.loadtest.chaos.plan.Node;
import io.breakwater.loadtest.chaos.plan.Step;
import io.breakwater.loadtest.chaos.plan.Tier;
import io.breakwater.loadtest.disk.Disk;
import io.breakwater.loadtest.network.Network;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Server;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Breaks a stack and mends it, one step at a time, and records both. Confined to one thread, which
 * each step takes for its duration.
 */
public final class Faults {
  private static final Duration READY_LIMIT = Duration.ofMinutes(2);

  /**
   * All have to be ready for so long: a delivery node that stood still finds out a moment later
   * that it has to end.
   */
  private static final Duration CALM = Duration.ofSeconds(3);

  /** Long enough for phones to say something, and for a view to be decided. */
  private static final Duration A_MOMENT = Duration.ofMillis(500);

  /** What a dead node left is usually read three seconds later. */
  private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(20);

  /** Until what a fault led to is counted: packets that were lost are sent again seconds later. */
  private static final Duration COUNT_LIMIT = Duration.ofSeconds(5);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  /** Asking a server whether it is ready costs it something. */
  private static final Duration ASK_AGAIN = Duration.ofMillis(200);

  private final Stack stack;
  private final Recorder recorder;
  private final Readings readings;
  private final Map<Integer, String> users;
  private final Optional<Network> network;
  private final Equipment equipment;
  private final Set<Meter> wanted;

  /** Faults so far. */
  private int number;

  /**
   * @param readings are taken once more before a process is ended
   * @param users their ids as servers write them, by their number in the history
   * @param network of the stack, if its servers have hosts of their own
   * @param equipment of that stack
   * @param wanted what has to be counted: a fault that leads there only sometimes is tried again
   *     until it has
   */
  public Faults(
      Stack stack,
      Recorder recorder,
      Readings readings,
      Map<Integer, String> users,
      Optional<Network> network,
      Equipment equipment,
      Set<Meter> wanted) {
    this.stack = stack;
    this.recorder = recorder;
    this.readings = readings;
    this.users = Map.copyOf(users);
    this.network = network;
    this.equipment = equipment;
    this.wanted = Set.copyOf(wanted);
  }

  /** For people: what is broken and for how long; in histories and reports, too. */
  public String what(Step step) {
    String targets =
        step.targets().stream()
            .map(this::server)
            .map(Server::toString)
            .collect(Collectors.joining(", "));
    String jump =
        step.fault() instanceof Fault.ClockStep
            ? " by %+d s".formatted(ClockJump.secondsOf(step))
            : "";
    return String.format(
        Locale.ROOT,
        "%s (%s)%s for %.1f s%s",
        Kind.of(step.fault()),
        targets,
        jump,
        step.durationMs() / 1000.0,
        awaited(step.fault()).map(", again until %s is counted"::formatted).orElse(""));
  }

  /** Until what is counted it is tried again; none if it is done once. */
  private Optional<Meter> awaited(Fault fault) {
    return leftToChance(fault).filter(wanted::contains);
  }

  private Optional<Meter> leftToChance(Fault fault) {
    return switch (fault) {
      case Fault.KillMidWrite _ -> Optional.of(Meter.JOURNAL_CUT);
      // Whoever the gateway writes to may have kept their homes.
      case Fault.ReplaceUnseen _ -> network.map(_ -> Meter.FORWARD_HAPPENED);
      case Fault.Kill _, Fault.KillTwo _, Fault.Freeze _, Fault.RollingRestart _ ->
          Optional.empty();
      case Fault.LeaveAndJoin _, Fault.DiskFull _, Fault.ClockStep _ -> Optional.empty();
      case Fault.Partition _, Fault.Isolation _, Fault.SlowLink _ -> Optional.empty();
      case Fault.HalfOpen _ -> Optional.empty();
    };
  }

  private Server server(Node node) {
    return stack.servers(Equipment.part(node.tier())).get(node.index());
  }

  /**
   * Does it; returns when its duration is over, and the targets may be on their way back. What is
   * tried again takes its duration each time, and in between until all servers are ready.
   *
   * @return whether it was seen to do anything
   * @throws TrialFailure if a process does not end, or what has to come back does not
   */
  public Fact.Effect carryOut(Step step) {
    number++;
    int fault = number;
    String what = what(step);
    List<Server> targets = step.targets().stream().map(this::server).toList();
    Duration lasts = Duration.ofMillis(step.durationMs());
    targets.forEach(readings::ask);
    List<Integer> concerned = concerned(targets);
    recorder.record((at, atMs) -> new Fact.FaultBegun(at, atMs, fault, what, concerned));
    Fact.Effect effect = Fact.Effect.NONE;
    try {
      Supplier<Fact.Effect> attempt = () -> breakAndMend(step, targets, lasts);
      effect =
          awaited(step.fault())
              .map(meter -> untilCounted(meter, targets, attempt))
              .orElseGet(attempt);
      return effect;
    } finally {
      Fact.Effect seen = effect;
      recorder.record((at, atMs) -> new Fact.FaultEnded(at, atMs, fault, seen));
    }
  }

  /**
   * Whose home is among these; none, for all, if something else is broken, too, or all of it.
   *
   * <p>Asked a moment before: homes move only when a view changes.
   */
  private List<Integer> concerned(List<Server> targets) {
    boolean isAll =
        targets.stream().anyMatch(target -> target.part() != Part.DELIVERY)
            || targets.size() == stack.servers(Part.DELIVERY).size();
    return isAll
        ? List.of()
        : users.entrySet().stream()
            .filter(user -> targets.stream().anyMatch(node -> node.isHomeOf(user.getValue())))
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
  }

  private Fact.Effect untilCounted(
      Meter meter, List<Server> targets, Supplier<Fact.Effect> attempt) {
    long before = readings.ask(meter);
    return Attempts.until(
        () -> comes(COUNT_LIMIT, () -> readings.ask(meter) > before),
        attempt,
        () -> {
          awaitCalm();
          targets.forEach(readings::ask);
        });
  }

  /** Whether it holds before so much time has passed. */
  private static boolean comes(Duration limit, BooleanSupplier condition) {
    Clock clock = Clock.start();
    boolean holds = condition.getAsBoolean();
    while (!holds && !clock.has(limit)) {
      Clock.pause(ASK_AGAIN);
      holds = condition.getAsBoolean();
    }
    return holds;
  }

  private Fact.Effect breakAndMend(Step step, List<Server> targets, Duration lasts) {
    Fault fault = step.fault();
    return switch (fault) {
      case Fault.Kill _, Fault.KillTwo _ -> kill(targets, lasts);
      case Fault.Freeze _ -> freeze(targets.getFirst(), lasts);
      case Fault.RollingRestart(Tier _) -> restartInTurn(targets, lasts);
      case Fault.LeaveAndJoin _ -> replace(targets.getFirst(), lasts);
      case Fault.ReplaceUnseen _ ->
          network.isPresent()
              ? network(fault)
                  .replaceUnheard(
                      targets.get(0), stack.servers(Part.DELIVERY), targets.get(1), lasts)
              : replaceUnseen(targets.get(0), targets.get(1), lasts);
      case Fault.KillMidWrite _ ->
          killMidWrite(network(fault), targets.get(0), targets.get(1), lasts);
      case Fault.Partition(Tier _, Tier _, Fault.Direction direction) ->
          network(fault).part(targets.get(0), targets.get(1), direction, lasts);
      case Fault.Isolation _ -> network(fault).isolate(targets.getFirst(), lasts);
      case Fault.SlowLink _ -> network(fault).slow(targets.getFirst(), lasts);
      case Fault.HalfOpen _ -> network(fault).lose(targets.getFirst(), lasts);
      case Fault.ClockStep _ ->
          setClock(targets.getFirst(), Duration.ofSeconds(ClockJump.secondsOf(step)), lasts);
      case Fault.DiskFull _ -> fillDisk(step.targets().getFirst(), lasts);
    };
  }

  private NetworkFaults network(Fault fault) {
    return network.map(NetworkFaults::new).orElseThrow(() -> notAvailable(fault));
  }

  private static IllegalArgumentException notAvailable(Fault fault) {
    return new IllegalArgumentException("not available: " + fault);
  }

  private Fact.Effect killMidWrite(
      NetworkFaults network, Server killed, Server writtenTo, Duration lasts) {
    long before = readings.ask(Meter.RECOVERY_RAN);
    return network.killMidWrite(
        killed,
        writtenTo,
        () -> {
          var _ = comes(RECOVERY_LIMIT, () -> readings.ask(Meter.RECOVERY_RAN) > before);
        },
        lasts);
  }

  /** The supervisor starts them again at once: until the time is over, that is no use. */
  private Fact.Effect kill(List<Server> targets, Duration lasts) {
    Clock clock = Clock.start();
    targets.forEach(Server::kill);
    while (!clock.has(lasts)) {
      targets.forEach(Server::killIfRuns);
      Clock.pause(LOOK_AGAIN);
    }
    return Fact.Effect.SEEN;
  }

  private static Fact.Effect freeze(Server target, Duration lasts) {
    Clock clock = Clock.start();
    Server.Frozen frozen = target.freeze();
    try {
      boolean isSeen = false;
      while (!clock.has(lasts)) {
        isSeen |= frozen.isSeen();
        Clock.pause(LOOK_AGAIN);
      }
      return isSeen ? Fact.Effect.SEEN : Fact.Effect.NONE;
    } finally {
      frozen.resume();
    }
  }

  private Fact.Effect restartInTurn(List<Server> targets, Duration lasts) {
    Clock clock = Clock.start();
    for (int i = 0; i < targets.size(); i++) {
      readings.ask(targets.get(i));
      Stack.Death death = targets.get(i).terminate();
      targets.get(i).awaitRestart(death);
      pauseUntil(clock, lasts.multipliedBy(i + 1L).dividedBy(targets.size()));
    }
    return Fact.Effect.SEEN;
  }

  /**
   * The one stands still from when the successor asks to join until it has been ready for a moment.
   */
  private static Fact.Effect replaceUnseen(Server unseenBy, Server replaced, Duration lasts) {
    Clock clock = Clock.start();
    Stack.Death death = replaced.terminate();
    replaced.awaitJoining(death);
    Server.Frozen frozen = unseenBy.freeze();
    boolean isSeen;
    try {
      replaced.awaitRestart(death);
      isSeen = frozen.isSeen();
      pauseUntil(Clock.start(), A_MOMENT);
    } finally {
      frozen.resume();
    }
    pauseUntil(clock, lasts);
    return isSeen ? Fact.Effect.SEEN : Fact.Effect.NONE;
  }

  private static Fact.Effect replace(Server target, Duration lasts) {
    Clock clock = Clock.start();
    target.terminate();
    pauseUntil(clock, lasts);
    return Fact.Effect.SEEN;
  }

  private Fact.Effect setClock(Server target, Duration off, Duration lasts) {
    Clocks clocks = equipment.clocks();
    Clock clock = Clock.start();
    clocks.set(target, off);
    try {
      boolean isSeen = false;
      while (!clock.has(lasts)) {
        isSeen = isSeen || Clocks.isOff(target, off);
        Clock.pause(ASK_AGAIN);
      }
      return isSeen ? Fact.Effect.SEEN : Fact.Effect.NONE;
    } finally {
      clocks.set(target, Duration.ZERO);
    }
  }

  private Fact.Effect fillDisk(Node target, Duration lasts) {
    Disk disk = equipment.disks().of(target.index());
    Clock clock = Clock.start();
    try {
      boolean isSeen = false;
      while (!clock.has(lasts)) {
        // Whoever ends or compacts leaves some room.
        isSeen |= disk.fill();
        Clock.pause(ASK_AGAIN);
      }
      return isSeen ? Fact.Effect.SEEN : Fact.Effect.NONE;
    } finally {
      disk.makeRoom();
    }
  }

  private static void pauseUntil(Clock clock, Duration then) {
    while (!clock.has(then)) {
      Clock.pause(LOOK_AGAIN);
    }
  }

  /**
   * Waits until all servers are ready again and stay so, and records it.
   *
   * @return how long it took until they were
   * @throws TrialFailure if that does not come about; it says who is not ready
   */
  public Duration awaitHealed() {
    Duration readyAfter = awaitCalm();
    recorder.record(Fact.Healed::new);
    return readyAfter;
  }

  private Duration awaitCalm() {
    Clock clock = Clock.start();
    List<Optional<Long>> pids = List.of();
    Clock calm = Clock.start();
    while (pids.isEmpty() || !calm.has(CALM)) {
      List<String> notReady = notReady();
      List<Optional<Long>> now = stack.servers().stream().map(Server::pid).toList();
      if (!notReady.isEmpty() || !now.equals(pids)) {
        calm = Clock.start();
        pids = notReady.isEmpty() ? now : List.of();
      }
      if (clock.has(READY_LIMIT)) {
        throw new TrialFailure(
            "not all is ready again %d s after the fault: %s (see %s)"
                .formatted(
                    READY_LIMIT.toSeconds(),
                    notReady.isEmpty() ? "processes come and go" : String.join(", ", notReady),
                    stack.log()));
      }
      Clock.pause(ASK_AGAIN);
    }
    return clock.elapsed().minus(calm.elapsed());
  }

  private List<String> notReady() {
    List<String> notReady = new ArrayList<>();
    for (Server server : stack.servers()) {
      if (!server.isReady()) {
        notReady.add(server.toString());
      }
    }
    return notReady;
  }
}
