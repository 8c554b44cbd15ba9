package io.breakwater.loadtest.surge.figures;

import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What generators would have seen of a system that has a stall and breaks connections, but neither
 * loses nor doubles nor reorders a message. The same seed makes the same facts.
 */
final class MadeUpRun {
  static final int GENERATORS = 4;

  private static final int USERS = 300;
  private static final int ONLINE = 240;
  private static final double END_MS = Played.SECONDS * 1000 + 3000;
  private static final double STALL_FROM_MS = 10_000;
  private static final double STALL_TO_MS = 12_000;
  private static final double BREAK_MS = 15_000;
  private static final double HANG_UP_MS = 20_000;
  private static final double BACK_MS = 23_000;

  private record Moment(double ms, int generator, Fact fact) {}

  private record Sent(Who from, Who to, long number, double acceptedMs) {}

  /** From when on it is connected; and the facts of deliveries so far. */
  private static final class Phone {
    private final TreeMap<Double, Double> sessions = new TreeMap<>();
    private final Map<Who, Double> lastFrom = new HashMap<>();
  }

  private final Random random;
  private final List<Moment> moments = new ArrayList<>();
  private final Map<Who, Phone> phones = new HashMap<>();
  private final List<Sent> sent = new ArrayList<>();
  private final Map<Who, Long> numbers = new HashMap<>();

  private MadeUpRun(long seed) {
    random = new Random(seed);
  }

  static Span span() {
    return Played.until(END_MS);
  }

  /** By generator, as they happened. */
  static List<List<Fact>> facts(long seed) {
    MadeUpRun run = new MadeUpRun(seed);
    run.play();
    List<List<Fact>> generators = new ArrayList<>();
    for (int i = 0; i < GENERATORS; i++) {
      int generator = i;
      generators.add(
          run.moments.stream()
              .filter(each -> each.generator == generator)
              .sorted(Comparator.comparingDouble(Moment::ms))
              .map(Moment::fact)
              .toList());
    }
    return generators;
  }

  private void play() {
    for (int user = 0; user < ONLINE; user++) {
      for (int device = 0; device < Played.DEVICES; device++) {
        connect(Played.existing(user, device), false, -2000, -1500, END_MS);
      }
    }
    // Two devices in ten lose their connections, and come back.
    for (int user = 0; user < ONLINE; user += 5) {
      Who who = Played.existing(user, 1);
      note(BREAK_MS, who, new Fact.Lost(who, Played.at(BREAK_MS), "broken"));
      double back = BREAK_MS + 200 + random.nextDouble() * 1000;
      cut(who, BREAK_MS);
      // The last one never does.
      if (user != 235) {
        connect(who, true, BREAK_MS, back, END_MS);
      }
    }
    arrivals(Played.ARRIVE, 1, this::arrive);
    arrivals(Played.NETWORKS, 2, this::changeNetwork);
    hangUp();
    arrivals(Played.CHAT, 40, this::chat);
    arrivals(Played.REFUGEES, 3, this::signUp);
    deliver();
    end();
  }

  private interface Arrival {
    Who arrive(double intendedMs);
  }

  private void arrivals(int stream, double perSecond, Arrival arrival) {
    double ms = 0;
    while (true) {
      ms += -Math.log(1 - random.nextDouble()) / perSecond * 1000;
      if (ms >= Played.SECONDS * 1000) {
        return;
      }
      boolean isDone = stream != Played.ARRIVE || random.nextInt(5) > 0;
      double lag = random.nextDouble() * 2;
      Who who = isDone ? arrival.arrive(ms) : Played.existing(0, 0);
      note(
          ms + lag,
          who,
          new Fact.Due(
              stream,
              Played.at(ms),
              Played.at(ms + lag),
              isDone ? Fact.By.SOMEBODY : Fact.By.NOBODY));
    }
  }

  /** When something that begins then is through: nothing is while the system stands still. */
  private double through(double ms, double meanMs) {
    double end = ms - Math.log(1 - random.nextDouble()) * meanMs;
    return end >= STALL_FROM_MS && end < STALL_TO_MS ? STALL_TO_MS + random.nextDouble() * 50 : end;
  }

  private void note(double ms, Who whose, Fact fact) {
    // Newcomers write to people of all generators.
    int generator = (int) ((whose.user() + whose.population()) % GENERATORS);
    moments.add(new Moment(ms, generator, fact));
  }

  private Phone phone(Who who) {
    return phones.computeIfAbsent(who, _ -> new Phone());
  }

  private void connect(Who who, boolean isResumed, double since, double welcome, double until) {
    if (!isResumed) {
      come(who, since);
    }
    note(welcome, who, new Fact.Welcomed(who, isResumed, Played.at(since), Played.at(welcome), 1));
    phone(who).sessions.put(welcome, until);
    double synced = welcome + 30;
    note(synced, who, new Fact.Synced(who, Played.at(welcome), Played.at(synced)));
  }

  private void come(Who who, double since) {
    note(since, who, new Fact.Coming(who, false, Played.at(since)));
  }

  private void cut(Who who, double at) {
    TreeMap<Double, Double> sessions = phone(who).sessions;
    sessions.put(sessions.floorKey(at), at);
  }

  private long nextOffline = ONLINE;

  private Who arrive(double ms) {
    long user = nextOffline++;
    for (int device = 0; device < Played.DEVICES; device++) {
      if (user % 5 == 2) {
        come(Played.existing(user, device), ms);
      } else {
        connect(Played.existing(user, device), false, ms, through(ms, 20), END_MS);
      }
    }
    return Played.existing(user, 0);
  }

  private Who changeNetwork(double ms) {
    // The first devices are never broken: nothing happens twice at a time to one of them.
    long user = random.nextInt(ONLINE);
    Who who = Played.existing(hangsUp(user) ? user + 1 : user, 0);
    Map.Entry<Double, Double> session = phone(who).sessions.floorEntry(ms);
    double back = through(ms, 15);
    if (session != null && session.getValue() == END_MS && session.getKey() < ms - 100) {
      breakNetwork(who, ms);
      if (random.nextInt(8) > 0) {
        connect(who, true, ms, back, END_MS);
      }
    }
    // Otherwise it was away already, and is never welcomed for this arrival.
    return who;
  }

  private void breakNetwork(Who who, double ms) {
    cut(who, ms);
    note(ms, who, new Fact.Lost(who, Played.at(ms), "network"));
  }

  private static boolean hangsUp(long user) {
    return user % 7 == 3;
  }

  /** Some have no network for a time; of those some were about to come back just then. */
  private void hangUp() {
    for (long user = 0; user < ONLINE; user++) {
      Who who = Played.existing(user, 0);
      if (hangsUp(user)) {
        boolean isOvertaken = user % 4 == 1;
        double cut = HANG_UP_MS - 30 - user / 1000.0;
        if (isOvertaken) {
          breakNetwork(who, cut);
          note(
              cut,
              who,
              new Fact.Due(Played.NETWORKS, Played.at(cut), Played.at(cut), Fact.By.SOMEBODY));
        }
        note(HANG_UP_MS, who, new Fact.Left(who, Played.at(HANG_UP_MS)));
        if (!isOvertaken) {
          breakNetwork(who, HANG_UP_MS);
        }
        if (user % 5 > 0) {
          note(BACK_MS, who, new Fact.Coming(who, true, Played.at(BACK_MS)));
          if (user % 5 > 1) {
            connect(who, true, BACK_MS, through(BACK_MS, 500), END_MS);
          }
        }
      }
    }
  }

  private Who chat(double ms) {
    Who from = Played.existing(random.nextInt(ONLINE), random.nextInt(Played.DEVICES));
    write(Played.CHAT, from, ms);
    return from;
  }

  private void write(int stream, Who from, double ms) {
    // Each has three to whom it writes.
    Who to = Played.existing((from.user() * 7 + random.nextInt(3)) % USERS, 0);
    long number = numbers.merge(from, 1L, Long::sum);
    note(ms, from, new Fact.Written(stream, from, to, number, Played.at(ms)));
    int fate = random.nextInt(200);
    if (fate == 0) {
      double at = through(ms, 8);
      note(at, from, new Fact.Rejected(from, to, number, Played.at(at), "NO_SUCH_USER"));
    } else if (fate == 3) {
      // The answer comes too late.
      double at = END_MS + 1;
      note(at, from, new Fact.Accepted(from, to, number, Played.at(at)));
    } else if (fate > 1) {
      // One has no answer, and nobody ever gets it.
      double at = through(ms, 8);
      note(at, from, new Fact.Accepted(from, to, number, Played.at(at)));
      sent.add(new Sent(from, to, number, at));
      if (fate == 2) {
        note(ms, from, new Fact.Refused(from, "send", Played.at(ms), "OVERLOADED", fate * 100L));
      }
    }
  }

  private long nextNewcomer;

  private Who signUp(double ms) {
    Who who = Played.newcomer(nextNewcomer++);
    double done = through(ms, 1500);
    if (done > END_MS - 2000) {
      note(END_MS, who, new Fact.NotSignedUp(Played.REFUGEES, who, Played.at(ms), 3));
      return who;
    }
    note(done, who, new Fact.SignedUp(Played.REFUGEES, who, Played.at(ms), Played.at(done), 1));
    if (done >= Played.SECONDS * 1000) {
      // It does not connect any more.
      return who;
    }
    if (random.nextInt(10) == 0) {
      come(who, done);
      return who;
    }
    double welcome = through(done, 10);
    double left = welcome + 4000;
    if (left < END_MS) {
      connect(who, false, done, welcome, left);
      note(left, who, new Fact.Left(who, Played.at(left)));
      write(Played.REFUGEES, who, welcome + 500);
      write(Played.REFUGEES, who, welcome + 2500);
    }
    return who;
  }

  /** In the order of numbers on each lane, whatever was accepted first, to whoever is connected. */
  private void deliver() {
    sent.sort(Comparator.comparingLong(Sent::number));
    for (Sent message : sent) {
      for (int device = 0; device < Played.DEVICES; device++) {
        Who to = Played.existing(message.to.user(), device);
        Phone phone = phones.get(to);
        if (phone == null) {
          continue;
        }
        double least = phone.lastFrom.getOrDefault(message.from, 0.0) + 0.001;
        double at = online(phone, Math.max(through(message.acceptedMs, 5), least));
        if (at < END_MS - 10) {
          phone.lastFrom.put(message.from, at);
          note(at, to, new Fact.Delivered(message.from, to, message.number, Played.at(at)));
        } else if (device == 0 && hangsUp(message.to.user()) && message.to.user() % 5 < 2) {
          // It is asked at the end.
          double end = END_MS - 5;
          note(end, to, new Fact.Delivered(message.from, to, message.number, Played.at(end)));
        }
      }
    }
  }

  private static double online(Phone phone, double ms) {
    Map.Entry<Double, Double> session = phone.sessions.floorEntry(ms);
    if (session != null && ms < session.getValue()) {
      return ms;
    }
    Double next = phone.sessions.higherKey(ms);
    return next == null ? END_MS : next + 1;
  }

  private void end() {
    phones.forEach(
        (who, phone) -> {
          if (phone.sessions.lastEntry().getValue() == END_MS) {
            note(END_MS, who, new Fact.CaughtUp(who, Played.at(END_MS)));
          }
        });
    for (int generator = 0; generator < GENERATORS; generator++) {
      for (int second = -1; second < Played.SECONDS; second++) {
        double ms = second * 1000 + 400;
        moments.add(
            new Moment(
                ms,
                generator,
                new Fact.Census(
                    Played.at(ms),
                    100 + second,
                    2 * generator,
                    generator,
                    (second + 2) * 50_000_000L)));
      }
    }
  }
}
