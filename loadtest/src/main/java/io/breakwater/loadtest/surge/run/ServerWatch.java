package io.breakwater.loadtest.surge.run;

import io.breakwater.loadtest.bench.measure.ProcessUsage;
import io.breakwater.loadtest.stack.Metrics;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Server;
import io.breakwater.loadtest.surge.figures.ServerSamples;
import io.breakwater.loadtest.surge.figures.ServerSamples.Gateway;
import io.breakwater.loadtest.surge.figures.ServerSamples.Mark;
import io.breakwater.loadtest.surge.figures.ServerSamples.ServerProcess;
import io.breakwater.loadtest.surge.figures.ServerSamples.Sockets;
import io.breakwater.loadtest.surge.figures.ServerSamples.Statements;
import io.breakwater.loadtest.surge.figures.ServerSamples.Usage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Looks at the servers each second, from when it is started until it is closed: processors, memory,
 * sockets, what they asked Cassandra; each of them on a thread of its own. What a process did in
 * its last second is missed. A look that fails is not the last one, but a problem of the run. Any
 * thread.
 */
final class ServerWatch implements AutoCloseable {
  private static final long EVERY_MS = 1_000;
  private static final String CALLS = "breakwater_storage_calls_seconds_count";
  private static final String CONNECTIONS = "breakwater_gateway_connections";

  private final List<Server> servers;
  private final ScheduledExecutorService threads;

  /** What the servers were at the begin: what these had done before is not of the run. */
  private final Set<Long> first;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final Map<Server, List<Usage>> usages = new LinkedHashMap<>();
  private final Map<Server, List<Sockets>> sockets = new LinkedHashMap<>();
  private final Map<Long, Map<String, Long>> callsAtFirst = new LinkedHashMap<>();
  private final Map<Long, Map<String, Long>> callsAtLast = new LinkedHashMap<>();
  private final List<Mark> marks = new ArrayList<>();
  private String firstFailure = "";
  private int failures;

  private ServerWatch(List<Server> servers) {
    this.servers = servers;
    // One that does not answer keeps nobody else waiting.
    threads =
        Executors.newScheduledThreadPool(
            servers.size(), Thread.ofPlatform().daemon().name("server-watch-", 0).factory());
    first =
        servers.stream()
            .flatMap(server -> server.pid().stream())
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Looks at once, and from now on. */
  static ServerWatch start(List<Server> servers) {
    ServerWatch watch = new ServerWatch(servers);
    for (Server server : watch.servers) {
      var _ =
          watch.threads.scheduleAtFixedRate(
              () -> look(watch, server), 0, EVERY_MS, TimeUnit.MILLISECONDS);
    }
    return watch;
  }

  private static void look(ServerWatch watch, Server server) {
    try {
      server.pid().ifPresent(pid -> watch.look(server, pid));
    } catch (RuntimeException e) {
      // Beyond here it would end all further looks, and nobody would hear of it.
      watch.failed(server, e);
    }
  }

  private void failed(Server server, RuntimeException why) {
    lock.lock();
    try {
      failures++;
      if (firstFailure.isEmpty()) {
        firstFailure = server + ": " + why;
      }
    } finally {
      lock.unlock();
    }
  }

  private void look(Server server, long pid) {
    // The answer may take long: each figure has the time at which it was read.
    ProcessUsage.of(pid).ifPresent(used -> note(server, pid, used, System.nanoTime()));
    if (server.part() != Part.CASSANDRA) {
      server.metrics().ifPresent(said -> note(server, pid, said, System.nanoTime()));
    }
  }

  private void note(Server server, long pid, ProcessUsage used, long now) {
    lock.lock();
    try {
      usages
          .computeIfAbsent(server, _ -> new ArrayList<>())
          .add(
              new Usage(
                  now, pid, TimeUnit.MICROSECONDS.toNanos(used.cpuMicros()), used.residentBytes()));
    } finally {
      lock.unlock();
    }
  }

  private void note(Server server, long pid, Metrics said, long now) {
    lock.lock();
    try {
      if (server.part() == Part.GATEWAY) {
        sockets
            .computeIfAbsent(server, _ -> new ArrayList<>())
            .add(new Sockets(now, Math.toIntExact(said.value(CONNECTIONS))));
      } else {
        Map<String, Long> calls = said.byLabel(CALLS, "kind");
        callsAtFirst.putIfAbsent(pid, first.contains(pid) ? calls : Map.of());
        callsAtLast.put(pid, calls);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Something is done to the servers now. */
  void mark(String label) {
    lock.lock();
    try {
      marks.add(new Mark(System.nanoTime(), label));
    } finally {
      lock.unlock();
    }
  }

  /** That looks failed until now, and why the first of them did; nothing if none has. */
  Optional<String> problem() {
    lock.lock();
    try {
      return failures == 0
          ? Optional.empty()
          : Optional.of(
              "Servers could not be looked at, %d times; first %s"
                  .formatted(failures, firstFailure));
    } finally {
      lock.unlock();
    }
  }

  /** What was seen until now. */
  ServerSamples samples() {
    lock.lock();
    try {
      return new ServerSamples(
          servers.stream()
              .filter(usages::containsKey)
              .map(
                  each ->
                      new ServerProcess(
                          each.part().toString(),
                          each.toString(),
                          usages.getOrDefault(each, List.of())))
              .toList(),
          statements(),
          servers.stream()
              .filter(sockets::containsKey)
              .map(each -> new Gateway(each.toString(), sockets.getOrDefault(each, List.of())))
              .toList(),
          marks);
    } finally {
      lock.unlock();
    }
  }

  private List<Statements> statements() {
    Map<String, Long> sums = new TreeMap<>();
    callsAtLast.forEach(
        (pid, calls) -> {
          Map<String, Long> before = callsAtFirst.getOrDefault(pid, Map.of());
          calls.forEach(
              (kind, count) -> sums.merge(kind, count - before.getOrDefault(kind, 0L), Long::sum));
        });
    return sums.entrySet().stream()
        .map(each -> new Statements(each.getKey(), each.getValue()))
        .toList();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
