package io.breakwater.loadtest.surge.run;

import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Server;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.surge.scenario.model.Fault;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * Breaks a stack as a scenario says, at its times; each fault on a thread of its own, so that those
 * that last do not put off the next one. What goes wrong is told at the end. Any thread.
 */
final class Turmoil implements AutoCloseable {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final Duration ASK_AGAIN = Duration.ofMillis(200);

  /** What there is to break, and who is told. */
  private record Scene(Stack stack, ServerWatch watch, Generators generators) {
    List<Server> gateways() {
      return stack.servers(Part.GATEWAY);
    }
  }

  private final List<Thread> threads = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Victims victims = new Victims();
  private volatile boolean isOver;

  /** Gateways that phones know. Guarded by this. */
  private int known;

  private Turmoil(int gatewaysAtBegin) {
    known = gatewaysAtBegin;
  }

  /** Nothing is broken. */
  static Turmoil none() {
    return new Turmoil(0);
  }

  /** Gateways that are added in the course of a scenario. */
  static int added(List<Fault> faults) {
    return Math.toIntExact(faults.stream().filter(Fault.AddGateway.class::isInstance).count());
  }

  /** Whether a fault is done by the generators, not to servers. */
  static boolean isOfPhones(Fault fault) {
    return fault instanceof Fault.HangUp;
  }

  /**
   * Begins.
   *
   * @param beginNanos from which the faults' times count
   * @param gatewaysAtBegin of all gateways of the stack: the rest is added later
   */
  static Turmoil start(
      List<Fault> faults,
      long beginNanos,
      Stack stack,
      ServerWatch watch,
      Generators generators,
      int gatewaysAtBegin,
      long seed) {
    Turmoil turmoil = new Turmoil(gatewaysAtBegin);
    Scene scene = new Scene(stack, watch, generators);
    RandomGenerator random = new SplittableRandom(seed);
    faults.stream()
        .sorted(Comparator.comparing(Fault::at))
        .forEach(
            fault -> {
              // Drawn here: the same whatever thread comes first.
              double draw = random.nextDouble();
              turmoil.begin(fault.text(), () -> turmoil.run(fault, scene, beginNanos, draw));
            });
    return turmoil;
  }

  /** On a thread of its own, whose end {@link #close} awaits. */
  void begin(String what, Runnable work) {
    threads.add(Thread.ofPlatform().daemon().name(what).start(work));
  }

  private void run(Fault fault, Scene scene, long beginNanos, double draw) {
    long then = beginNanos + fault.at().toNanos();
    while (!isOver && System.nanoTime() < then) {
      LockSupport.parkNanos(Math.min(then - System.nanoTime(), LOOK_AGAIN.toNanos()));
    }
    if (isOver) {
      return;
    }
    attempt(fault.text(), () -> carryOut(fault, scene, draw));
  }

  /** A fault that was not carried out is a problem of the run, whatever the reason is. */
  void attempt(String what, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      String why = e instanceof TrialFailure ? e.getMessage() : e.toString();
      synchronized (this) {
        problems.add("%s: %s".formatted(what, why));
      }
    }
  }

  private void carryOut(Fault fault, Scene scene, double draw) {
    switch (fault) {
      case Fault.KillGateway(Duration _, Optional<Duration> back) ->
          kill(scene, drawn(known(scene), draw), back);
      case Fault.KillDelivery(Duration _, Optional<Duration> back) ->
          kill(scene, drawn(scene.stack().servers(Part.DELIVERY), draw), back);
      case Fault.RestartGateways(Duration _, Duration gap) ->
          restart(scene.watch(), known(scene), gap);
      case Fault.RestartDeliveries(Duration _, Duration gap) ->
          restart(scene.watch(), scene.stack().servers(Part.DELIVERY), gap);
      case Fault.AddGateway _ -> add(scene);
      case Fault.HangUp hangUp -> scene.watch().mark(hangUp.text());
    }
  }

  private synchronized List<Server> known(Scene scene) {
    return scene.gateways().subList(0, known);
  }

  private Server drawn(List<Server> servers, double draw) {
    return victims
        .draw(servers, draw)
        .orElseThrow(
            () ->
                new TrialFailure(
                    "all of %s are down (expected: one that runs)".formatted(servers)));
  }

  /** The supervisor starts it again at once; until then, or for good, that is no use. */
  private void kill(Scene scene, Server server, Optional<Duration> back) {
    scene.watch().mark(server + " killed");
    Clock clock = Clock.start();
    server.killIfRuns();
    while (!isOver && back.filter(clock::has).isEmpty()) {
      server.killIfRuns();
      Clock.pause(LOOK_AGAIN);
    }
    if (isOver) {
      return;
    }
    scene.watch().mark(server + " may come back");
    while (!isOver && !server.isReady()) {
      Clock.pause(ASK_AGAIN);
    }
    if (!isOver) {
      scene.watch().mark(server + " is back");
      victims.release(server);
    }
  }

  /** One after the other. */
  void restart(ServerWatch watch, List<Server> servers, Duration gap) {
    for (Server server : servers) {
      if (isOver) {
        return;
      }
      if (!victims.take(server)) {
        watch.mark(server + " is down: not restarted");
        continue;
      }
      watch.mark(server + " restarted");
      Stack.Death death = server.terminate(() -> isOver);
      if (server.awaitRestart(death, () -> isOver).isEmpty()) {
        throw new TrialFailure(server + " had not come back when the run ended");
      }
      victims.release(server);
      Clock clock = Clock.start();
      while (!isOver && !clock.has(gap)) {
        Clock.pause(LOOK_AGAIN);
      }
    }
  }

  /** It runs from the begin: phones are told of it now. */
  private void add(Scene scene) {
    List<Server> all;
    synchronized (this) {
      known++;
      all = known(scene);
    }
    scene.watch().mark(all.getLast() + " added");
    scene.generators().use(Conductor.addresses(all));
  }

  /** What went wrong so far; all of it once this is closed. */
  synchronized List<String> problems() {
    return List.copyOf(problems);
  }

  /**
   * Nothing is begun any more, and nothing is waited for: a restart that is under way is a problem.
   */
  @Override
  public void close() {
    isOver = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
