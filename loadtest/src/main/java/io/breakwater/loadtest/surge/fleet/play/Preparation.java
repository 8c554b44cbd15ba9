package io.breakwater.loadtest.surge.fleet.play;

import io.breakwater.loadtest.line.Account;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.loadtest.surge.fleet.phone.Applicant;
import io.breakwater.loadtest.surge.fleet.phone.Manners;
import io.breakwater.loadtest.surge.fleet.phone.Phone;
import io.breakwater.loadtest.surge.scenario.arrivals.Seed;
import io.breakwater.loadtest.surge.scenario.model.MessageShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What is there before the begin: the accounts of existing users, then the messages that wait for
 * those who will not be online. Obedient, some at a time. Confined to the loop.
 *
 * <p>Each user writes for the one before it, on a connection on which it takes nothing: what waits
 * for the writer itself goes on waiting.
 */
final class Preparation {
  private static final int PLAIN_BYTES = 160;

  /** Some stream there has to be; that it is before the begin tells what it is. */
  private static final int STREAM = 0;

  private record Place(Crowd crowd, int place) {}

  private record Waiting(Phone writer, Phone reader, int messages) {}

  private final Stage stage;
  private final List<Crowd> crowds;
  private final Runnable afterwards;
  private final SplittableRandom random;

  Preparation(Stage stage, List<Crowd> crowds, Runnable afterwards) {
    this.stage = stage;
    this.crowds = crowds;
    this.afterwards = afterwards;
    this.random = new SplittableRandom(Seed.of(stage.seed(), "unread"));
  }

  void begin() {
    new SigningUp().tasks.begin();
  }

  private final class SigningUp {
    private final AtOnce<Place> tasks =
        new AtOnce<>(
            stage.atOnce(),
            crowds.stream()
                .flatMap(each -> IntStream.range(0, each.owned()).mapToObj(i -> new Place(each, i)))
                .iterator(),
            this::signUp,
            () -> new Filling().tasks.begin());

    private void signUp(Place place) {
      Crowd crowd = place.crowd();
      long user = crowd.number(place.place());
      Applicant.Form form =
          new Applicant.Form(
              Applicant.NO_STREAM,
              new Who(crowd.index(), user, 0),
              stage.signUpIds().get(),
              stage.handles().of(crowd.index(), user),
              stage.world().clock().getAsLong());
      new Applicant(
              stage.world(), form, Manners.OBEDIENT, (_, account, _) -> entered(place, account))
          .begin();
    }

    private void entered(Place place, Account account) {
      place.crowd().enter(place.place(), account);
      tasks.ended();
    }
  }

  private final class Filling implements Phone.Owner {
    private final AtOnce<Waiting> tasks =
        new AtOnce<>(stage.atOnce(), waiting().iterator(), this::fill, afterwards);

    private void fill(Waiting waiting) {
      Phone writer = waiting.writer();
      Phone reader = waiting.reader();
      writer.follow(this);
      writer.switchOnToWrite();
      Optional<MessageShape> shape = stage.replay().played().message();
      for (int i = 0; i < waiting.messages(); i++) {
        writer.write(
            STREAM,
            reader.who(),
            reader.user(),
            shape.map(each -> each.payloadBytes(random)).orElse(PLAIN_BYTES),
            stage.world().clock().getAsLong());
      }
    }

    @Override
    public void settled(Phone phone) {
      phone.switchOff();
      phone.follow(crowds.get(phone.who().population()));
      tasks.ended();
    }

    @Override
    public void gone(Phone phone) {
      stage.world().trouble().accept(phone.who() + " cannot write what is to wait for others");
      phone.follow(crowds.get(phone.who().population()));
      tasks.ended();
    }
  }

  private List<Waiting> waiting() {
    List<Phone> all = crowds.stream().flatMap(each -> each.all().stream()).toList();
    List<Waiting> waiting = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Phone reader = all.get(i);
      Crowd crowd = crowds.get(reader.who().population());
      int unread = crowd.population().unread();
      if (unread > 0 && !crowd.isOnlineAtBegin(reader.who().user())) {
        waiting.add(new Waiting(all.get((i + 1) % all.size()), reader, unread));
      }
    }
    if (!waiting.isEmpty() && all.size() == 1) {
      stage.world().trouble().accept("1 user in this generator (expected: 2, one writes to it)");
    }
    return waiting;
  }
}
