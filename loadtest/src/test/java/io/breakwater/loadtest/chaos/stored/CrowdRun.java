package io.breakwater.loadtest.chaos.stored;

import io.breakwater.client.Endpoint;
import io.breakwater.loadtest.chaos.check.Checker;
import io.breakwater.loadtest.chaos.check.Requirements;
import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.history.History;
import io.breakwater.loadtest.chaos.history.Recorder;
import io.breakwater.loadtest.chaos.payload.Payloads;
import io.breakwater.loadtest.chaos.phones.Crowd;
import io.breakwater.loadtest.chaos.phones.CrowdPlan;
import io.breakwater.loadtest.chaos.report.Result;
import io.breakwater.loadtest.verdict.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * By hand: a crowd against a stack that runs, and what the checker says of its history; see
 * docs/testing.md.
 */
final class CrowdRun {
  private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);
  private static final Duration BEFORE_STORAGE_IS_READ = Duration.ofSeconds(15);

  private CrowdRun() {}

  /**
   * Runs it.
   *
   * @param arguments a fresh directory; the seconds to run; the seed; users; sends per second; and,
   *     to be killed in the middle, the file with the process id of a server
   */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    Duration lasts = Duration.ofSeconds(Long.parseLong(arguments[1]));
    CrowdPlan plan =
        new CrowdPlan(
            Long.parseLong(arguments[2]),
            Integer.parseInt(arguments[3]),
            3,
            Double.parseDouble(arguments[4]),
            300,
            false);
    Path history = directory.resolve("history.jsonl");
    long faults = 0;
    try (Recorder recorder = Recorder.create(history, System::currentTimeMillis)) {
      recorder.record((number, ms) -> new Fact.CampaignBegan(number, ms, plan.seed()));
      try (Crowd crowd =
          Crowd.start(recorder, plan, List.of(new Endpoint("127.0.0.1", 7400)), directory)) {
        crowd.begin();
        Clock.pause(lasts.dividedBy(2));
        for (; faults < arguments.length - 5; faults++) {
          kill(recorder, (int) faults + 1, Path.of(arguments[5 + (int) faults]));
        }
        Clock.pause(lasts.dividedBy(2));
        System.out.println(crowd.progress());
        System.out.println("settled: " + crowd.settle(SETTLE_LIMIT));
        System.out.println(crowd.progress());
        Clock.pause(BEFORE_STORAGE_IS_READ);
        InetSocketAddress cql = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 7442);
        System.out.println(
            "stored: "
                + StoredMessages.read(
                    cql, "breakwater", crowd, new Payloads(plan.seed()), recorder));
        recorder.record(Fact.CampaignEnded::new);
        crowd.troubles().texts().forEach(System.out::println);
      }
    }
    Result result =
        Checker.check(
            History.in(history),
            new Requirements(
                Duration.ofMinutes(1),
                Duration.ofSeconds(5),
                100,
                100,
                (int) faults,
                Set.of(
                    "reply", "restarted", "killed", "linked-later", "signed-out", "handed-again")));
    System.out.println(result.text());
  }

  /** It is started again by the stack; the fault is over then. */
  private static void kill(Recorder recorder, int fault, Path pidFile) throws IOException {
    String pid = Files.readString(pidFile).strip();
    recorder.record(
        (number, ms) -> new Fact.FaultBegun(number, ms, fault, "kill of " + pidFile, List.of()));
    ProcessHandle.of(Long.parseLong(pid)).orElseThrow().destroyForcibly();
    Clock.await(
        "another process than " + pid, Duration.ofMinutes(1), () -> !read(pidFile).equals(pid));
    recorder.record((number, ms) -> new Fact.FaultEnded(number, ms, fault, Fact.Effect.SEEN));
    recorder.record(Fact.Healed::new);
  }

  private static String read(Path pidFile) {
    try {
      return Files.readString(pidFile).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
