package io.breakwater.loadtest.surge.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.loadtest.surge.fleet.Job;
import io.breakwater.loadtest.surge.quota.Processors;
import io.breakwater.loadtest.surge.report.result.Trouble;
import io.breakwater.loadtest.surge.run.GeneratorProcess.Step;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** All generator processes of a run. Confined to one thread, but for {@link #progress}. */
final class Generators implements AutoCloseable {
  private final List<GeneratorProcess> processes = new ArrayList<>();
  private final List<Path> facts = new ArrayList<>();
  private final CompletableFuture<JsonNode> failure = new CompletableFuture<>();
  private boolean arePrioritised;

  private Generators() {}

  /**
   * Starts them; they begin to make accounts.
   *
   * @param directory of the run, which has jobs, facts, users and logs then
   * @param processors on which they run, all of them together; any of them if it is empty
   */
  static Generators start(
      int count, IntFunction<Job> jobs, Path directory, Optional<Processors> processors)
      throws IOException {
    Generators generators = new Generators();
    try {
      for (int i = 0; i < count; i++) {
        Job job = jobs.apply(i);
        Path file = directory.resolve("job-" + i + ".json");
        job.write(file);
        generators.facts.add(Path.of(job.facts()));
        generators.processes.add(
            GeneratorProcess.start(
                i,
                file,
                directory.resolve("generator-" + i + ".log"),
                processors,
                generators.failure));
      }
      return generators;
    } catch (IOException | TrialFailure e) {
      generators.close();
      throw e;
    }
  }

  /**
   * Waits until all accounts exist, then lets those connect who are online at the begin.
   *
   * @return how many those are
   */
  long connect(Duration limit) {
    List<JsonNode> prepared = await(Step.PREPARED, limit);
    for (GeneratorProcess process : processes) {
      ObjectNode command = process.command("connect");
      ArrayNode users = command.putArray("users");
      prepared.forEach(each -> users.add(each.path("file").asText()));
      process.tell(command);
    }
    List<JsonNode> online = await(Step.ONLINE, limit);
    arePrioritised = arePrioritised(online);
    return online.stream().mapToLong(each -> each.path("users").asLong()).sum();
  }

  /** Of those that are online. */
  static boolean arePrioritised(List<JsonNode> online) {
    return online.stream().allMatch(each -> each.path("prioritised").asBoolean());
  }

  /** Whether the phones of all of them go before the servers; known when they are connected. */
  boolean arePrioritised() {
    return arePrioritised;
  }

  /** The schedule begins at that time of {@link System#nanoTime}, its streams earlier. */
  void go(long beginNanos, Duration warmUp) {
    for (GeneratorProcess process : processes) {
      process.tell(
          process
              .command("go")
              .put("beginNanos", beginNanos)
              .put("warmUpNanos", warmUp.toNanos())
              .put("nowNanos", System.nanoTime()));
    }
  }

  /** Phones connect to these from now on. */
  void use(List<String> gateways) {
    for (GeneratorProcess process : processes) {
      ObjectNode command = process.command("gateways");
      ArrayNode all = command.putArray("gateways");
      gateways.forEach(all::add);
      process.tell(command);
    }
  }

  /** Waits until nothing is under way any more, or the wait for that is over. */
  void awaitQuiet(Duration limit) {
    await(Step.QUIET, limit);
  }

  /**
   * Ends the run.
   *
   * @return why it is void; nothing if it is not
   */
  List<Trouble> finish(Duration limit) {
    processes.forEach(process -> process.tell(process.command("finish")));
    return await(Step.DONE, limit).stream().flatMap(Generators::troubles).toList();
  }

  /** Of one that is done. */
  static Stream<Trouble> troubles(JsonNode done) {
    List<Trouble> troubles = new ArrayList<>();
    done.path("losses").forEach(each -> troubles.add(Trouble.ofFacts(each.asText())));
    done.path("void").forEach(each -> troubles.add(Trouble.ofRun(each.asText())));
    return troubles.stream();
  }

  /** Their fact files, which are whole when the run has ended. */
  List<Path> facts() {
    return facts;
  }

  /** A figure of what they said last, added up. Any thread. */
  long progress(String name) {
    return processes.stream().mapToLong(each -> figure(each.progress(), name)).sum();
  }

  /** The same, of the one that has most. */
  long worst(String name) {
    return processes.stream().mapToLong(each -> figure(each.progress(), name)).max().orElse(0);
  }

  private static long figure(JsonNode progress, String name) {
    return progress.has(name)
        ? progress.path(name).asLong()
        : progress.path("phones").path(name).asLong();
  }

  private List<JsonNode> await(Step step, Duration limit) {
    return processes.stream().map(process -> process.await(step, limit)).toList();
  }

  @Override
  public void close() {
    processes.forEach(GeneratorProcess::close);
  }
}
