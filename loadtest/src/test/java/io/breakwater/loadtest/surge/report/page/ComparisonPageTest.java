package io.breakwater.loadtest.surge.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.breakwater.loadtest.surge.report.SyntheticRun;
import io.breakwater.loadtest.surge.report.result.Stream;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ComparisonPageTest {
  private static SurgeResult connecting(SurgeResult run, double perSecond) {
    return new SurgeResult(
        run.setting(),
        run.troubles(),
        run.objectives(),
        run.phases(),
        List.of(new Stream("connects", 1, 0, 1, perSecond)),
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

  @Test
  void refuses_runs_of_different_scenarios() {
    Group other = new Group("other", Double.NaN, List.of(SyntheticRun.named("deploy")));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ComparisonPage.html("gateways", List.of(group("calm", Double.NaN, 1), other)))
        .withMessage("scenarios: [telegram-2021-10-04, deploy] (expected: one)");
  }
}
