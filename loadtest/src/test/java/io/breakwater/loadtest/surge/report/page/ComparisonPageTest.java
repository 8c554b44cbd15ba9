package io.breakwater.loadtest.surge.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.breakwater.loadtest.surge.report.SyntheticRun;
import io.breakwater.loadtest.surge.report.result.Stream;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ComparisonPageTest {
  private static SurgeResult connecting(SurgeResult run, double perSecond) {
    return streaming(run, new Stream("connects", 1, 0, 0, 1, perSecond, Double.NaN));
  }

  private static SurgeResult streaming(SurgeResult run, Stream stream) {
    return new SurgeResult(
        run.setting(),
        run.troubles(),
        run.objectives(),
        run.phases(),
        List.of(stream),
        run.refusals(),
        run.disconnects(),
        run.line(),
        run.ledger(),
        run.servers(),
        run.generator(),
        run.timeline());
  }

  private static Group group(String name, double position, double... perSecond) {
    return new Group(
        name,
        position,
        Arrays.stream(perSecond)
            .mapToObj(each -> connecting(SyntheticRun.passed(), each))
            .toList());
  }

  private static String cells(String... texts) {
    StringBuilder cells = new StringBuilder();
    for (String text : texts) {
      cells.append("<td class=\"n\">").append(text).append("</td>");
    }
    return cells.toString();
  }

  @Test
  void compares_medians_with_those_of_the_first_group() {
    String html =
        ComparisonPage.html(
            "gateways",
            List.of(
                group("calm", Double.NaN, 100, 300, 110), group("surge", Double.NaN, 100, 120)));
    assertThat(html)
        .contains("<td class=\"\">connects done/s</td>" + cells("110", "110", "1.00", "182"));
  }

  @Test
  void leaves_void_runs_out_of_the_medians_but_shows_them() {
    Group surge =
        new Group(
            "surge",
            Double.NaN,
            List.of(connecting(SyntheticRun.passed(), 50), connecting(SyntheticRun.late(), 900)));
    String html = ComparisonPage.html("gateways", List.of(group("calm", Double.NaN, 100), surge));
    assertThat(html)
        .contains("<td class=\"\">connects done/s</td>" + cells("100", "50.0", "0.500", "–"))
        .contains("<td class=\"bad\">void</td><td class=\"n\">900</td>");
  }

  @Test
  void shows_what_would_be_proportional_if_groups_lie_by_a_number() {
    String html =
        ComparisonPage.html(
            "gateways", List.of(group("1 gateway", 1, 100), group("4 gateways", 4, 380)));
    assertThat(html).contains("\"positions\":[1,4]").contains("\"values\":[100,400]");
  }

  private static Group peaking(int gateways, double perSecond, double peak) {
    return new Group(
        Integer.toString(gateways),
        gateways,
        List.of(
            streaming(
                SyntheticRun.with(gateways, 1),
                new Stream("connects", 1, 0, 0, 1, perSecond, peak))));
  }

  @Test
  void compares_the_most_that_was_absorbed() {
    String html =
        ComparisonPage.html("gateways", List.of(peaking(1, 100, 200), peaking(4, 110, 720)));
    assertThat(html)
        .contains("\"unit\":\"most per second, over 10 s\"")
        .contains("\"values\":[200,800]")
        .contains("the most that was done in any 10 seconds in a row, per second")
        .contains("<td class=\"\">connects most/s, 10 s</td>" + cells("200", "720", "3.60", "–"))
        .contains("<td class=\"n\">110</td><td class=\"n\">720</td>");
  }

  @Test
  void shows_the_mean_of_streams_of_which_a_run_does_not_know_the_most() {
    String html =
        ComparisonPage.html("gateways", List.of(peaking(1, 100, Double.NaN), peaking(4, 110, 720)));
    assertThat(html).contains("\"unit\":\"done per second\"").contains("\"values\":[100,400]");
  }

  /** 0.25 cores for each gateway; what other tiers have does not vary. */
  @Test
  void shows_what_was_absorbed_by_unit_of_quota_of_the_tier_whose_count_varies() {
    String html =
        ComparisonPage.html("gateways", List.of(peaking(1, 100, 200), peaking(4, 110, 720)));
    assertThat(html)
        .contains("Per core of the quota of gateway")
        .contains("<td class=\"\">connects, most/s, 10 s</td>" + cells("800", "720", "0.900"));
    assertThat(ComparisonPage.html("gateways", List.of(peaking(2, 100, 200), peaking(2, 110, 720))))
        .doesNotContain("Per core of the quota");
  }

  private static SurgeResult changed(SurgeResult run, String from, String to) {
    assertThat(run.json()).contains(from);
    return SurgeResult.parse(run.json().replace(from, to));
  }

  private static Group alone(String name, SurgeResult run) {
    return new Group(name, Double.NaN, List.of(run));
  }

  @Test
  void refuses_runs_of_scenarios_that_say_something_else() {
    SurgeResult run = SyntheticRun.passed();
    SurgeResult other = changed(run, "c0ffee012345", "deadbeef0123");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ComparisonPage.html("gateways", List.of(alone("calm", run), alone("b", other))))
        .withMessage(
            "content of the scenario: calm [c0ffee012345], b [deadbeef0123] (expected: the same)");
  }

  @Test
  void says_of_which_runs_nobody_knows_what_their_scenario_said() {
    SurgeResult run = SyntheticRun.passed();
    SurgeResult old = changed(run, "\"content\" : \"c0ffee012345\"", "\"content\" : null");
    assertThat(ComparisonPage.html("gateways", List.of(alone("calm", run), alone("old", old))))
        .contains("1 run is from before the content of the scenario was kept");
    assertThat(ComparisonPage.html("gateways", List.of(alone("calm", run))))
        .doesNotContain("from before the content");
  }

  @Test
  void lists_what_differs_between_runs() {
    SurgeResult run = SyntheticRun.passed();
    SurgeResult other =
        changed(
            changed(
                changed(
                    changed(run, "\"impatient\" : null", "\"impatient\" : 0.5"),
                    "\"ownProcessor\" : true",
                    "\"ownProcessor\" : false"),
                "\"cores\" : 0.4",
                "\"cores\" : 0.8"),
            "\"scale\" : 100",
            "\"scale\" : 50");
    String html = ComparisonPage.html("gateways", List.of(alone("a", run), alone("b", other)));
    assertThat(html)
        .contains("What differs")
        .contains(words("scale", "1 / 100", "1 / 50"))
        .contains(words("impatient clients", "as the scenario says", "0.5"))
        .contains(words("own processor for generators", "yes", "no"))
        .contains(words("CPU quota, each delivery", "0.4", "0.8"))
        .doesNotContain(words("clock"))
        .doesNotContain(words("CPU quota, each gateway"));
    assertThat(ComparisonPage.html("gateways", List.of(alone("a", run), alone("b", run))))
        .contains("Nothing that is recorded");
  }

  private static String words(String... texts) {
    StringBuilder cells = new StringBuilder();
    for (String text : texts) {
      cells.append("<td class=\"\">").append(text).append("</td>");
    }
    return cells.toString();
  }

  @Test
  void leaves_runs_that_failed_by_the_ledger_out_of_the_medians_but_shows_them() {
    Group surge =
        new Group(
            "surge",
            Double.NaN,
            List.of(connecting(SyntheticRun.passed(), 50), connecting(SyntheticRun.failed(), 900)));
    String html = ComparisonPage.html("gateways", List.of(group("calm", Double.NaN, 100), surge));
    assertThat(html)
        .contains("<td class=\"\">connects done/s</td>" + cells("100", "50.0", "0.500", "–"))
        .contains("<td class=\"bad\">failed by the ledger</td><td class=\"n\">900</td>")
        .contains("left out here and in the plots: 1.");
  }

  @Test
  void divides_what_a_run_cost_by_the_messages_that_were_accepted_in_it() {
    SurgeResult run = SyntheticRun.passed();
    double cpu =
        run.servers().processes().stream().mapToDouble(each -> each.cpuSeconds()).sum() * 1e6;
    assertThat(run.ledger().accepted()).isNotEqualTo(100_000);
    assertThat(Headlines.of(run))
        .containsEntry("all servers' CPU µs per accepted message", cpu / 100_000)
        .containsEntry("Cassandra statements per accepted message", 183_242 / 100_000.0);
    Map<String, Double> old =
        Headlines.of(changed(run, "\"acceptedInRun\" : 100000", "\"acceptedInRun\" : null"));
    assertThat(old.get("all servers' CPU µs per accepted message")).isNaN();
    assertThat(old.get("Cassandra statements per accepted message")).isCloseTo(1.55, within(1e-9));
  }

  @Test
  void refuses_runs_of_different_scenarios() {
    Group other = new Group("other", Double.NaN, List.of(SyntheticRun.named("deploy")));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ComparisonPage.html("gateways", List.of(group("calm", Double.NaN, 1), other)))
        .withMessage("scenarios: [telegram-2021-10-04, deploy] (expected: one)");
  }
}
