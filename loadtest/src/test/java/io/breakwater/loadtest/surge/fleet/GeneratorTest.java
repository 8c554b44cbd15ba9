package io.breakwater.loadtest.surge.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.facts.FactReader;
import io.breakwater.loadtest.surge.scenario.model.Variation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real sockets, real time: one second of a small surge. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class GeneratorTest {
  private static final String SCENARIO =
      """
      name: test
      title: a test
      facts: []
      model: a test
      duration: 1s
      small: {scale: 1, compress: 1}
      populations:
        known: {kind: existing, users: 20, online: 100%, behaviour: {obedient: 100%}}
        new: {kind: newcomers, behaviour: {obedient: 100%}}
      streams:
        chat: {kind: messages, of: known, rate: 100/s}
        joining: {kind: sign-ups, of: new, rate: 20/s}
      message:
        payload: {160B: 100%}
        replies: 50%
        conversations: {of: pairs, partners: 2, popularity: uniform}
      faults: []
      limits: []
      """;

  @TempDir Path directory;
  private final JsonMapper json = new JsonMapper();
  private final SocketTier tier = newTier();
  private final PipedInputStream input = new PipedInputStream(1 << 16);
  private final PipedInputStream output = new PipedInputStream(1 << 20);
  private PrintStream commands = System.out;
  private BufferedReader events =
      new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8));

  private static SocketTier newTier() {
    try {
      return new SocketTier();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void pipes() throws IOException {
    commands = new PrintStream(new PipedOutputStream(input), true, StandardCharsets.UTF_8);
    events = new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8));
  }

  @AfterEach
  void end() {
    commands.close();
    tier.close();
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private Job job(double scale) throws IOException {
    Path scenario = Files.writeString(file("test.yaml"), SCENARIO);
    return new Job(
        scenario.toString(),
        scale,
        1,
        Variation.NONE,
        3,
        0,
        1,
        "t1",
        List.of(tier.address()),
        150,
        2,
        file("facts").toString(),
        file("users").toString(),
        60,
        5,
        20);
  }

  private CompletableFuture<Integer> start(Job job) throws IOException {
    job.write(file("job"));
    PrintStream out = new PrintStream(new PipedOutputStream(output), true, StandardCharsets.UTF_8);
    return CompletableFuture.supplyAsync(() -> Generator.run(file("job"), input, out));
  }

  private JsonNode await(String event) throws IOException {
    for (String line = events.readLine(); line != null; line = events.readLine()) {
      JsonNode one = json.readTree(line);
      if (one.path("event").asText().equals(event)) {
        return one;
      }
      assertThat(one.path("event").asText()).as(line).isNotEqualTo("failed");
    }
    throw new AssertionError("no " + event);
  }

  @Test
  void a_job_is_played_and_its_facts_are_in_the_file() throws Exception {
    CompletableFuture<Integer> status = start(job(1));
    assertThat(await("prepared").path("users").asInt()).isEqualTo(20);
    commands.println("{\"do\":\"connect\",\"users\":[\"%s\"]}".formatted(file("users")));
    JsonNode online = await("online");
    assertThat(online.path("users").asInt()).isEqualTo(20);
    assertThat(online.path("prioritised").isBoolean()).isTrue();
    long now = System.nanoTime();
    long begin = now + TimeUnit.MILLISECONDS.toNanos(300);
    commands.println(
        "{\"do\":\"gateways\",\"gateways\":[\"%s\",\"%s\"]}"
            .formatted(tier.address(), tier.address()));
    commands.println("{\"do\":\"go\",\"beginNanos\":%d,\"nowNanos\":%d}".formatted(begin, now));
    JsonNode progress = await("progress");
    assertThat(progress.path("sockets").asInt()).isGreaterThanOrEqualTo(0);
    assertThat(progress.path("phones").path("up").asInt()).isLessThanOrEqualTo(20);
    await("quiet");
    commands.println("{\"do\":\"finish\"}");
    JsonNode done = await("done");
    assertThat(done.path("void")).isEmpty();
    assertThat(status.get(20, TimeUnit.SECONDS)).isZero();

    List<Fact> facts = new ArrayList<>();
    FactReader.read(file("facts"), facts::add);
    assertThat(count(facts, Fact.Due.class)).isBetween(70L, 180L);
    assertThat(count(facts, Fact.Written.class))
        .isGreaterThan(50)
        .isEqualTo(count(facts, Fact.Accepted.class))
        .isEqualTo(count(facts, Fact.Delivered.class));
    assertThat(count(facts, Fact.SignedUp.class)).isGreaterThan(5);
    assertThat(count(facts, Fact.CaughtUp.class)).isEqualTo(20);
    assertThat(count(facts, Fact.Census.class)).isPositive();
    assertThat(facts)
        .filteredOn(Fact.Due.class::isInstance)
        .allMatch(each -> ((Fact.Due) each).begunNanos() >= ((Fact.Due) each).intendedNanos());
  }

  private static long count(List<Fact> facts, Class<? extends Fact> kind) {
    return facts.stream().filter(kind::isInstance).count();
  }

  @Test
  void it_ends_when_its_input_does() throws Exception {
    CompletableFuture<Integer> status = start(job(1));
    await("prepared");
    commands.close();
    assertThat(awaitAny("failed").path("reason").asText()).isEqualTo("standard input has ended");
    assertThat(status.get(20, TimeUnit.SECONDS)).isEqualTo(1);
  }

  private JsonNode awaitAny(String event) throws IOException {
    for (String line = events.readLine(); line != null; line = events.readLine()) {
      JsonNode one = json.readTree(line);
      if (one.path("event").asText().equals(event)) {
        return one;
      }
    }
    throw new AssertionError("no " + event);
  }

  @Test
  void another_clock_is_refused() throws Exception {
    CompletableFuture<Integer> status = start(job(1));
    await("prepared");
    commands.println("{\"do\":\"connect\",\"users\":[\"%s\"]}".formatted(file("users")));
    await("online");
    long now = System.nanoTime() + TimeUnit.HOURS.toNanos(1);
    commands.println("{\"do\":\"go\",\"beginNanos\":%d,\"nowNanos\":%d}".formatted(now, now));
    assertThat(awaitAny("failed").path("reason").asText()).contains("the coordinator's clock says");
    assertThat(status.get(20, TimeUnit.SECONDS)).isEqualTo(1);
  }

  @Test
  void a_job_that_needs_more_sockets_than_files_are_allowed_is_refused() throws Exception {
    CompletableFuture<Integer> status = start(job(0.000001));
    assertThat(awaitAny("failed").path("reason").asText())
        .contains("needed at the peak (expected: at most")
        .contains("ulimit -n");
    assertThat(status.get(20, TimeUnit.SECONDS)).isEqualTo(1);
  }
}
