package io.breakwater.loadtest.surge.scenario;

import io.breakwater.loadtest.surge.scenario.arrivals.Bursts;
import io.breakwater.loadtest.surge.scenario.arrivals.Diurnal;
import io.breakwater.loadtest.surge.scenario.arrivals.Point;
import io.breakwater.loadtest.surge.scenario.arrivals.RateCurve;
import io.breakwater.loadtest.surge.scenario.file.Section;
import io.breakwater.loadtest.surge.scenario.file.Units;
import io.breakwater.loadtest.surge.scenario.model.Afterwards;
import io.breakwater.loadtest.surge.scenario.model.ArrivalStream;
import io.breakwater.loadtest.surge.scenario.model.Fault;
import io.breakwater.loadtest.surge.scenario.model.Population;
import io.breakwater.loadtest.surge.scenario.model.Population.Kind;
import io.breakwater.loadtest.surge.scenario.model.Times;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads what arrives when. */
final class StreamReader {
  private static final int MOST_LOOK_UPS = 1000;
  private static final int MOST_FIRST_MESSAGES = 1000;

  private enum What {
    SIGN_UPS,
    CONNECTS,
    RECONNECTS,
    MESSAGES
  }

  private final Duration duration;
  private final Map<String, Population> populations;

  StreamReader(Duration duration, Map<String, Population> populations) {
    this.duration = duration;
    this.populations = populations;
  }

  ArrivalStream read(String name, Section section) {
    What what = section.get("kind", Units.choice(What.class));
    Set<Kind> whose =
        what == What.SIGN_UPS ? Set.of(Kind.NEWCOMERS) : Set.of(Kind.EXISTING, Kind.RETURNING);
    String of = population(section, "of", whose);
    RateCurve rate = curve(section);
    ArrivalStream stream =
        switch (what) {
          case SIGN_UPS ->
              new ArrivalStream.SignUps(
                  name, of, rate, section.findSection("then").map(this::afterwards));
          case CONNECTS ->
              new ArrivalStream.Connects(name, of, rate, section.find("stay", Units.DURATION));
          case RECONNECTS -> new ArrivalStream.Reconnects(name, of, rate);
          case MESSAGES -> {
            String to = section.has("to") ? population(section, "to", whose) : of;
            yield new ArrivalStream.Messages(name, of, to, rate);
          }
        };
    section.end();
    return stream;
  }

  private String population(Section section, String key, Set<Kind> kinds) {
    List<String> fitting =
        populations.values().stream()
            .filter(each -> kinds.contains(each.kind()))
            .map(Population::name)
            .toList();
    String name = section.get(key, Units.NAME);
    if (section.has(key) && !fitting.contains(name)) {
      String what = kinds.stream().map(Kind::toString).sorted().collect(Collectors.joining(" or "));
      section.refuse(
          key, "a population that is %s: one of %s".formatted(what, String.join(", ", fitting)));
    }
    return name;
  }

  private Afterwards afterwards(Section section) {
    int lookUps = section.find("look-ups", Units.whole(0, MOST_LOOK_UPS)).orElse(0);
    int messages = section.find("messages", Units.whole(0, MOST_FIRST_MESSAGES)).orElse(0);
    Optional<Duration> stay = section.find("stay", Units.DURATION);
    Optional<String> to = Optional.empty();
    Duration over = Duration.ZERO;
    if (messages > 0 || lookUps > 0) {
      to = Optional.of(population(section, "to", Set.of(Kind.EXISTING, Kind.RETURNING)));
    }
    if (messages > 0) {
      over = section.get("over", Units.DURATION);
      if (stay.isPresent() && stay.get().compareTo(over) < 0) {
        section.refuse("over", "at most stay, " + Times.text(stay.get()));
      }
    }
    section.end();
    return new Afterwards(lookUps, messages, to, over, stay);
  }

  private RateCurve curve(Section section) {
    List<Point> points =
        section.pairs("rate", Duration.ZERO, Units.TIME, Units.RATE).stream()
            .map(pair -> new Point(pair.getKey(), pair.getValue()))
            .toList();
    RateCurve curve = RateCurve.of(List.of(new Point(Duration.ZERO, 0)), duration);
    Optional<String> mistake = mistakeOf(points);
    if (mistake.isPresent()) {
      if (!points.isEmpty()) {
        section.contradict("rate", mistake.get(), "times that rise from 0s to the duration");
      }
    } else {
      curve = RateCurve.of(points, duration);
      if (curve.expected() == 0) {
        section.contradict("rate", "always 0", "a rate above 0 at some time");
      }
    }
    Optional<Diurnal> diurnal = section.findSection("diurnal").map(StreamReader::diurnal);
    if (diurnal.isPresent()) {
      curve = curve.with(diurnal.get());
    }
    Optional<Section> bursts = section.findSection("bursts");
    return bursts.isPresent() ? withBursts(curve, bursts.get()) : curve;
  }

  private Optional<String> mistakeOf(List<Point> points) {
    if (points.isEmpty()) {
      return Optional.of("no points");
    }
    List<Duration> times = points.stream().map(Point::at).toList();
    if (!times.getFirst().isZero()) {
      return Optional.of("begins at " + Times.text(times.getFirst()));
    }
    for (int i = 1; i < times.size(); i++) {
      if (times.get(i).compareTo(times.get(i - 1)) < 0) {
        return Optional.of(
            "%s after %s".formatted(Times.text(times.get(i)), Times.text(times.get(i - 1))));
      }
      if (i > 1 && times.get(i).equals(times.get(i - 2))) {
        return Optional.of(Times.text(times.get(i)) + " three times");
      }
    }
    return times.getLast().compareTo(duration) > 0
        ? Optional.of("goes on until " + Times.text(times.getLast()))
        : Optional.empty();
  }

  private static Diurnal diurnal(Section section) {
    Diurnal diurnal = new Diurnal(section.get("peak", Units.TIME), section.get("low", Units.SHARE));
    section.end();
    return diurnal;
  }

  private RateCurve withBursts(RateCurve curve, Section section) {
    Bursts bursts =
        new Bursts(
            section.get("factor", Units.FACTOR),
            section.get("length", Units.DURATION),
            section.get("gap", Units.DURATION),
            section.find("from", Units.TIME).orElse(Duration.ZERO),
            section.find("until", Units.TIME).orElse(duration));
    section.end();
    if (bursts.from().compareTo(bursts.until()) >= 0 || bursts.until().compareTo(duration) > 0) {
      section.contradict(
          "until",
          "%s to %s".formatted(Times.text(bursts.from()), Times.text(bursts.until())),
          "from before until, until at most the duration");
    } else if (bursts.factor() <= 1 || bursts.factor() > bursts.highestFactor() * (1 + 1e-9)) {
      section.refuse(
          "factor",
          "above 1, at most %.3f = 1 + gap / length: bursts keep the mean"
              .formatted(bursts.highestFactor()));
    } else {
      try {
        return curve.with(bursts);
      } catch (IllegalArgumentException e) {
        section.refuse("length", String.valueOf(e.getMessage()));
      }
    }
    return curve;
  }

  /** Notes what contradicts other streams, and faults. To be used if nothing else is wrong. */
  void check(Map<String, Section> sections, List<ArrivalStream> streams, List<Fault> faults) {
    for (ArrivalStream stream : streams) {
      Section section = Objects.requireNonNull(sections.get(stream.name()));
      Population of = Objects.requireNonNull(populations.get(stream.of()));
      switch (stream) {
        case ArrivalStream.SignUps _ -> {}
        case ArrivalStream.Connects connects -> checkConnects(section, connects, of, faults);
        case ArrivalStream.Reconnects _, ArrivalStream.Messages _ -> {
          if (of.online() == 0 && streams.stream().noneMatch(each -> brings(each, of.name()))) {
            section.refuse("of", "people who are online, or connect by another stream");
          }
        }
      }
    }
  }

  private static boolean brings(ArrivalStream stream, String population) {
    return stream instanceof ArrivalStream.Connects && stream.of().equals(population);
  }

  /** Who stays can come once. */
  private static void checkConnects(
      Section section, ArrivalStream.Connects stream, Population of, List<Fault> faults) {
    boolean canComeAgain =
        stream.stay().isPresent()
            || faults.stream()
                .anyMatch(
                    fault -> fault instanceof Fault.HangUp each && each.of().equals(of.name()));
    long offline = of.users() - of.online();
    long expected = Math.round(stream.rate().expected());
    if (!canComeAgain && expected > offline * 1.001 + 1) {
      section.contradict(
          "rate",
          expected + " arrivals",
          "at most the %d of %s who are not online, or a stay".formatted(offline, of.name()));
    }
  }
}
