package io.breakwater.loadtest.surge.scenario;

import io.breakwater.loadtest.surge.scenario.file.Section;
import io.breakwater.loadtest.surge.scenario.file.Unit;
import io.breakwater.loadtest.surge.scenario.file.Units;
import io.breakwater.loadtest.surge.scenario.model.Fault;
import io.breakwater.loadtest.surge.scenario.model.Population;
import io.breakwater.loadtest.surge.scenario.model.Servers;
import io.breakwater.loadtest.surge.scenario.model.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what breaks. */
final class FaultReader {
  private static final Unit<Double> SOME =
      new Unit<>(
          "a share above 0%, at most 100%",
          1.0, text -> Units.SHARE.parse().apply(text).filter(share -> share > 0));

  private enum What {
    KILL_GATEWAY,
    KILL_DELIVERY,
    RESTART_GATEWAYS,
    RESTART_DELIVERIES,
    ADD_GATEWAY,
    HANG_UP
  }

  private final Duration duration;
  private final Map<String, Population> populations;
  private int gateways;
  private int deliveries;

  FaultReader(Duration duration, Map<String, Population> populations, Servers servers) {
    this.duration = duration;
    this.populations = populations;
    gateways = servers.gateways();
    deliveries = servers.deliveries();
  }

  List<Fault> read(List<Section> sections) {
    List<Fault> faults = new ArrayList<>();
    for (Section section : sections) {
      Duration at = section.get("at", Units.TIME);
      if (at.compareTo(duration) >= 0) {
        section.refuse("at", "before the end, " + Times.text(duration));
      }
      if (!faults.isEmpty() && at.compareTo(faults.getLast().at()) < 0) {
        section.refuse("at", "not before the fault above it");
      }
      faults.add(fault(section, at));
      section.end();
    }
    return faults;
  }

  private Fault fault(Section section, Duration at) {
    return switch (section.get("kind", Units.choice(What.class))) {
      case KILL_GATEWAY -> {
        Optional<Duration> back = section.find("back", Units.DURATION);
        gateways -= back.isPresent() ? 0 : 1;
        if (gateways < 1) {
          section.refuse("kind", "more gateways under servers: none is left, and none comes back");
        }
        yield new Fault.KillGateway(at, back);
      }
      case KILL_DELIVERY -> {
        Optional<Duration> back = section.find("back", Units.DURATION);
        deliveries -= back.isPresent() ? 0 : 1;
        if (deliveries < 1) {
          section.refuse(
              "kind", "more deliveries under servers: none is left, and none comes back");
        }
        yield new Fault.KillDelivery(at, back);
      }
      case RESTART_GATEWAYS -> new Fault.RestartGateways(at, section.get("gap", Units.TIME));
      case RESTART_DELIVERIES -> new Fault.RestartDeliveries(at, section.get("gap", Units.TIME));
      case ADD_GATEWAY -> {
        gateways++;
        yield new Fault.AddGateway(at);
      }
      case HANG_UP -> {
        String of = section.get("of", Units.NAME);
        if (section.has("of") && !populations.containsKey(of)) {
          section.refuse("of", "one of " + String.join(", ", populations.keySet()));
        }
        yield new Fault.HangUp(
            at, of, section.get("share", SOME), section.get("away", Units.DURATION));
      }
    };
  }
}
