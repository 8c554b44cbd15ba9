package io.breakwater.loadtest.surge.report.page;

import static io.breakwater.loadtest.surge.report.page.Table.Cell.word;

import io.breakwater.loadtest.surge.report.page.Page.Section;
import io.breakwater.loadtest.surge.report.page.Table.Cell;
import io.breakwater.loadtest.surge.report.page.Table.Row;
import io.breakwater.loadtest.surge.report.result.Setting;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What runs that are compared do not have in common, beside what is measured. */
final class Differences {
  private final List<Group> groups;

  Differences(List<Group> groups) {
    this.groups = groups;
  }

  /**
   * Runs of scenarios that say something else are no runs of one scenario.
   *
   * @throws IllegalArgumentException if there are such
   */
  void check() {
    if (settings().map(Setting::content).filter(Objects::nonNull).distinct().count() > 1) {
      throw new IllegalArgumentException(
          "content of the scenario: %s (expected: the same)"
              .formatted(
                  groups.stream()
                      .map(each -> each.name() + ' ' + contents(each))
                      .collect(Collectors.joining(", "))));
    }
  }

  private static List<String> contents(Group group) {
    return group.runs().stream()
        .map(each -> Objects.requireNonNullElse(each.setting().content(), Numbers.UNKNOWN))
        .distinct()
        .toList();
  }

  private Stream<Setting> settings() {
    return groups.stream().flatMap(each -> each.runs().stream()).map(SurgeResult::setting);
  }

  Section section() {
    List<Row> rows = rows();
    String text =
        rows.isEmpty()
            ? "Nothing that is recorded: neither scale, clock, clients, rates and faults, nor quotas, processors,"
                + " machine, JDK and commit."
            : "Beside seeds and dates. What is not meant to be compared should not differ.";
    long unknown = settings().filter(each -> each.content() == null).count();
    Section section =
        Section.of(
            "What differs",
            unknown == 0
                ? text
                : text
                    + "\n%d run%s from before the content of the scenario was kept: whether it was the same is not known."
                        .formatted(unknown, unknown == 1 ? " is" : "s are"));
    if (rows.isEmpty()) {
      return section;
    }
    List<Cell> columns = new ArrayList<>(List.of(word("what")));
    groups.forEach(each -> columns.add(word(each.name())));
    return section.with(new Table("By group", columns, rows));
  }

  private List<Row> rows() {
    Map<String, Function<Setting, String>> all = new TreeMap<>();
    settings()
        .flatMap(each -> each.quotas().stream())
        .filter(Setting.Quota::isOfTier)
        .map(Setting.Quota::tier)
        .forEach(tier -> all.put("CPU quota, each " + tier, each -> quota(each, tier)));
    all.put("scale", each -> "1 / " + Numbers.plain(each.scale()));
    all.put("clock", each -> "× " + Numbers.plain(each.compress()));
    all.put("impatient clients", Differences::impatient);
    all.put("rates", Differences::times);
    all.put("faults", each -> each.areFaultsLeftOut() ? "left out" : "as the scenario says");
    all.put("warm-up", each -> each.warmUpSeconds() + " s");
    all.put("own processor for generators", Differences::ownProcessor);
    all.put("machine", Setting::machine);
    all.put("JDK", Setting::jdk);
    all.put("commit", Setting::commit);
    List<Row> rows = new ArrayList<>();
    all.forEach(
        (what, value) -> {
          if (settings().map(value).distinct().count() > 1) {
            List<Cell> cells = new ArrayList<>(List.of(word(what)));
            groups.forEach(each -> cells.add(word(values(each, value))));
            rows.add(new Row(cells, ""));
          }
        });
    return rows;
  }

  private static String values(Group group, Function<Setting, String> value) {
    return group.runs().stream()
        .map(each -> value.apply(each.setting()))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static String quota(Setting setting, String tier) {
    return setting.quotas().stream()
        .filter(each -> each.tier().equals(tier))
        .map(each -> Numbers.plain(each.cores() / each.processes()))
        .findFirst()
        .orElse("none");
  }

  /** Files without the content of the scenario are without that as well. */
  static String impatient(Setting setting) {
    if (!Double.isNaN(setting.impatient())) {
      return Numbers.plain(setting.impatient());
    }
    return setting.content() == null ? Numbers.UNKNOWN : "as the scenario says";
  }

  /** How streams were multiplied. */
  static String times(Setting setting) {
    return setting.times().isEmpty()
        ? "as the scenario says"
        : new TreeMap<>(setting.times())
            .entrySet().stream()
                .map(each -> each.getKey() + " × " + Numbers.plain(each.getValue()))
                .collect(Collectors.joining(", "));
  }

  static String ownProcessor(Setting setting) {
    Boolean own = setting.ownProcessor();
    return own == null ? Numbers.UNKNOWN : own ? "yes" : "no";
  }
}
