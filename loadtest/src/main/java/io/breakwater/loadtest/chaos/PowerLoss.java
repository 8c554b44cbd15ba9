package io.breakwater.loadtest.chaos;

import io.breakwater.client.Endpoint;
import io.breakwater.loadtest.chaos.check.Checker;
import io.breakwater.loadtest.chaos.check.Requirements;
import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.history.History;
import io.breakwater.loadtest.chaos.history.Recorder;
import io.breakwater.loadtest.chaos.payload.Payloads;
import io.breakwater.loadtest.chaos.phones.Crowd;
import io.breakwater.loadtest.chaos.phones.CrowdPlan;
import io.breakwater.loadtest.chaos.report.Judgement;
import io.breakwater.loadtest.chaos.report.Promise;
import io.breakwater.loadtest.chaos.report.Result;
import io.breakwater.loadtest.chaos.report.Violation;
import io.breakwater.loadtest.chaos.stored.StoredMessages;
import io.breakwater.loadtest.disk.Disks;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Size;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.trial.Trial;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import io.breakwater.loadtest.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * All servers lose their power, twice, while people talk: what the kernel had not written to a disk
 * is gone. With the commit log synced before each answer nothing that was accepted may be lost.
 * With a periodic sync the same has to be found invalid, or this could not see a loss at all.
 *
 * <p>People keep their own stores: they are other machines. A disk keeps all that the kernel gave
 * it: its own volatile cache is not part of this.
 */
public final class PowerLoss {
  private static final int TIMES = 2;
  private static final int USERS = 12;
  private static final int DEVICES = 3;
  private static final double SENDS_PER_SECOND = 60;
  private static final int PAYLOAD_BYTES = 200;

  /** Longer than a periodic sync, so that the cut is at any point of its period. */
  private static final int SHORTEST_TALK_MS = 20_000;

  private static final int LONGEST_TALK_MS = 35_000;
  private static final Duration TALK_AFTER = Duration.ofSeconds(15);
  private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);

  /** How the commit log is synced, as {@code up} takes it. */
  private enum Sync {
    GROUP,
    PERIODIC;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Trial trial;
  private final Sync sync;
  private final Path directory;
  private final Size size;
  private final SplittableRandom random;
  private final List<String> doubts = new ArrayList<>();

  private PowerLoss(Trial trial, Sync sync) throws IOException {
    this.trial = trial;
    this.sync = sync;
    directory = Files.createDirectories(trial.directory().resolve(sync.toString()));
    size = new Size(1, 2, trial.load().cassandraNodes());
    random = new SplittableRandom(trial.load().seed());
  }

  /** Proves it, in a mount namespace of its own. */
  public static void run(Trial trial) throws IOException {
    trial.verdict().figure("seed", trial.load().seed());
    Result group = new PowerLoss(trial, Sync.GROUP).judge();
    trial.verdict().check(group.judgement() == Judgement.VALID, "with group", group.judgement());
    Result periodic = new PowerLoss(trial, Sync.PERIODIC).judge();
    trial
        .verdict()
        .check(
            periodic.broken().containsKey(Promise.P1),
            "with periodic, the loss is noticed",
            periodic.judgement());
  }

  private Result judge() throws IOException {
    Path file = directory.resolve("history.jsonl");
    try (Recorder recorder = Recorder.create(file, Campaign.clock())) {
      live(recorder);
    }
    History history = Campaign.untilItsEnd(History.in(file));
    Requirements usual = Requirements.DEFAULT;
    Result result =
        Campaign.doubting(
            Checker.check(
                history,
                new Requirements(
                    usual.progress(),
                    usual.clockTolerance(),
                    usual.accepted(),
                    usual.delivered(),
                    TIMES,
                    usual.sometimes())),
            doubts);
    print(Losses.of(history), result);
    return result;
  }

  private void print(Losses losses, Result result) {
    Verdict verdict = trial.verdict();
    verdict.figure(sync + ": accepted", losses.accepted());
    verdict.figure(sync + ": lost", losses.lost());
    verdict.figure(sync + ": delivered", result.figures().delivered());
    verdict.figure(sync + ": judgement", result.judgement().toString().toLowerCase(Locale.ROOT));
    witness(result)
        .ifPresent(
            shown -> {
              verdict.figure(sync + ": " + shown.promise(), shown.what());
              shown.witness().forEach(fact -> verdict.figure("", fact));
            });
    if (result.judgement() == Judgement.UNKNOWN) {
      result.doubts().forEach(doubt -> verdict.figure(sync + ": no evidence", doubt));
    }
    result
        .interruptions()
        .forEach(
            each ->
                verdict.figure(
                    "%s: fault %d".formatted(sync, each.fault()),
                    "%.1f s without an accept"
                        .formatted(each.concerned().withoutAcceptMs() / 1000.0)));
  }

  /** Of P1, if it is broken. */
  private static Optional<Violation> witness(Result result) {
    List<Violation> all = result.violations();
    return all.stream()
        .filter(violation -> violation.promise() == Promise.P1)
        .findFirst()
        .or(() -> all.stream().findFirst());
  }

  private void live(Recorder recorder) throws IOException {
    Path data = Files.createDirectories(directory.resolve("stack"));
    CrowdPlan plan =
        new CrowdPlan(trial.load().seed(), USERS, DEVICES, SENDS_PER_SECOND, PAYLOAD_BYTES, false);
    try (Disks disks = Disks.mount(directory.resolve("disks"), data, size)) {
      Stack stack = start(data);
      try {
        recorder.record((at, atMs) -> new Fact.CampaignBegan(at, atMs, plan.seed()));
        try (Crowd crowd =
            Crowd.start(recorder, plan, gateways(stack), directory.resolve("phones"))) {
          crowd.begin();
          for (int fault = 1; fault <= TIMES; fault++) {
            Clock.pause(Duration.ofMillis(random.nextInt(SHORTEST_TALK_MS, LONGEST_TALK_MS)));
            begun(recorder, fault);
            losePower(stack, disks, fault);
            ended(recorder, fault);
            stack = start(data);
            recorder.record(Fact.Healed::new);
          }
          Clock.pause(TALK_AFTER);
          if (!crowd.settle(SETTLE_LIMIT)) {
            doubts.add(
                "not all was answered and delivered within %d s"
                    .formatted(SETTLE_LIMIT.toSeconds()));
          }
          readStorage(stack, recorder, crowd);
          doubts.addAll(crowd.troubles().texts());
          recorder.record(Fact.CampaignEnded::new);
        }
      } finally {
        stack.close();
      }
    }
  }

  private Stack start(Path data) {
    Clock clock = Clock.start();
    Stack stack =
        Stack.start(
            trial.launcher(),
            data,
            trial.ports(),
            new Stack.Setup(List.of("--commitlog-sync=" + sync), Map.of(), size));
    trial.verdict().figure(sync + ": ready after", Verdict.seconds(clock.elapsed()));
    return stack;
  }

  private static List<Endpoint> gateways(Stack stack) {
    return stack.servers(Part.GATEWAY).stream()
        .map(gateway -> gateway.serves())
        .map(address -> new Endpoint(address.getAddress().getHostAddress(), address.getPort()))
        .toList();
  }

  private static void begun(Recorder recorder, int fault) {
    recorder.record((at, atMs) -> new Fact.FaultBegun(at, atMs, fault, "power-loss", List.of()));
  }

  private static void ended(Recorder recorder, int fault) {
    recorder.record((at, atMs) -> new Fact.FaultEnded(at, atMs, fault, Fact.Effect.SEEN));
  }

  private void losePower(Stack stack, Disks disks, int fault) throws IOException {
    disks.mark();
    stack.losePower(disks::copy);
    Disks.Left left = disks.loseTheRest();
    trial
        .verdict()
        .check(left.isAsExpected(), "%s: power is lost, %d".formatted(sync, fault), left);
  }

  private void readStorage(Stack stack, Recorder recorder, Crowd crowd) {
    try {
      var _ =
          StoredMessages.read(
              stack.server(Part.CASSANDRA).serves(),
              Campaign.KEYSPACE,
              crowd,
              new Payloads(trial.load().seed()),
              recorder);
    } catch (TrialFailure e) {
      doubts.add("storage could not be read: " + e.getMessage());
    }
  }
}
