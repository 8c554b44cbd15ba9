package io.breakwater.loadtest.surge.scenario;

import io.breakwater.loadtest.surge.scenario.file.Section;
import io.breakwater.loadtest.surge.scenario.file.Units;
import io.breakwater.loadtest.surge.scenario.model.ArrivalStream;
import io.breakwater.loadtest.surge.scenario.model.Limit;
import io.breakwater.loadtest.surge.scenario.model.Phase;
import io.breakwater.loadtest.surge.scenario.model.Population;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads what has to be kept. */
final class LimitReader {
  private static final Pattern PERCENTILE = Pattern.compile("p(\\d{1,2}(?:\\.\\d{1,3})?)");
  private static final String MAXIMUM = "max";

  private final Map<String, Population> populations;
  private final List<ArrivalStream> streams;

  LimitReader(Map<String, Population> populations, List<ArrivalStream> streams) {
    this.populations = populations;
    this.streams = streams;
  }

  List<Limit> read(List<Section> sections) {
    return sections.stream().map(this::limit).toList();
  }

  private Limit limit(Section section) {
    Phase phase = section.get("phase", Units.choice(Phase.class));
    String of = section.get("of", Units.NAME);
    if (section.has("of") && !populations.containsKey(of)) {
      section.refuse("of", "one of " + String.join(", ", populations.keySet()));
    } else if (section.has("phase") && !isMeasured(phase, of)) {
      section.refuse("phase", "something that %s do".formatted(of));
    }
    Limit limit = measure(section, phase, of);
    section.end();
    return limit;
  }

  private boolean isMeasured(Phase phase, String of) {
    return switch (phase) {
      case SIGN_UP -> any(of, stream -> stream instanceof ArrivalStream.SignUps);
      case CONNECT, SYNC ->
          any(
              of,
              stream ->
                  switch (stream) {
                    case ArrivalStream.Connects _, ArrivalStream.Reconnects _ -> true;
                    case ArrivalStream.SignUps signUps -> signUps.then().isPresent();
                    case ArrivalStream.Messages _ -> false;
                  });
      // Whoever is online may have to.
      case RESUME -> true;
      case SEND_TO_ACCEPTED, ACCEPTED_TO_DELIVERED, SEND_TO_DELIVERED ->
          any(
              of,
              stream ->
                  switch (stream) {
                    case ArrivalStream.Messages _ -> true;
                    case ArrivalStream.SignUps signUps ->
                        signUps.then().stream().anyMatch(then -> then.messages() > 0);
                    case ArrivalStream.Connects _, ArrivalStream.Reconnects _ -> false;
                  });
    };
  }

  private boolean any(String of, Predicate<ArrivalStream> test) {
    return streams.stream().filter(stream -> stream.of().equals(of)).anyMatch(test);
  }

  private static Limit measure(Section section, Phase phase, String of) {
    List<String> percentiles =
        section.keys().stream()
            .filter(key -> key.equals(MAXIMUM) || PERCENTILE.matcher(key).matches())
            .toList();
    List<String> measures =
        percentiles.isEmpty()
            ? List.of("p50", "p99", "p99.9", MAXIMUM, "goodput", "rate")
            : Stream.concat(percentiles.stream(), Stream.of("goodput", "rate")).toList();
    String measure = section.oneOf(measures).orElse("");
    return switch (measure) {
      case "" -> new Limit.Latency(phase, of, 100, Duration.ZERO);
      case "goodput" -> new Limit.Goodput(phase, of, section.get(measure, Units.SHARE));
      case "rate" -> new Limit.Rate(phase, of, section.get(measure, Units.RATE));
      default ->
          new Limit.Latency(
              phase, of, percentile(section, measure), section.get(measure, Units.DURATION));
    };
  }

  private static double percentile(Section section, String measure) {
    if (measure.equals(MAXIMUM)) {
      return 100;
    }
    double percentile = Double.parseDouble(measure.substring(1));
    if (percentile == 0) {
      section.refuse(measure, "a percentile above p0");
    }
    return percentile;
  }
}
