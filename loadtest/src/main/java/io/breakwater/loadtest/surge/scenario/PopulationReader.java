package io.breakwater.loadtest.surge.scenario;

import io.breakwater.loadtest.surge.scenario.file.Section;
import io.breakwater.loadtest.surge.scenario.file.Unit;
import io.breakwater.loadtest.surge.scenario.file.Units;
import io.breakwater.loadtest.surge.scenario.model.ArrivalStream;
import io.breakwater.loadtest.surge.scenario.model.Fault;
import io.breakwater.loadtest.surge.scenario.model.Population;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** Reads who is there. */
final class PopulationReader {
  private static final int MOST_DEVICES = 10;
  private static final int MOST_UNREAD = 10_000;
  private static final double ROUNDING = 1e-9;

  private static final Unit<Long> USERS =
      new Unit<>(
          Units.COUNT.expected() + ", above 0",
          1L,
          text -> Units.COUNT.parse().apply(text).filter(count -> count > 0));

  private final SequencedMap<String, Section> sections;

  PopulationReader(SequencedMap<String, Section> sections) {
    this.sections = sections;
  }

  SequencedMap<String, Population> read() {
    SequencedMap<String, Population> all = new LinkedHashMap<>();
    sections.forEach((name, section) -> all.put(name, read(name, section)));
    return all;
  }

  private static Population read(String name, Section section) {
    Population.Kind kind = section.get("kind", Units.choice(Population.Kind.class));
    long users = 0;
    double online = 0;
    switch (kind) {
      case EXISTING -> {
        users = section.get("users", USERS);
        online = section.get("online", Units.SHARE);
      }
      case RETURNING -> {
        users = section.get("users", USERS);
        refuse(section, "online", "absent: who returns is not there at the begin");
      }
      case NEWCOMERS -> {
        refuse(section, "users", "absent: newcomers are those who sign up");
        refuse(section, "online", "absent: newcomers are those who sign up");
      }
    }
    int devices = section.find("devices", Units.whole(1, MOST_DEVICES)).orElse(1);
    if (kind == Population.Kind.NEWCOMERS && devices > 1) {
      section.refuse("devices", "1: a newcomer has the device on which it signed up");
    }
    Optional<Integer> unread = section.find("unread", Units.whole(0, MOST_UNREAD));
    if (unread.orElse(0) > 0 && (users == 0 || online == 1)) {
      section.refuse("unread", "absent: nobody of them is offline at the begin");
    }
    double impatient = impatient(section.section("behaviour"));
    section.end();
    return new Population(
        name, kind, users, share(users, online), devices, impatient, unread.orElse(0));
  }

  private static void refuse(Section section, String key, String expected) {
    if (section.has(key)) {
      section.refuse(key, expected);
    }
  }

  private static long share(long users, double share) {
    return share == 0 ? 0 : Math.max(1, Math.round(users * share));
  }

  private static double impatient(Section section) {
    double obedient = section.find("obedient", Units.SHARE).orElse(0.0);
    double impatient = section.find("impatient", Units.SHARE).orElse(0.0);
    if (Math.abs(obedient + impatient - 1) > ROUNDING) {
      section.refuseAll("obedient and impatient clients that make 100% together");
    }
    section.end();
    return impatient;
  }

  /** Notes newcomers who never come, and people who are never heard of. */
  void check(List<ArrivalStream> streams, List<Fault> faults) {
    sections.forEach(
        (name, section) -> {
          boolean isUsed =
              streams.stream().anyMatch(stream -> concerns(stream, name))
                  || faults.stream().anyMatch(fault -> concerns(fault, name));
          if (!isUsed) {
            section.refuseAll("a stream of " + name + ", or to them: nothing is heard of them");
          }
        });
  }

  private static boolean concerns(ArrivalStream stream, String name) {
    return stream.of().equals(name)
        || switch (stream) {
          case ArrivalStream.Messages messages -> messages.to().equals(name);
          case ArrivalStream.SignUps signUps ->
              signUps.then().flatMap(then -> then.to()).filter(name::equals).isPresent();
          case ArrivalStream.Connects _, ArrivalStream.Reconnects _ -> false;
        };
  }

  private static boolean concerns(Fault fault, String name) {
    return fault instanceof Fault.HangUp hangUp && hangUp.of().equals(name);
  }
}
