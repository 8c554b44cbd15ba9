package io.breakwater.loadtest.surge.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.breakwater.client.ProofOfWork;
import io.breakwater.loadtest.line.LineLoop;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.loadtest.surge.fleet.phone.Tallies;
import io.breakwater.loadtest.surge.fleet.phone.Timers;
import io.breakwater.loadtest.surge.fleet.phone.World;
import io.breakwater.loadtest.surge.fleet.play.Fleet;
import io.breakwater.loadtest.surge.fleet.play.Stage;
import io.breakwater.loadtest.surge.fleet.who.Handles;
import io.breakwater.loadtest.surge.fleet.who.Roster;
import io.breakwater.loadtest.surge.fleet.who.UserFile;
import io.breakwater.loadtest.surge.scenario.InvalidScenario;
import io.breakwater.loadtest.surge.scenario.Replay;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The main class of a generator process: see the package for what it reads and says. */
public final class Generator implements Fleet.Listener {
  private static final int SIGN_UP_ID_BYTES = 16;
  private static final int MOST_REASONS = 20;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** A command is read at most this long after it was written. */
  private static final long SOON = TimeUnit.SECONDS.toNanos(60);

  /** Phones that wait for the one thread that works for all. */
  private static final int WORK_WAITING_MOST = 1_024;

  private static final int RUNNING = -1;
  private static final int DONE = 0;
  private static final int FAILED = 1;

  private final Job job;
  private final Voice voice;
  private final FactLog facts;
  private final LineLoop loop;
  private final Timers timers = new Timers();
  private final Tallies tallies = new Tallies();
  private final Pump pump;
  private final SocketLines lines;
  private final Roster roster;
  private final Fleet fleet;
  private final Timers.Alarm second = new Timers.Alarm(this::second);

  /** Why the run is void; on the loop. */
  private final Set<String> reasons = new LinkedHashSet<>();

  private final ThreadPoolExecutor workers = workers();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger status = new AtomicInteger(RUNNING);

  private Generator(Job job, Voice voice) throws IOException, InvalidScenario {
    this.job = job;
    this.voice = voice;
    Replay replay = job.replay();
    int sockets = Needs.sockets();
    Needs.check(replay, job.part(), sockets);
    roster = new Roster(replay.played().populations());
    loop = new LineLoop("surge", new LineLoop.Sources(job.firstSource(), job.sources()));
    pump = new Pump(loop, timers, this::failed);
    lines = new SocketLines(loop, pump, Job.addresses(job.gateways()), sockets, this::trouble);
    facts = FactLog.to(Path.of(job.facts()));
    World world =
        new World(
            System::nanoTime,
            lines,
            timers,
            new SplittableRandom(),
            facts::add,
            this::trouble,
            tallies,
            job.heartbeatSeconds(),
            this::work);
    fleet =
        new Fleet(
            new Stage(
                world,
                replay,
                job.seed(),
                job.part(),
                new Handles(job.run()),
                roster,
                signUpIds(),
                job.atOnce()),
            Duration.ofSeconds(job.waitSeconds()),
            this);
  }

  /** Phones of which too many work look like those that are too slow. */
  private void work(ProofOfWork proof, LongConsumer solved) {
    workers.execute(
        () -> proof.solve().ifPresent(nonce -> loop.execute(() -> solved.accept(nonce))));
  }

  private static ThreadPoolExecutor workers() {
    return new ThreadPoolExecutor(
        1,
        1,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(WORK_WAITING_MOST),
        Thread.ofPlatform().name("work").daemon().factory(),
        new ThreadPoolExecutor.DiscardPolicy());
  }

  private static Supplier<ByteString> signUpIds() {
    SecureRandom random = new SecureRandom();
    return () -> {
      byte[] id = new byte[SIGN_UP_ID_BYTES];
      random.nextBytes(id);
      return ByteString.copyFrom(id);
    };
  }

  /** Runs the job of a file, and ends the process. */
  public static void main(String[] arguments) {
    if (arguments.length != 1) {
      System.err.println("arguments: " + arguments.length + " (expected: 1, a job file)");
      System.exit(2);
    }
    System.exit(run(Path.of(arguments[0]), System.in, System.out));
  }

  /**
   * Runs a job until it is done, or has failed, or the input ends.
   *
   * @return the exit status
   */
  static int run(Path file, InputStream in, PrintStream out) {
    try (Voice voice = new Voice(out)) {
      Generator generator;
      try {
        generator = new Generator(Job.read(file), voice);
      } catch (IOException | InvalidScenario | IllegalArgumentException e) {
        voice.say(voice.event("failed").put("reason", e.getMessage()));
        return FAILED;
      }
      return generator.run(in);
    }
  }

  private int run(InputStream in) {
    Thread commands = Thread.ofPlatform().name("commands").daemon().unstarted(() -> read(in));
    try (loop) {
      pump.execute(
          () -> {
            second(System.nanoTime());
            fleet.prepare();
          });
      commands.start();
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed("interrupted");
    }
    return status.get();
  }

  private void read(InputStream in) {
    JsonMapper json = new JsonMapper();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        JsonNode command = json.readTree(line);
        pump.execute(() -> obey(command));
      }
      failed("standard input has ended");
    } catch (JsonProcessingException e) {
      failed("a command is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      failed("standard input: " + e.getMessage());
    }
  }

  private void obey(JsonNode command) {
    switch (command.path("do").asText()) {
      case "connect" -> connect(texts(command.path("users")));
      case "go" ->
          go(
              command.path("beginNanos").asLong(),
              Duration.ofNanos(command.path("warmUpNanos").asLong()),
              command.path("nowNanos").asLong());
      case "gateways" -> lines.use(Job.addresses(texts(command.path("gateways"))));
      case "finish" -> fleet.finish();
      default -> failed("command: " + command + " (expected: connect, go, gateways or finish)");
    }
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  private void connect(List<String> files) {
    try {
      for (String each : files) {
        UserFile.read(Path.of(each), roster);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    roster.checkComplete();
    fleet.connect();
  }

  private void go(long begin, Duration warmUp, long toldAt) {
    long now = System.nanoTime();
    if (toldAt > now || toldAt < now - SOON) {
      throw new IllegalStateException(
          "the coordinator's clock says %d, ours %d (expected: one clock, System.nanoTime on Linux)"
              .formatted(toldAt, now));
    }
    fleet.go(begin, warmUp);
  }

  private void second(long now) {
    // Once: a reading takes the worst lag with it.
    Fleet.Progress progress = fleet.progress();
    facts.add(progress.census(now, lines.open(), Needs.cpuNanos()));
    timers.set(second, now + SECOND);
    ObjectNode event = voice.event("progress");
    add(event, progress);
    voice.say(event);
  }

  private void add(ObjectNode event, Fleet.Progress progress) {
    event
        .put("nanos", System.nanoTime())
        .put("sockets", lines.open())
        .put("cpuNanos", Needs.cpuNanos())
        .put("factsWaiting", facts.waiting());
    voice.add(event, progress);
  }

  @Override
  public void prepared(Map<Who, ByteString> users) {
    try {
      UserFile.write(Path.of(job.users()), users);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    voice.say(voice.event("prepared").put("users", users.size()).put("file", job.users()));
  }

  @Override
  public void online(int users) {
    voice.say(voice.event("online").put("users", users).put("prioritised", loop.isPrioritised()));
  }

  @Override
  public void quiet() {
    voice.say(voice.event("quiet"));
  }

  @Override
  public void done() {
    timers.clear(second);
    ObjectNode event = voice.event("done");
    add(event, fleet.progress());
    // Not here: the loop waits for nobody.
    Thread.ofPlatform().name("end").start(() -> end(event));
  }

  private void end(ObjectNode event) {
    facts.close();
    String loss = facts.loss();
    loop.execute(
        () -> {
          ArrayNode all = event.putArray("void");
          reasons.forEach(all::add);
          ArrayNode losses = event.putArray("losses");
          if (loss != null) {
            losses.add(loss);
          }
          if (status.compareAndSet(RUNNING, DONE)) {
            voice.say(event);
          }
          ended.countDown();
        });
  }

  /** On the loop. */
  private void trouble(String reason) {
    if (reasons.size() < MOST_REASONS) {
      reasons.add(reason);
    }
  }

  private void failed(RuntimeException failure) {
    failed(failure instanceof UncheckedIOException ? failure.getMessage() : failure.toString());
  }

  /** Any thread. */
  private void failed(@Nullable String reason) {
    if (status.compareAndSet(RUNNING, FAILED)) {
      voice.say(voice.event("failed").put("reason", reason));
    }
    ended.countDown();
  }
}
