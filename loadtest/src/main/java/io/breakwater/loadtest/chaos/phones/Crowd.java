package io.breakwater.loadtest.chaos.phones;

import io.breakwater.client.ClientConfig;
import io.breakwater.client.Endpoint;
import io.breakwater.client.LinkedDevice;
import io.breakwater.client.core.Credentials;
import io.breakwater.client.core.DeviceConfig;
import io.breakwater.client.core.Position;
import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.history.Recorder;
import io.breakwater.loadtest.chaos.payload.Device;
import io.breakwater.loadtest.chaos.payload.Payloads;
import io.breakwater.loadtest.chaos.phones.Roster.Fate;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The applications of a campaign. It records what they do and hear; not the begin and the end of
 * the campaign. The recorder's clock has to count milliseconds since 1970, as servers' clocks do.
 *
 * <p>What is drawn from the plan's seed: who there is, who writes to whom, how long applications
 * stay. When threads run, and so what exactly happens, is not. Methods are called by one thread;
 * {@link #progress}, {@link #people} and {@link #troubles} by any.
 */
public final class Crowd implements AutoCloseable {
  /** Short, so that a gateway that is silent is left soon. */
  private static final int HEARTBEAT_S = 10;

  private static final Duration ONLINE_LIMIT = Duration.ofMinutes(1);
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration QUIET = Duration.ofSeconds(3);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);
  private static final int STEPPING_THREADS = 8;

  /** Numbers of devices are below. */
  private static final int MOST_DEVICES = 16;

  /** An odd number with many bits. */
  private static final long SEEDS_APART = 0x9e37_79b9_7f4a_7c15L;

  /** How long the application of a device that was signed out may run on. */
  private static final long AFTER_SIGN_OUT_MS = 5_000;

  private final CrowdPlan plan;
  private final Surroundings around;
  private final Path directory;
  private final Roster roster;
  private final Map<Device, Phone> phones = new ConcurrentHashMap<>();
  private final List<Errand> errands = new CopyOnWriteArrayList<>();
  private final AtomicBoolean isRestless = new AtomicBoolean();

  /** Whether something may be asked for the first time. */
  private final AtomicBoolean isOpenToNews = new AtomicBoolean(true);

  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("crowd-ticker").factory());
  private final ExecutorService steps =
      Executors.newFixedThreadPool(
          STEPPING_THREADS, Thread.ofPlatform().daemon().name("crowd-step-", 0).factory());

  /** Confined to who calls. */
  private @Nullable Writers writers;

  private Crowd(CrowdPlan plan, Surroundings around, Path directory, Roster roster) {
    this.plan = plan;
    this.around = around;
    this.directory = directory;
    this.roster = roster;
  }

  /**
   * Signs everybody up, links the devices that are there from the begin, and starts all
   * applications; returns when all are online.
   *
   * @param directory of the devices' stores
   * @throws TrialFailure if that cannot be done
   */
  public static Crowd start(
      Recorder recorder, CrowdPlan plan, List<Endpoint> gateways, Path directory) {
    ClientConfig config =
        new ClientConfig(gateways, DeviceConfig.DEFAULTS.withHeartbeatS(HEARTBEAT_S));
    Surroundings around =
        new Surroundings(
            config,
            recorder,
            new Payloads(plan.seed()),
            new People(),
            new Counts(),
            new Replies(),
            new Troubles());
    Crowd crowd = new Crowd(plan, around, directory, Roster.draw(plan));
    try {
      crowd.assemble();
      return crowd;
    } catch (RuntimeException e) {
      crowd.close();
      throw e;
    }
  }

  private void assemble() {
    List<Credentials> accounts = new SignUps(around.config()).of(plan.users());
    for (int user = 0; user < accounts.size(); user++) {
      add(new Device(user, 1), accounts.get(user), Position.START);
    }
    var _ = ticker.scheduleWithFixedDelay(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
    Clock.await("the first devices to be online", ONLINE_LIMIT, this::isCaughtUp);
    roster.fates().stream()
        .filter(fate -> !fate.isFirst() && fate.linkAtMs() == Roster.AT_START)
        .forEach(fate -> errands.add(linkOf(fate, 0)));
    Clock.await(
        "the first links to be answered",
        ONLINE_LIMIT,
        () -> errands.stream().allMatch(Errand::isDone));
    Clock.await("the linked devices to be online", ONLINE_LIMIT, this::isCaughtUp);
  }

  /** The device belongs to its user from now on. */
  private Phone add(Device device, Credentials credentials, Position start) {
    around.people().add(credentials.user(), credentials.device(), device);
    around
        .recorder()
        .record((number, ms) -> new Fact.DeviceLinked(number, ms, device, start.entryId()));
    Phone phone =
        new Phone(
            around,
            device,
            credentials,
            start,
            directory.resolve(device.toString()),
            randomOf(device.user(), device.number()));
    phones.put(device, phone);
    return phone;
  }

  /** Another one for each; the same for the same seed. */
  private SplittableRandom randomOf(int user, int number) {
    return new SplittableRandom(plan.seed() + SEEDS_APART * ((long) user * MOST_DEVICES + number));
  }

  private Errand linkOf(Fate fate, long dueMs) {
    byte[] linkId = SignUps.secret();
    Device first = new Device(fate.device().user(), 1);
    return new Errand(
        dueMs, _ -> phone(first).link(linkId).thenApply(linked -> linked(fate.device(), linked)));
  }

  private Phone linked(Device device, LinkedDevice linked) {
    return add(device, linked.credentials(), linked.start());
  }

  private Errand signOutOf(Fate fate, long dueMs) {
    Device first = new Device(fate.device().user(), 1);
    return new Errand(
        dueMs,
        attempt -> {
          Phone leaving = phone(fate.device());
          // By itself first, if it is there; then by the first device, until that is answered.
          Phone by = attempt == 0 && leaving.isCaughtUp() ? leaving : phone(first);
          return signOut(leaving, by);
        });
  }

  private CompletionStage<Boolean> signOut(Phone leaving, Phone by) {
    leaving.signOutAsked();
    return by.revoke(leaving.number())
        .thenApply(
            done -> {
              around
                  .recorder()
                  .record((number, ms) -> new Fact.SignedOut(number, ms, leaving.device()));
              leaving.retireAfter(AFTER_SIGN_OUT_MS);
              return done;
            });
  }

  private Phone phone(Device device) {
    Phone phone = phones.get(device);
    if (phone == null) {
      throw new IllegalStateException("device %s is not linked yet".formatted(device));
    }
    return phone;
  }

  /** On the ticker's thread. */
  private void tick() {
    long nowMs = Counts.nowMs();
    try {
      for (Phone phone : phones.values()) {
        if (phone.claim()) {
          steps.execute(() -> step(phone, nowMs));
        }
      }
      errands.forEach(errand -> errand.step(nowMs, isOpenToNews.get()));
    } catch (RejectedExecutionException e) {
      // It is being closed.
    } catch (RuntimeException e) {
      around.troubles().add("the ticker: " + e);
    }
  }

  private void step(Phone phone, long nowMs) {
    try {
      phone.step(nowMs, isRestless.get());
    } catch (RuntimeException e) {
      around.troubles().add("device %s: %s".formatted(phone.device(), e));
    }
  }

  /**
   * From now on they write, go offline, are killed and start again (unless the plan keeps them
   * steady), link devices and sign them out, until {@link #settle}. Once.
   */
  public void begin() {
    long nowMs = Counts.nowMs();
    for (Fate fate : roster.fates()) {
      if (!fate.isFirst() && fate.linkAtMs() != Roster.AT_START) {
        errands.add(linkOf(fate, nowMs + fate.linkAtMs()));
      }
      if (fate.signOutAtMs() != Roster.NEVER) {
        errands.add(signOutOf(fate, nowMs + fate.signOutAtMs()));
      }
    }
    isRestless.set(!plan.isSteady());
    writers = new Writers(plan, phones, around, randomOf(0, 0));
    writers.start();
  }

  /**
   * Nothing new is sent, all applications run; returns when all sends are answered, everybody is
   * caught up, and nothing has been heard for some seconds.
   *
   * @return false if that is not so when the limit is over
   */
  public boolean settle(Duration limit) {
    if (writers != null) {
      writers.close();
    }
    isOpenToNews.set(false);
    isRestless.set(false);
    Clock clock = Clock.start();
    while (!isSettled()) {
      if (clock.has(limit)) {
        return false;
      }
      Clock.pause(TICK);
    }
    return true;
  }

  private boolean isSettled() {
    return isCaughtUp()
        && errands.stream().noneMatch(Errand::isOpen)
        && phones.values().stream().allMatch(phone -> phone.openSends() == 0)
        && around.counts().quietForMs() >= QUIET.toMillis();
  }

  private boolean isCaughtUp() {
    return phones.values().stream().allMatch(phone -> phone.isGone() || phone.isCaughtUp());
  }

  /** How far it has got. Any thread. */
  public Progress progress() {
    return around.counts().progress();
  }

  /** Who is who. Any thread. */
  public People people() {
    return around.people();
  }

  /** What went wrong that no fact says. Any thread. */
  public Troubles troubles() {
    return around.troubles();
  }

  /** Ends all applications, and records nothing of it: the history is over, or not needed. */
  @Override
  public void close() {
    if (writers != null) {
      writers.close();
    }
    ticker.shutdown();
    steps.shutdown();
    try {
      if (!ticker.awaitTermination(CLOSE_LIMIT.toSeconds(), TimeUnit.SECONDS)
          || !steps.awaitTermination(CLOSE_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        around.troubles().add("the crowd did not stop within %s".formatted(CLOSE_LIMIT));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Phone phone : phones.values()) {
      try {
        phone.silence();
      } catch (IOException e) {
        around.troubles().add("the store of %s: %s".formatted(phone.device(), e));
      }
    }
  }
}
