package io.breakwater.loadtest.surge.scenario;

import io.breakwater.loadtest.surge.scenario.file.Mistakes;
import io.breakwater.loadtest.surge.scenario.file.Section;
import io.breakwater.loadtest.surge.scenario.file.Unit;
import io.breakwater.loadtest.surge.scenario.file.Units;
import io.breakwater.loadtest.surge.scenario.model.ArrivalStream;
import io.breakwater.loadtest.surge.scenario.model.Fact;
import io.breakwater.loadtest.surge.scenario.model.Fault;
import io.breakwater.loadtest.surge.scenario.model.Limit;
import io.breakwater.loadtest.surge.scenario.model.MessageShape;
import io.breakwater.loadtest.surge.scenario.model.Population;
import io.breakwater.loadtest.surge.scenario.model.Reduction;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import io.breakwater.loadtest.surge.scenario.model.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** Reads a whole file. Used once. */
final class ScenarioReader {
  private static final int MOST_SERVERS = 9;

  /** Times of a file without a good duration are not compared with it. */
  private static final Unit<Duration> LENGTH =
      new Unit<>(Units.DURATION.expected(), Duration.ofDays(1000), Units.DURATION.parse());

  /** What changes nothing of what is played at a scale. */
  private static final Set<String> TEXTS = Set.of("name", "title", "facts", "model", "small");

  private final Section root;
  private final Mistakes mistakes;

  /**
   * @param mistakes those of the root
   */
  ScenarioReader(Section root, Mistakes mistakes) {
    this.root = root;
    this.mistakes = mistakes;
  }

  /** A scenario, to be used only if no mistakes were noted. */
  Scenario read() {
    String name = root.get("name", Units.NAME);
    String title = root.get("title", Units.TEXT);
    List<Fact> facts = root.list("facts").stream().map(ScenarioReader::fact).toList();
    String model = root.get("model", Units.TEXT);
    Duration duration = root.get("duration", LENGTH);
    Reduction small = small(root.section("small"));
    Servers servers =
        root.findSection("servers").map(ScenarioReader::servers).orElse(Servers.ONE_OF_EACH);

    SequencedMap<String, Section> crowds = root.named("populations");
    PopulationReader populations = new PopulationReader(crowds);
    SequencedMap<String, Population> all = populations.read();

    StreamReader reader = new StreamReader(duration, all);
    SequencedMap<String, Section> sections = root.named("streams");
    if (root.has("streams") && sections.isEmpty()) {
      root.contradict("streams", "nothing", "at least one stream");
    }
    List<ArrivalStream> streams = new ArrayList<>();
    sections.forEach((each, section) -> streams.add(reader.read(each, section)));

    Optional<MessageShape> message =
        root.findSection("message").map(section -> new MessageReader(section).read());
    List<Fault> faults = new FaultReader(duration, all, servers).read(root.list("faults"));
    List<Limit> limits = new LimitReader(all, streams).read(root.list("limits"));
    root.end();

    if (mistakes.isEmpty()) {
      // Contradictions of placeholders would be noise.
      checkMessages(message, streams);
      populations.check(streams, faults);
      reader.check(sections, streams, faults);
    }
    return new Scenario(
        name,
        title,
        facts,
        model,
        duration,
        small,
        servers,
        List.copyOf(all.values()),
        streams,
        message,
        faults,
        limits,
        mistakes.isEmpty() ? root.digest(TEXTS) : "");
  }

  private static Fact fact(Section section) {
    Fact fact = new Fact(section.get("text", Units.TEXT), section.get("source", Units.TEXT));
    section.end();
    return fact;
  }

  private static Reduction small(Section section) {
    Reduction small =
        new Reduction(section.get("scale", Units.FACTOR), section.get("compress", Units.FACTOR));
    section.end();
    return small;
  }

  private static Servers servers(Section section) {
    Unit<Integer> whole = Units.whole(1, MOST_SERVERS);
    // A wrong number is no reason to say that too few are left after a kill.
    Unit<Integer> count = new Unit<>(whole.expected(), MOST_SERVERS, whole.parse());
    Servers servers = new Servers(section.get("gateways", count), section.get("deliveries", count));
    section.end();
    return servers;
  }

  private void checkMessages(Optional<MessageShape> message, List<ArrivalStream> streams) {
    boolean isWritten = streams.stream().anyMatch(ScenarioReader::writes);
    if (isWritten != message.isPresent()) {
      root.contradict(
          "message",
          isWritten ? "missing" : "present",
          isWritten
              ? "how messages look, since there are streams of them"
              : "nothing, since no stream writes messages");
    }
  }

  private static boolean writes(ArrivalStream stream) {
    return switch (stream) {
      case ArrivalStream.Messages _ -> true;
      case ArrivalStream.SignUps signUps ->
          signUps.then().stream().anyMatch(then -> then.messages() > 0);
      case ArrivalStream.Connects _, ArrivalStream.Reconnects _ -> false;
    };
  }
}
