package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.bench.load.Rush;
import io.breakwater.loadtest.bench.measure.CpuBill;
import io.breakwater.loadtest.bench.measure.CpuReading;
import io.breakwater.loadtest.bench.measure.CpuSpan;
import io.breakwater.loadtest.bench.phone.Enrollment;
import io.breakwater.loadtest.bench.phone.Phone;
import io.breakwater.loadtest.bench.phone.PhoneLoop;
import io.breakwater.loadtest.bench.phone.Transport;
import io.breakwater.loadtest.bench.profile.Profiler;
import io.breakwater.loadtest.bench.site.CassandraViews;
import io.breakwater.loadtest.bench.site.Site;
import io.breakwater.loadtest.line.Account;
import io.breakwater.loadtest.stack.Metrics;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * A site with phones at it, and the means to count what they cost. Confined to the thread of the
 * bench.
 */
final class Bench implements AutoCloseable {
  /** Of phones whose heartbeats are not measured: the longest that a gateway allows. */
  static final int RARE_HEARTBEAT_S = 590;

  /** Sign-ups and connects at once where their speed is not the question. */
  private static final int AT_ONCE = 32;

  private static final Duration ENROLL_LIMIT = Duration.ofMinutes(6);
  private static final Duration EMPTY_LIMIT = Duration.ofMinutes(2);
  private static final Duration CALM_LIMIT = Duration.ofSeconds(90);
  private static final Duration CALM_WINDOW = Duration.ofSeconds(4);

  /** Of what was used just before: less means that something is still coming to its end. */
  private static final double CALM_PART = 0.8;

  private static final Duration ASK_PACE = Duration.ofMillis(250);

  /** Delivery renews its figures once a second. */
  private static final Duration METRICS_AGE = Duration.ofMillis(1200);

  private final Site site;
  private final Plan plan;
  private final Progress progress;
  private final Profiler profiler;
  private final PhoneLoop loop;
  private final List<Phone> phones = new ArrayList<>();
  private final String handles = "b%09x".formatted(ThreadLocalRandom.current().nextLong(1L << 36));
  private int enrolled;

  /** Connected to when first asked. */
  private Optional<CassandraViews> cassandra = Optional.empty();

  Bench(Site site, Plan plan, Progress progress, Profiler profiler) {
    this.site = site;
    this.plan = plan;
    this.progress = progress;
    this.profiler = profiler;
    this.loop = new PhoneLoop(site.clients(), site.tls());
  }

  Site site() {
    return site;
  }

  Plan plan() {
    return plan;
  }

  Progress progress() {
    return progress;
  }

  PhoneLoop loop() {
    return loop;
  }

  /** Lets phones connect in another way meanwhile. */
  void over(Transport transport, Runnable task) {
    loop.use(transport);
    try {
      task.run();
    } finally {
      loop.use(Transport.PLAIN);
    }
  }

  /** How phones can connect: not with TLS if there is no port for it. */
  List<Transport> transports() {
    return loop.hasTls() ? List.of(Transport.values()) : List.of(Transport.PLAIN);
  }

  /**
   * Connects and hangs up again and again, so many phones at once, each in its turn. A phone that
   * is still connecting is passed over: told to do something else, it would never say that it is
   * done.
   */
  Rush.Result cycle(List<Phone> some, int atOnce, Duration atMost) {
    // Confined to the loop once it runs.
    Queue<Phone> free = new ArrayDeque<>(some);
    return new Rush(
            loop,
            Integer.MAX_VALUE,
            (_, ending) -> {
              Phone phone = free.remove();
              phone.tell(
                  new Arrival(
                      () -> {
                        phone.disconnect();
                        free.add(phone);
                        ending.done();
                      },
                      () -> {
                        free.add(phone);
                        ending.failed();
                      }));
              phone.connect(RARE_HEARTBEAT_S);
            })
        .run(Math.min(atOnce, some.size()), atMost);
  }

  /**
   * Ends a server, if it is ours, and waits for the next one, so that nothing in its memory is of
   * earlier parts.
   *
   * @return whether it was ours
   */
  boolean restart(Part part) {
    Optional<Stack> stack = site.stack();
    if (stack.isEmpty()) {
      return false;
    }
    progress.say("killing %s, to measure a fresh one".formatted(part));
    stack.get().awaitRestart(stack.get().kill(part));
    return true;
  }

  /** Whether the first of them gets a session now. */
  boolean comesUp(List<Phone> some) {
    Phone first = some.getFirst();
    loop.call(
        () -> {
          first.connect(Bench.RARE_HEARTBEAT_S);
          return 0;
        });
    Clock clock = Clock.start();
    while (!loop.call(first::isUp)) {
      if (clock.has(Duration.ofSeconds(1))) {
        return false;
      }
      Clock.pause(Duration.ofMillis(20));
    }
    return true;
  }

  /** A handle that nobody has. On the loop. */
  String freshHandle() {
    return handles + "." + enrolled++;
  }

  /** Adds an account to those that later parts may use. On the loop. */
  void keep(Account account) {
    phones.add(new Phone(loop, account));
  }

  /** So many phones, signed up as needed; they may be up or not, and be used already. */
  List<Phone> phones(int count) {
    int missing = count - loop.call(phones::size);
    if (missing > 0) {
      List<Account> accounts = accounts(missing);
      loop.call(
          () -> {
            accounts.forEach(this::keep);
            return 0;
          });
    }
    return loop.call(() -> List.copyOf(phones.subList(0, count)));
  }

  /** Signs so many users up who are nobody else's. */
  List<Account> accounts(int count) {
    progress.say("signing up %d users".formatted(count));
    // Confined to the loop.
    List<Account> accounts = new ArrayList<>();
    var result =
        new Rush(
                loop,
                count,
                (_, ending) ->
                    Enrollment.begin(
                        loop,
                        freshHandle(),
                        account -> {
                          accounts.add(account);
                          ending.done();
                        },
                        () -> {}))
            .run(AT_ONCE, ENROLL_LIMIT);
    if (result.doneInAll() < count) {
      throw new TrialFailure(
          "sign-ups: %d within %d s (expected: %d)"
              .formatted(result.doneInAll(), ENROLL_LIMIT.toSeconds(), count));
    }
    return loop.call(() -> List.copyOf(accounts));
  }

  /** Brings all of them up, so many at once; those that are up stay as they are. */
  Rush.Result connect(List<Phone> some, int atOnce, int heartbeatSeconds, Duration limit) {
    return connect(loop, some, atOnce, heartbeatSeconds, limit);
  }

  /** The same where speed is not the question, to the gateways of another loop. */
  static void connect(PhoneLoop loop, List<Phone> some) {
    connect(loop, some, AT_ONCE, RARE_HEARTBEAT_S, ENROLL_LIMIT);
  }

  private static Rush.Result connect(
      PhoneLoop loop, List<Phone> some, int atOnce, int heartbeatSeconds, Duration limit) {
    List<Phone> down = loop.call(() -> some.stream().filter(phone -> !phone.isUp()).toList());
    Rush rush =
        new Rush(
            loop,
            down.size(),
            (number, ending) -> {
              Phone phone = down.get(number);
              phone.tell(new Arrival(ending::done, ending::failed));
              phone.connect(heartbeatSeconds);
            });
    Rush.Result result = rush.run(atOnce, limit);
    long up = loop.call(() -> some.stream().filter(Phone::isUp).count());
    if (up < some.size()) {
      throw new TrialFailure(
          "phones up: %d within %d s (expected: %d)".formatted(up, limit.toSeconds(), some.size()));
    }
    return result;
  }

  /** The same where speed is not the question. */
  void connect(List<Phone> some) {
    connect(some, AT_ONCE, RARE_HEARTBEAT_S, ENROLL_LIMIT);
  }

  /** Hangs all of them up. */
  void disconnect(List<Phone> some) {
    loop.call(
        () -> {
          some.forEach(Phone::disconnect);
          return 0;
        });
  }

  /**
   * What the servers use with nothing to do, as often asked for their figures as under load. Not
   * before they are done with what earlier loads left: compactions, and what is compiled late.
   */
  CpuSpan idle() {
    awaitRest();
    CpuReading before = CpuReading.of(site.pids());
    Clock clock = Clock.start();
    while (!clock.has(plan.times().idle())) {
      var _ = site.metrics(Part.DELIVERY);
      Clock.pause(ASK_PACE);
    }
    return CpuReading.of(site.pids()).since(before);
  }

  /** Waits until the servers are done with what earlier loads left. */
  void awaitRest() {
    awaitEmptyJournal();
    awaitCalm();
  }

  /** Until Cassandra compacts no more, and the servers use hardly less than just before. */
  private void awaitCalm() {
    Clock clock = Clock.start();
    double before = Double.MAX_VALUE;
    while (!clock.has(CALM_LIMIT)) {
      CpuReading begin = CpuReading.of(site.pids());
      Clock.pause(CALM_WINDOW);
      CpuSpan span = CpuReading.of(site.pids()).since(begin);
      double cores = Arrays.stream(Part.values()).mapToDouble(span::cores).sum();
      if (cores > CALM_PART * before && compactions() == 0) {
        return;
      }
      before = cores;
    }
    progress.say("the servers do not come to rest; what they use is taken for idling");
  }

  private int compactions() {
    if (cassandra.isEmpty()) {
      cassandra = site.cql().map(CassandraViews::connect);
    }
    return cassandra.map(CassandraViews::compactions).orElse(0);
  }

  /** What a load came to and what it cost until the journal was empty again. */
  record Measured<T>(T result, CpuBill bill) {}

  /**
   * Counts the CPU from the begin of a load until the journal is empty.
   *
   * @param idle of just before
   * @param things what the price is divided by
   */
  <T> Measured<T> measure(CpuSpan idle, Supplier<T> load, ToLongFunction<T> things) {
    CpuReading before = CpuReading.of(site.pids());
    T result = load.get();
    awaitEmptyJournal();
    CpuSpan span = CpuReading.of(site.pids()).since(before);
    return new Measured<>(result, new CpuBill(idle, span, things.applyAsLong(result)));
  }

  /** Draws flame graphs of those servers that were chosen under a load, if any was. */
  void profile(String what, Runnable load) {
    if (profiler.isIdle()) {
      return;
    }
    progress.say("profiling, " + what);
    profiler.profile(site.pids(), what, load).forEach(file -> progress.say("flame graph: " + file));
    awaitEmptyJournal();
  }

  /** Waits until delivery owes nothing to anybody; at once if it cannot be asked. */
  void awaitEmptyJournal() {
    int deliveries = site.metrics(Part.DELIVERY).size();
    if (deliveries == 0) {
      return;
    }
    Clock clock = Clock.start();
    Clock.pause(METRICS_AGE);
    while (!areEmpty(site.metrics(Part.DELIVERY), deliveries)) {
      if (clock.has(EMPTY_LIMIT)) {
        throw new TrialFailure(
            "the journal is not empty after %d s".formatted(EMPTY_LIMIT.toSeconds()));
      }
      Clock.pause(ASK_PACE);
    }
  }

  private static boolean areEmpty(List<Metrics> deliveries, int expected) {
    return deliveries.size() == expected
        && deliveries.stream()
            .allMatch(
                figures ->
                    figures.value("breakwater_delivery_tail_entries") == 0
                        && figures.value("breakwater_delivery_journal_backlog") == 0);
  }

  /** Ends the phones. */
  @Override
  public void close() {
    cassandra.ifPresent(CassandraViews::close);
    loop.close();
  }
}
