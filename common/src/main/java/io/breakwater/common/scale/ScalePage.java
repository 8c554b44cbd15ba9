package io.breakwater.common.scale;

import io.breakwater.common.admin.AdminPage;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code /scale}: the meters that say whether there are enough servers, a line for each. */
public final class ScalePage {
  private static final int DIGITS = 3;

  private ScalePage() {}

  /**
   * Shows these meters.
   *
   * @param names in the order of the page; one that is not there yet is left out
   */
  public static AdminPage of(MeterRegistry registry, List<String> names) {
    List<String> shown = List.copyOf(names);
    return new AdminPage("/scale", (Optional<String> query) -> text(registry, shown));
  }

  private static String text(MeterRegistry registry, List<String> names) {
    return names.stream()
        .flatMap(
            name ->
                registry.find(name).meters().stream().sorted(Comparator.comparing(ScalePage::tags)))
        .map(ScalePage::line)
        .collect(Collectors.joining());
  }

  private static String line(Meter meter) {
    double value = meter.measure().iterator().next().getValue();
    return meter.getId().getName() + tags(meter) + ' ' + number(value) + '\n';
  }

  private static String number(double value) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value)
            .setScale(DIGITS, RoundingMode.HALF_UP)
            .stripTrailingZeros()
            .toPlainString()
        : "-";
  }

  private static String tags(Meter meter) {
    List<Tag> tags = meter.getId().getTags();
    return tags.isEmpty()
        ? ""
        : tags.stream()
            .map(tag -> tag.getKey() + '=' + tag.getValue())
            .collect(Collectors.joining(",", "{", "}"));
  }
}
