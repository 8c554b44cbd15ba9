package io.breakwater.loadtest.surge.fleet.play;

import io.breakwater.loadtest.line.Account;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.loadtest.surge.fleet.phone.Applicant;
import io.breakwater.loadtest.surge.fleet.phone.Phone;
import io.breakwater.loadtest.surge.fleet.phone.Timers;
import io.breakwater.loadtest.surge.scenario.model.Afterwards;
import io.breakwater.loadtest.surge.scenario.model.ArrivalStream.SignUps;
import io.breakwater.loadtest.surge.scenario.model.MessageShape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What a stream of sign-ups does at each arrival, and what newcomers do afterwards. A newcomer's
 * number is that of its arrival; where several streams make newcomers of one population, times
 * their number, plus the stream's place among them. Confined to the loop.
 */
final class Joining implements Tide.Deed, Applicant.Owner {
  private static final long SALT = 0x0be1157ab1ec0de5L;
  private static final int PLAIN_BYTES = 160;

  private final Stage stage;
  private final int stream;
  private final Crowd newcomers;
  private final Optional<Afterwards> then;
  private final Optional<Crowd> readers;
  private final Optional<MessageShape> shape;
  private final int streams;
  private final int place;
  private final Set<Applicant> open = new HashSet<>();
  private final Set<FirstMessages> writing = new HashSet<>();
  private boolean isOver;

  /**
   * @param readers of the first messages, if there are any
   * @param streams that make newcomers of this population
   * @param place of this one among them
   */
  Joining(
      Stage stage,
      int stream,
      SignUps signUps,
      Crowd newcomers,
      Optional<Crowd> readers,
      int streams,
      int place) {
    this.stage = stage;
    this.stream = stream;
    this.newcomers = newcomers;
    this.then = signUps.then();
    this.readers = readers;
    this.shape = stage.replay().played().message();
    this.streams = streams;
    this.place = place;
  }

  @Override
  public Outcome arrive(long number, long mark, long intended) {
    long user = number * streams + place;
    Applicant applicant =
        new Applicant(
            stage.world(),
            new Applicant.Form(
                stream,
                new Who(newcomers.index(), user, 0),
                stage.signUpIds().get(),
                stage.handles().of(newcomers.index(), user),
                intended),
            newcomers.manners(user),
            this);
    open.add(applicant);
    applicant.begin();
    return Outcome.DONE;
  }

  @Override
  public void signedUp(Applicant applicant, Account account, long now) {
    open.remove(applicant);
    if (isOver || then.isEmpty()) {
      return;
    }
    Afterwards what = then.get();
    long user = applicant.form().who().user();
    SplittableRandom random = new SplittableRandom(stage.seed() ^ SALT ^ (user * streams + stream));
    Phone phone = newcomers.phone(user, account);
    phone.switchOn(now, what.stay().map(Duration::toNanos).orElse(Timers.NEVER));
    if (readers.isPresent()) {
      if (what.lookUps() > 0) {
        phone.lookUp(handles(what.lookUps(), readers.get(), random));
      }
      if (what.messages() > 0) {
        new FirstMessages(phone, what, readers.get(), random, now).next();
      }
    }
  }

  private List<String> handles(int count, Crowd of, SplittableRandom random) {
    List<String> handles = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      handles.add(stage.handles().of(of.index(), random.nextLong(of.population().users())));
    }
    return handles;
  }

  /** Sign-ups that are not done. */
  int open() {
    return open.size();
  }

  /** Nobody writes a first message any more; sign-ups go on. */
  void end() {
    isOver = true;
    List.copyOf(writing).forEach(FirstMessages::end);
  }

  /** Gives up what is open. */
  void giveUp() {
    List.copyOf(open).forEach(Applicant::giveUp);
    open.clear();
  }

  /** What one newcomer has still to write. */
  private final class FirstMessages implements Timers.Sleeper {
    private final Phone phone;
    private final Crowd to;
    private final SplittableRandom random;
    private final long[] times;
    private final Timers.Alarm alarm = new Timers.Alarm(this);
    private int written;

    FirstMessages(Phone phone, Afterwards what, Crowd to, SplittableRandom random, long from) {
      this.phone = phone;
      this.to = to;
      this.random = random;
      long over = Math.max(1, what.over().toNanos());
      this.times =
          random.longs(what.messages(), 0, over).map(each -> from + each).sorted().toArray();
    }

    void next() {
      if (written < times.length && !isOver) {
        writing.add(this);
        stage.world().timers().set(alarm, times[written]);
      } else {
        end();
      }
    }

    void end() {
      writing.remove(this);
      stage.world().timers().clear(alarm);
    }

    @Override
    public void wake(long now) {
      long reader = random.nextLong(to.population().users());
      int bytes = shape.map(each -> each.payloadBytes(random)).orElse(PLAIN_BYTES);
      phone.write(
          stream,
          new Who(to.index(), reader, 0),
          stage.roster().id(to.index(), reader),
          bytes,
          times[written]);
      written++;
      next();
    }
  }
}
