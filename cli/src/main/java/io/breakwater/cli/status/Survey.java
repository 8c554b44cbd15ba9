package io.breakwater.cli.status;

import io.breakwater.cli.cassandra.CqlProbe;
import io.breakwater.cli.process.StartFailure;
import io.breakwater.cli.supervise.PidFile;
import io.breakwater.cli.supervise.Probe;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks every process of a run how it does, all at once; blocks for some seconds at most. */
final class Survey {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** Of a page of meters; what is beyond is not read. */
  private static final int MAX_PAGE_BYTES = 4 << 20;

  private final Path pidDirectory;

  Survey(Path pidDirectory) {
    this.pidDirectory = pidDirectory;
  }

  /** In the order of the run. */
  List<Condition> of(RunFile run) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Condition>> answers = new ArrayList<>();
      run.processes().forEach(process -> answers.add(threads.submit(() -> ask(process))));
      List<Condition> conditions = new ArrayList<>();
      for (Future<Condition> answer : answers) {
        conditions.add(answer.get());
      }
      return conditions;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private Condition ask(RunFile.Entry process) {
    OptionalLong pid =
        PidFile.of(pidDirectory, process.name()).process().stream()
            .mapToLong(ProcessHandle::pid)
            .findFirst();
    if (process.isOurs() && pid.isEmpty()) {
      return new Condition(
          process, pid, Condition.State.NOT_RUNNING, "it has ended", Samples.none());
    }
    InetSocketAddress admin = address(process.admin());
    return switch (process.kind()) {
      case CASSANDRA ->
          CqlProbe.answers(admin, TIMEOUT)
              ? ready(process, pid, Samples.none())
              : notReady(process, pid, "no CQL answer at " + process.admin(), Samples.none());
      case DELIVERY, GATEWAY ->
          switch (Probe.readyz(admin).ask(pid.orElse(0))) {
            case Probe.Answer.Ready() -> ready(process, pid, meters(process.admin()));
            case Probe.Answer.NotReady(String why) ->
                notReady(process, pid, why, meters(process.admin()));
            case Probe.Answer.Stranger(String line) -> notReady(process, pid, line, Samples.none());
          };
    };
  }

  private static Condition ready(RunFile.Entry process, OptionalLong pid, Samples samples) {
    return new Condition(process, pid, Condition.State.READY, "", samples);
  }

  private static Condition notReady(
      RunFile.Entry process, OptionalLong pid, String why, Samples samples) {
    return new Condition(process, pid, Condition.State.NOT_READY, why, samples);
  }

  /** Of {@code host:port}, as {@code up} wrote it. */
  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    return new InetSocketAddress(
        text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  /** None if the page cannot be had. */
  static Samples meters(String admin) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://%s/metrics".formatted(admin)).toURL().openConnection();
      connection.setConnectTimeout((int) TIMEOUT.toMillis());
      connection.setReadTimeout((int) TIMEOUT.toMillis());
      try (InputStream page = connection.getInputStream()) {
        return Samples.parse(new String(page.readNBytes(MAX_PAGE_BYTES), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      return Samples.none();
    }
  }
}
