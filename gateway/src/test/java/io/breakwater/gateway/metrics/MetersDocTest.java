package io.breakwater.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.gateway.accept.Arrivals;
import io.breakwater.gateway.line.LineLimits;
import io.breakwater.gateway.line.WaitingRoom;
import io.breakwater.gateway.rate.RateLimits;
import io.breakwater.gateway.rate.SharedRates;
import io.breakwater.gateway.returning.ReturnLimits;
import io.breakwater.gateway.returning.Returns;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** ARCHITECTURE.md names the meters of a gateway, all of them and no others. */
final class MetersDocTest {
  private static final Pattern METER = Pattern.compile("`(breakwater\\.gateway\\.[a-z.]+)`");

  @Test
  void every_meter_stands_in_the_documentation() throws IOException {
    Path page = Path.of(System.getProperty("breakwater.root", ".."), "ARCHITECTURE.md");
    Set<String> named =
        METER
            .matcher(Files.readString(page))
            .results()
            .map((MatchResult found) -> found.group(1))
            .collect(Collectors.toSet());
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    GatewayMetrics metrics = new GatewayMetrics(registry);
    metrics.transport("nio");
    metrics.buffers(() -> 0);
    metrics.unfinished(() -> 0);
    metrics.line(new WaitingRoom(LineLimits.DEFAULT, 1, new SplittableRandom(1)));
    metrics.ratesCrowded(new SharedRates(RateLimits.OFF, new SplittableRandom(1)));
    metrics.returns(
        List.of(new Returns(() -> ReturnLimits.DEFAULT, 1, new SplittableRandom(1), 0)));
    metrics.arrivals(new Arrivals());
    metrics.tier(Optional::empty, () -> 0);
    metrics.certificateExpires(() -> 0);
    metrics.leversMoved(() -> 0);
    metrics.scale(() -> 0, () -> 0, () -> 0, () -> 0, () -> 0);
    metrics.trunkTls().certificateExpires(() -> 0);
    assertThat(registry.getMeters())
        // A registry without histograms of its own makes a meter for each of their buckets.
        .filteredOn(meter -> meter.getId().syntheticAssociation() == null)
        .extracting((Meter meter) -> meter.getId().getName())
        .isNotEmpty()
        .hasSameElementsAs(named);
  }
}
