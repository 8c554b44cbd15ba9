package io.breakwater.loadtest.surge.fleet.play;

import io.breakwater.loadtest.line.Account;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.loadtest.surge.fleet.phone.Manners;
import io.breakwater.loadtest.surge.fleet.phone.Phone;
import io.breakwater.loadtest.surge.fleet.phone.Roll;
import io.breakwater.loadtest.surge.fleet.phone.Timers;
import io.breakwater.loadtest.surge.fleet.phone.World;
import io.breakwater.loadtest.surge.scenario.arrivals.Seed;
import io.breakwater.loadtest.surge.scenario.model.Population;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The phones of a population that a generator owns. Confined to the loop. */
final class Crowd implements Phone.Owner {
  /** What an existing user's number is divided by to make its share of hang-ups. */
  private static final double WHOLE = 1L << 53;

  private final Stage stage;
  private final int index;
  private final Population population;
  private final Roll online = new Roll();
  private final Roll offline = new Roll();

  /** Own existing users by number divided by the number of generators; null before they sign up. */
  private final @Nullable Phone[] own;

  /** All that there ever were, newcomers as well. */
  private final List<Phone> everybody = new ArrayList<>();

  Crowd(Stage stage, int index) {
    this.stage = stage;
    this.index = index;
    this.population = stage.populations().get(index);
    long users = population.users();
    int count = stage.part().count();
    this.own = new Phone[(int) ((users + count - 1 - stage.part().index()) / count)];
  }

  Population population() {
    return population;
  }

  int index() {
    return index;
  }

  /** Those who are online. */
  Roll online() {
    return online;
  }

  /** Existing users who are switched off, and newcomers who have left. */
  Roll offline() {
    return offline;
  }

  /** How many existing users are its own. */
  int owned() {
    return own.length;
  }

  long number(int place) {
    return (long) place * stage.part().count() + stage.part().index();
  }

  boolean isOnlineAtBegin(long user) {
    return user < population.online();
  }

  Manners manners(long user) {
    return population.isImpatient(user) ? Manners.IMPATIENT : Manners.OBEDIENT;
  }

  /** An existing user has its account. */
  void enter(int place, Account account) {
    Phone phone = phone(number(place), account);
    own[place] = phone;
    offline.add(phone);
    stage.roster().put(index, number(place), account.user());
  }

  /** A newcomer, who belongs here from its first welcome on. */
  Phone phone(long user, Account account) {
    Phone phone = new Phone(stage.world(), new Who(index, user, 0), account, manners(user), this);
    everybody.add(phone);
    return phone;
  }

  /** All that there ever were: existing users, and newcomers wherever they are. */
  List<Phone> everybody() {
    return everybody;
  }

  /** One of its own existing users. */
  Phone own(int place) {
    Phone phone = own[place];
    if (phone == null) {
      throw new IllegalStateException(
          "user %d of %s has no account".formatted(number(place), population.name()));
    }
    return phone;
  }

  Phone ownNumber(long user) {
    return own((int) (user / stage.part().count()));
  }

  /** All own existing users. */
  List<Phone> all() {
    List<Phone> all = new ArrayList<>(own.length);
    for (int place = 0; place < own.length; place++) {
      all.add(own(place));
    }
    return all;
  }

  /** Switches on one who is offline. */
  void switchOn(Phone phone, long intended, long stayNanos) {
    offline.remove(phone);
    phone.follow(this);
    phone.switchOn(intended, stayNanos);
  }

  /** A share of those who are online lose their network for a time. */
  void hangUp(double share, long awayNanos, int fault) {
    World world = stage.world();
    for (Phone phone : online.all()) {
      long bits = Seed.of(stage.seed(), "hang-up " + fault + ' ' + phone.who().user());
      if ((bits >>> 11) / WHOLE < share) {
        online.remove(phone);
        phone.loseNetwork();
        world
            .timers()
            .set(
                new Timers.Alarm(_ -> phone.networkBack()),
                world.clock().getAsLong() + Math.max(awayNanos, TimeUnit.MILLISECONDS.toNanos(1)));
      }
    }
  }

  @Override
  public void welcomed(Phone phone) {
    if (!online.has(phone)) {
      online.add(phone);
    }
  }

  @Override
  public void gone(Phone phone) {
    online.remove(phone);
    if (phone.isHopeful()) {
      offline.add(phone);
    }
  }
}
