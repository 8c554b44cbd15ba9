package io.breakwater.loadtest.surge.fleet.play;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.loadtest.surge.fleet.phone.Phone;
import io.breakwater.loadtest.surge.fleet.phone.Tallies;
import io.breakwater.loadtest.surge.fleet.phone.Timers;
import io.breakwater.loadtest.surge.fleet.phone.World;
import io.breakwater.loadtest.surge.scenario.arrivals.Part;
import io.breakwater.loadtest.surge.scenario.model.Afterwards;
import io.breakwater.loadtest.surge.scenario.model.ArrivalStream;
import io.breakwater.loadtest.surge.scenario.model.Fault;
import io.breakwater.loadtest.surge.scenario.model.MessageShape;
import io.breakwater.loadtest.surge.scenario.model.Population;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One generator's part of a surge, from the first sign-up to the last fact. The steps are taken in
 * the order of its methods; each ends with a call of its {@link Listener}. Confined to the loop.
 *
 * <p>Before the begin only what the ledger needs is a fact: messages that wait for those who are
 * offline; and, once it connects, all that happens to connections. When it finishes, only what is
 * handed over and who has all that it is owed are: what is open then stays open.
 */
public final class Fleet {
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(100);

  /** For each device that is asked at the end: a second for a hundred. */
  private static final Duration ASKING = Duration.ofMillis(10);

  /** Who is told how far it is. */
  public interface Listener {
    /** Everybody has an account, and what is to wait for them waits. */
    void prepared(Map<Who, ByteString> users);

    /** Those are online who are to be at the begin. */
    void online(int users);

    /** Streams have ended, and nothing is under way, or the time for that is up. */
    void quiet();

    /** Everybody has been asked whether all is there; the last facts are told. */
    void done();
  }

  private enum Step {
    PREPARING,
    CONNECTING,
    PLAYING,
    ENDING,
    ASKING,
    OVER
  }

  /**
   * How it goes.
   *
   * @param online users
   * @param due arrivals so far
   * @param lagNanos the worst since the last reading
   * @param signingUp sign-ups that are not done
   */
  public record Progress(
      int online, long due, long lagNanos, int signingUp, Tallies.Reading phones) {
    /** As a fact. */
    public Fact.Census census(long atNanos, int sockets, long cpuNanos) {
      return new Fact.Census(atNanos, sockets, signingUp, phones.waiting(), cpuNanos);
    }
  }

  private final Stage stage;
  private final World world;
  private final Listener listener;
  private final long patience;
  private final Lag lag = new Lag();
  private final List<Crowd> crowds = new ArrayList<>();
  private final List<Joining> joinings = new ArrayList<>();
  private final List<Tide> tides = new ArrayList<>();
  private final List<Timers.Alarm> alarms = new ArrayList<>();
  private Step step = Step.PREPARING;

  /**
   * @param patience how long may be waited at the end for what is under way, and how long the last
   *     device may take that is asked whether all is there
   * @throws IllegalArgumentException if the scenario needs what is not there; it says what
   */
  public Fleet(Stage given, Duration patience, Listener listener) {
    this.world = given.world().telling(fact -> told(given.world(), fact));
    this.stage =
        new Stage(
            world,
            given.replay(),
            given.seed(),
            given.part(),
            given.handles(),
            given.roster(),
            given.signUpIds(),
            given.atOnce());
    this.patience = patience.toNanos();
    this.listener = listener;
    check(stage.replay().played());
    for (int i = 0; i < stage.populations().size(); i++) {
      crowds.add(new Crowd(stage, i));
    }
  }

  /** How long it may take to ask so many devices, one generator's. */
  public static Duration askingLimit(Duration patience, long devices) {
    return patience.plus(ASKING.multipliedBy(devices));
  }

  private static void check(Scenario scenario) {
    for (Population each : scenario.populations()) {
      if (each.devices() > 1) {
        throw new IllegalArgumentException(
            "devices of %s: %d (expected: 1; the generator links no further devices)"
                .formatted(each.name(), each.devices()));
      }
    }
    for (ArrivalStream each : scenario.streams()) {
      if (each instanceof ArrivalStream.Messages messages) {
        checkUsers(scenario, messages.name() + ": of", messages.of());
        checkUsers(scenario, messages.name() + ": to", messages.to());
      }
    }
  }

  private static void checkUsers(Scenario scenario, String what, String population) {
    if (scenario.population(population).users() == 0) {
      throw new IllegalArgumentException(
          "%s: %s (expected: a population with users)".formatted(what, population));
    }
  }

  private void told(World given, Fact fact) {
    boolean counts =
        switch (step) {
          case PREPARING -> isOfLedger(fact);
          case CONNECTING, PLAYING, ENDING -> true;
          case ASKING ->
              fact instanceof Fact.Delivered
                  || fact instanceof Fact.Repeated
                  || fact instanceof Fact.CaughtUp;
          case OVER -> false;
        };
    if (counts) {
      given.facts().accept(fact);
    }
  }

  private static boolean isOfLedger(Fact fact) {
    return fact instanceof Fact.Written
        || fact instanceof Fact.Accepted
        || fact instanceof Fact.Rejected;
  }

  /** Signs up its users, and writes what waits for them. */
  public void prepare() {
    new Preparation(stage, crowds, this::prepared).begin();
  }

  private void prepared() {
    Map<Who, ByteString> users = new LinkedHashMap<>();
    for (Crowd crowd : crowds) {
      crowd.all().forEach(phone -> users.put(phone.who(), phone.user()));
    }
    listener.prepared(users);
  }

  /** Connects those who are online at the begin. The roster has everybody now. */
  public void connect() {
    step = Step.CONNECTING;
    List<Phone> all =
        crowds.stream()
            .flatMap(
                crowd ->
                    crowd.all().stream().filter(each -> crowd.isOnlineAtBegin(each.who().user())))
            .toList();
    new Connecting(all).tasks.begin();
  }

  /** Those who are connected before the begin, some at a time. */
  private final class Connecting implements Phone.Owner {
    private final Set<Phone> coming = new HashSet<>();
    private final AtOnce<Phone> tasks;

    Connecting(List<Phone> all) {
      tasks =
          new AtOnce<>(
              stage.atOnce(), all.iterator(), this::connect, () -> listener.online(all.size()));
    }

    private void connect(Phone phone) {
      crowd(phone).switchOn(phone, world.clock().getAsLong(), Timers.NEVER);
      phone.follow(this);
      coming.add(phone);
    }

    private Crowd crowd(Phone phone) {
      return crowds.get(phone.who().population());
    }

    @Override
    public void welcomed(Phone phone) {
      crowd(phone).welcomed(phone);
      end(phone);
    }

    @Override
    public void gone(Phone phone) {
      crowd(phone).gone(phone);
      end(phone);
    }

    private void end(Phone phone) {
      if (coming.remove(phone)) {
        phone.follow(crowd(phone));
        tasks.ended();
      }
    }
  }

  /**
   * Begins.
   *
   * @param begin of the schedule, on the clock of the world; what is due earlier is late
   * @param warmUp so much before it the streams begin; that is in the ledger, and in no figure
   */
  public void go(long begin, Duration warmUp) {
    step = Step.PLAYING;
    Scenario scenario = stage.replay().played();
    for (int i = 0; i < scenario.streams().size(); i++) {
      ArrivalStream stream = scenario.streams().get(i);
      Part part = stream instanceof ArrivalStream.Messages ? Part.ALL : stage.part();
      Tide tide =
          new Tide(
              world,
              i,
              stage.replay().arrivals(stream, warmUp, stage.seed(), part),
              deed(i, stream),
              lag);
      tides.add(tide);
      tide.begin(begin - warmUp.toNanos());
    }
    for (int i = 0; i < scenario.faults().size(); i++) {
      if (scenario.faults().get(i) instanceof Fault.HangUp fault) {
        int number = i;
        Crowd crowd = crowd(fault.of());
        at(
            begin + fault.at().toNanos(),
            () -> crowd.hangUp(fault.share(), fault.away().toNanos(), number));
      }
    }
    at(begin + scenario.duration().toNanos(), this::end);
  }

  private void at(long nanos, Runnable deed) {
    Timers.Alarm alarm = new Timers.Alarm(_ -> deed.run());
    alarms.add(alarm);
    world.timers().set(alarm, nanos);
  }

  private Crowd crowd(String population) {
    return crowds.get(stage.index(population));
  }

  private Tide.Deed deed(int index, ArrivalStream stream) {
    return switch (stream) {
      case ArrivalStream.SignUps signUps -> joining(index, signUps);
      case ArrivalStream.Connects connects ->
          new Comings.Connecting(
              crowd(connects.of()), connects.stay().map(Duration::toNanos).orElse(Timers.NEVER));
      case ArrivalStream.Reconnects reconnects -> new Comings.Reconnecting(crowd(reconnects.of()));
      case ArrivalStream.Messages messages -> {
        MessageShape shape = stage.replay().played().message().orElseThrow();
        yield new Writing(stage, index, crowd(messages.of()), crowd(messages.to()), shape);
      }
    };
  }

  private Joining joining(int index, ArrivalStream.SignUps signUps) {
    List<ArrivalStream> alike =
        stage.replay().played().streams().stream()
            .filter(each -> each instanceof ArrivalStream.SignUps && each.of().equals(signUps.of()))
            .toList();
    Optional<Crowd> readers = signUps.then().flatMap(Afterwards::to).map(this::crowd);
    Joining joining =
        new Joining(
            stage,
            index,
            signUps,
            crowd(signUps.of()),
            readers.filter(each -> each.population().users() > 0),
            alike.size(),
            alike.indexOf(signUps));
    joinings.add(joining);
    return joining;
  }

  /** The end of the scenario: ends the streams, and waits until nothing is under way. */
  private void end() {
    step = Step.ENDING;
    endStreams();
    new Looking(
        Duration.ofNanos(patience),
        () -> signingUp() == 0 && world.tallies().read().unanswered() == 0,
        listener::quiet);
  }

  private void endStreams() {
    tides.forEach(Tide::end);
    alarms.forEach(world.timers()::clear);
    joinings.forEach(Joining::end);
  }

  /** Looks now and then whether something is so; goes on then, or at the limit. */
  private final class Looking implements Timers.Sleeper {
    private final BooleanSupplier isSo;
    private final Runnable afterwards;
    private final long until;
    private final Timers.Alarm alarm = new Timers.Alarm(this);

    Looking(Duration limit, BooleanSupplier isSo, Runnable afterwards) {
      until = world.clock().getAsLong() + limit.toNanos();
      this.isSo = isSo;
      this.afterwards = afterwards;
      world.timers().set(alarm, world.clock().getAsLong());
    }

    @Override
    public void wake(long now) {
      if (isSo.getAsBoolean() || now >= until) {
        afterwards.run();
      } else {
        world.timers().set(alarm, now + LOOK);
      }
    }
  }

  private int signingUp() {
    return joinings.stream().mapToInt(Joining::open).sum();
  }

  /**
   * Gives up open sign-ups and messages without an answer; asks all users that it owns whether all
   * is there, those first who are online; hangs up. All generators are told after the end of the
   * run, in no order: what is accepted after the end is open for all of them, what was accepted
   * before is there when a question that is asked now has its answer.
   */
  public void finish() {
    endStreams();
    joinings.forEach(Joining::giveUp);
    crowds.forEach(crowd -> crowd.everybody().forEach(Phone::windUp));
    step = Step.ASKING;
    List<Phone> all = new ArrayList<>();
    for (Crowd crowd : crowds) {
      all.addAll(crowd.online().all());
    }
    for (Crowd crowd : crowds) {
      crowd.all().stream().filter(each -> !crowd.online().has(each)).forEach(all::add);
    }
    Asking asking = new Asking(all.stream().filter(Phone::isHopeful).toList());
    Duration limit = askingLimit(Duration.ofNanos(patience), asking.left.size());
    asking.tasks.begin();
    new Looking(limit, () -> asking.left.isEmpty(), this::over);
  }

  /**
   * Some at a time are connected, if they are switched off, and asked; each is switched off when it
   * has answered. Who has no session just then, and comes back in its own time, leaves its place to
   * the next one, and is asked when it has one.
   */
  private final class Asking implements Phone.Owner {
    private final Set<Phone> left;
    private final Set<Phone> asked = new HashSet<>();
    private final AtOnce<Phone> tasks;

    Asking(List<Phone> all) {
      left = new LinkedHashSet<>(all);
      all.forEach(each -> each.follow(this));
      tasks = new AtOnce<>(stage.atOnce(), all.iterator(), this::ask, () -> {});
    }

    private void ask(Phone phone) {
      asked.add(phone);
      boolean waits = !phone.isOff() && !phone.isUp();
      if (phone.isOff()) {
        phone.switchOn(world.clock().getAsLong());
      }
      phone.ask();
      if (waits) {
        leavePlace(phone);
      }
    }

    @Override
    public void caughtUp(Phone phone) {
      phone.switchOff();
      gone(phone);
    }

    @Override
    public void gone(Phone phone) {
      left.remove(phone);
      leavePlace(phone);
    }

    @Override
    public void cutOff(Phone phone) {
      leavePlace(phone);
    }

    private void leavePlace(Phone phone) {
      if (asked.remove(phone)) {
        tasks.ended();
      }
    }
  }

  private void over() {
    step = Step.OVER;
    for (Crowd crowd : crowds) {
      crowd.everybody().forEach(Phone::switchOff);
    }
    listener.done();
  }

  /** How it goes. */
  public Progress progress() {
    return new Progress(
        crowds.stream().mapToInt(each -> each.online().size()).sum(),
        lag.due(),
        lag.takeMost(),
        signingUp(),
        world.tallies().read());
  }
}
