package io.breakwater.cli.supervise;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs services on the thread that calls {@link #run}, which owns all their state; {@link #stop}
 * may be called on any thread.
 */
public final class Supervisor {
  private final List<Supervised> services = new ArrayList<>();
  private final List<Service> specifications;
  private final Path pidDirectory;
  private final Consumer<String> console;
  private final LinkedBlockingQueue<Boolean> wakeUps = new LinkedBlockingQueue<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final long origin = System.nanoTime();

  /** Set once, by {@link #stop}; read by the supervisor's thread when it wakes. */
  private volatile boolean stopping;

  /**
   * @param services in the order in which they start
   * @param pidDirectory holds {@code <name>.pid} of each that runs
   * @param console takes lines for the person at the terminal
   */
  public Supervisor(List<Service> services, Path pidDirectory, Consumer<String> console) {
    this.specifications = List.copyOf(services);
    this.pidDirectory = pidDirectory;
    this.console = console;
    for (Service service : services) {
      this.services.add(
          new Supervised(service, pidFile(service), console, () -> wakeUps.add(true)));
    }
  }

  /**
   * Ends what an earlier supervisor, killed, left running. The caller holds the lock that every
   * supervisor of this directory holds.
   */
  public void endLeftovers() {
    for (Service service : specifications.reversed()) {
      PidFile file = pidFile(service);
      file.leftover()
          .ifPresent(
              process -> {
                console.accept(
                    "%s: pid %d of an earlier run still runs; stopping it"
                        .formatted(service.name(), process.pid()));
                PidFile.end(process, service.stopGrace());
              });
      file.delete();
    }
  }

  /**
   * Starts the services one after the other, keeps them running until {@link #stop}, and stops them
   * in reverse order, also when it fails.
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
        if (!announced && services.subList(0, begun).stream().allMatch(Supervised::isUp)) {
          pause = Duration.ZERO;
          announced = begun == services.size();
          begun = Math.min(begun + 1, services.size());
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
    for (Supervised service : services.subList(0, begun)) {
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
    for (Supervised service : services.reversed()) {
      service.stop();
    }
  }

  /** The pid of a service; to be called on the supervisor's thread. */
  public long pid(String name) {
    return services.stream()
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

  private PidFile pidFile(Service service) {
    return new PidFile(pidDirectory.resolve(service.name() + ".pid"));
  }
}
