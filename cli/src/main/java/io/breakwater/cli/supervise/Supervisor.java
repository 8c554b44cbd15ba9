package io.breakwater.cli.supervise;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs services on the thread that calls {@link #run}, which owns all their state; {@link #stop}
 * may be called on any thread.
 */
public final class Supervisor {
  /** For what an earlier run had and this one has not, so that nobody says how long it may take. */
  private static final Duration UNKNOWN_STOP_GRACE = Duration.ofSeconds(20);

  private final List<Running> tiers = new ArrayList<>();
  private final List<Service> specifications;
  private final Path pidDirectory;
  private final Consumer<String> console;
  private final LinkedBlockingQueue<Boolean> wakeUps = new LinkedBlockingQueue<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final long origin = System.nanoTime();

  /** Set once, by {@link #stop}; read by the supervisor's thread when it wakes. */
  private volatile boolean stopping;

  private record Running(List<Supervised> services, Tier.Stop stop) {
    boolean isUp() {
      return services.stream().allMatch(Supervised::isUp);
    }

    void end() {
      if (stop == Tier.Stop.TOGETHER) {
        services.forEach(Supervised::requestStop);
      }
      services.reversed().forEach(Supervised::stop);
    }
  }

  /**
   * @param tiers in the order in which they start
   * @param pidDirectory holds {@code <name>.pid} of each that runs
   * @param console takes lines for the person at the terminal
   */
  public Supervisor(List<Tier> tiers, Path pidDirectory, Consumer<String> console) {
    this.specifications = tiers.stream().flatMap(tier -> tier.services().stream()).toList();
    this.pidDirectory = pidDirectory;
    this.console = console;
    for (Tier tier : tiers) {
      this.tiers.add(
          new Running(tier.services().stream().map(this::supervised).toList(), tier.stop()));
    }
  }

  private Supervised supervised(Service service) {
    return new Supervised(service, pidFile(service.name()), console, () -> wakeUps.add(true));
  }

  /**
   * Ends what an earlier supervisor, killed, left running. The caller holds the lock that every
   * supervisor of this directory holds.
   */
  public void endLeftovers() {
    Map<String, Duration> graces = new HashMap<>();
    specifications.forEach(service -> graces.put(service.name(), service.stopGrace()));
    // Those that this run does not have first, the last in the alphabet first: gateways before
    // delivery
    // nodes before Cassandra.
    List<String> names = new ArrayList<>(PidFile.names(pidDirectory).reversed());
    names.removeAll(graces.keySet());
    specifications.reversed().forEach(service -> names.add(service.name()));
    for (String name : names) {
      endLeftover(name, graces.getOrDefault(name, UNKNOWN_STOP_GRACE));
    }
  }

  private void endLeftover(String name, Duration grace) {
    PidFile file = pidFile(name);
    file.process()
        .ifPresent(
            process -> {
              console.accept(
                  "%s: pid %d of an earlier run still runs; stopping it"
                      .formatted(name, process.pid()));
              PidFile.end(process, grace);
            });
    file.delete();
  }

  /**
   * Starts the tiers, each when all services of the one before are ready, keeps the services
   * running until {@link #stop}, and stops the tiers in reverse order, also when it fails.
   *
   * @param ready is run once, when all are ready for the first time
   * @throws io.breakwater.cli.process.StartFailure if one cannot be started
   */
  public void run(Consumer<Supervisor> ready) {
    try {
      int begun = 1;
      boolean announced = false;
      while (!stopping) {
        Duration pause = attend(begun);
        if (!announced && tiers.subList(0, begun).stream().allMatch(Running::isUp)) {
          pause = Duration.ZERO;
          announced = begun == tiers.size();
          begun = Math.min(begun + 1, tiers.size());
          if (announced) {
            ready.accept(this);
          }
        }
        await(pause);
      }
    } finally {
      stopAll();
      stopped.countDown();
    }
  }

  private Duration attend(int begun) {
    Duration pause = Duration.ofDays(1);
    for (Supervised service : services(tiers.subList(0, begun))) {
      Duration own = service.attend(Duration.ofNanos(System.nanoTime() - origin));
      pause = own.compareTo(pause) < 0 ? own : pause;
    }
    return pause;
  }

  private void await(Duration pause) {
    try {
      wakeUps.poll(pause.toMillis(), TimeUnit.MILLISECONDS);
      wakeUps.clear();
    } catch (InterruptedException e) {
      stopping = true;
    }
  }

  private void stopAll() {
    tiers.reversed().forEach(Running::end);
  }

  private static List<Supervised> services(List<Running> tiers) {
    return tiers.stream().flatMap(tier -> tier.services().stream()).toList();
  }

  /** The pid of a service; to be called on the supervisor's thread. */
  public long pid(String name) {
    return services(tiers).stream()
        .filter(service -> service.name().equals(name))
        .mapToLong(Supervised::pid)
        .findFirst()
        .orElseThrow();
  }

  /** Asks {@link #run} to stop the services and to return. */
  public void stop() {
    stopping = true;
    wakeUps.add(true);
  }

  /** Waits until {@link #run} has stopped all; bounded by the services' stop graces. */
  public void awaitStopped() throws InterruptedException {
    stopped.await();
  }

  private PidFile pidFile(String name) {
    return PidFile.of(pidDirectory, name);
  }
}
