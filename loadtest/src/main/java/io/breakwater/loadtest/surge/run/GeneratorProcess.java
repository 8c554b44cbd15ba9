package io.breakwater.loadtest.surge.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.loadtest.surge.fleet.Generator;
import io.breakwater.loadtest.surge.quota.Processors;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A generator of its own process, a child of this one: it ends when this process does. Any thread.
 */
final class GeneratorProcess implements AutoCloseable {
  /** What it says in the course of a run, once each. */
  enum Step {
    PREPARED("prepared"),
    ONLINE("online"),
    QUIET("quiet"),
    DONE("done");

    private final String event;

    Step(String event) {
      this.event = event;
    }
  }

  private static final String PROGRESS = "progress";
  private static final String FAILED = "failed";
  private static final long END_S = 10;

  /** It has closed its input, so it is about to say why, or has said it. */
  private static final long REASON_S = 5;

  private final JsonMapper json = new JsonMapper();
  private final int index;
  private final Process process;
  private final BufferedWriter in;
  private final Map<String, CompletableFuture<JsonNode>> steps = new ConcurrentHashMap<>();
  private final CompletableFuture<JsonNode> failure;
  private volatile JsonNode progress;

  private GeneratorProcess(int index, Process process, CompletableFuture<JsonNode> failure) {
    this.index = index;
    this.process = process;
    this.failure = failure;
    in = process.outputWriter(StandardCharsets.UTF_8);
    progress = json.createObjectNode();
    for (Step step : Step.values()) {
      steps.put(step.event, new CompletableFuture<>());
    }
  }

  /**
   * Starts one.
   *
   * @param job a file
   * @param log takes what it says beside its events
   * @param processors on which it runs; those of this process if it is empty
   * @param failure of all generators of a run: who fails before it is done ends the waits for all
   */
  static GeneratorProcess start(
      int index,
      Path job,
      Path log,
      Optional<Processors> processors,
      CompletableFuture<JsonNode> failure) {
    List<String> command = new ArrayList<>();
    processors.ifPresent(each -> command.addAll(List.of("taskset", "--cpu-list", each.list())));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx2g",
            // Phones are not stopped while it collects: with the serial collector all of a process
            // stood still for 70 to 160 ms each minute, which was taken for a delay of servers.
            "-XX:+UseZGC",
            "-XX:+UseCompactObjectHeaders",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            Generator.class.getName(),
            job.toString()));
    try {
      return of(
          index,
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start(),
          failure);
    } catch (IOException e) {
      throw new TrialFailure("cannot start generator %d: %s".formatted(index, e.getMessage()), e);
    }
  }

  /** Listens to one that was started. */
  static GeneratorProcess of(int index, Process process, CompletableFuture<JsonNode> failure) {
    GeneratorProcess generator = new GeneratorProcess(index, process, failure);
    Thread.ofPlatform().daemon().name("generator-" + index).start(generator::listen);
    return generator;
  }

  private void listen() {
    String why = "it has ended";
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        JsonNode event = parse(line);
        String name = event.path("event").asText();
        CompletableFuture<JsonNode> step = steps.get(name);
        if (name.equals(PROGRESS)) {
          progress = event;
        } else if (name.equals(FAILED)) {
          why = event.path("reason").asText();
        } else if (step != null) {
          step.complete(event);
        }
      }
    } catch (IOException e) {
      why = e.getMessage();
    }
    if (!step(Step.DONE).isDone()) {
      failure.completeExceptionally(new TrialFailure("generator %d: %s".formatted(index, why)));
    }
  }

  private CompletableFuture<JsonNode> step(Step step) {
    return Objects.requireNonNull(steps.get(step.event));
  }

  private JsonNode parse(String line) {
    try {
      return json.readTree(line);
    } catch (JsonProcessingException e) {
      return json.createObjectNode();
    }
  }

  /** A command to be completed and told. */
  ObjectNode command(String name) {
    return json.createObjectNode().put("do", name);
  }

  /**
   * Tells it to do something; one caller after the other.
   *
   * @throws TrialFailure if it has ended: why, if it said so
   */
  void tell(ObjectNode command) {
    try {
      synchronized (in) {
        in.write(json.writeValueAsString(command));
        in.newLine();
        in.flush();
      }
    } catch (IOException e) {
      throw reason()
          .orElseGet(
              () ->
                  new TrialFailure(
                      "generator %d does not listen: %s".formatted(index, e.getMessage()), e));
    }
  }

  /** Why one of all has failed; nothing if that is not known soon. */
  private Optional<TrialFailure> reason() {
    try {
      failure.get(REASON_S, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return Optional.of(failure(e));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  private static TrialFailure failure(ExecutionException e) {
    return new TrialFailure(String.valueOf(Objects.requireNonNull(e.getCause()).getMessage()), e);
  }

  /**
   * Waits until it says that it has come so far.
   *
   * @throws TrialFailure as soon as any of all generators fails; or if it takes longer
   */
  JsonNode await(Step step, Duration limit) {
    CompletableFuture<JsonNode> said = step(step);
    try {
      CompletableFuture.anyOf(failure, said).get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return said.resultNow();
    } catch (ExecutionException e) {
      throw failure(e);
    } catch (TimeoutException e) {
      throw new TrialFailure(
          "generator %d is not %s after %d s: %s"
              .formatted(index, step.event, limit.toSeconds(), progress),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrialFailure("interrupted", e);
    }
  }

  /** What it has said last about how it goes. */
  JsonNode progress() {
    return progress;
  }

  /** Ends it; returns when it is gone. */
  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      // It has ended.
    }
    try {
      if (!process.waitFor(END_S, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
