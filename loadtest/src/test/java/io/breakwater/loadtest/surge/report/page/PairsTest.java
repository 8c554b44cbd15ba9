package io.breakwater.loadtest.surge.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.breakwater.loadtest.surge.report.SyntheticRun;
import io.breakwater.loadtest.surge.report.result.Stream;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PairsTest {
  private static SurgeResult absorbing(SurgeResult run, double perSecond) {
    return new SurgeResult(
        run.setting(),
        run.troubles(),
        run.objectives(),
        run.phases(),
        List.of(new Stream("connects", 1, 0, 0, 1, perSecond, Double.NaN)),
        run.refusals(),
        run.disconnects(),
        run.line(),
        run.ledger(),
        run.servers(),
        run.generator(),
        run.timeline());
  }

  private static Group group(String name, SurgeResult... runs) {
    return new Group(name, Double.NaN, Arrays.asList(runs));
  }

  private static SurgeResult run(double perSecond) {
    return absorbing(SyntheticRun.passed(), perSecond);
  }

  private static Pairs.Figure connects(Pairs pairs) {
    return pairs.figures().stream()
        .filter(each -> each.name().equals("connects done/s"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void takes_the_median_of_the_ratios_of_pairs_and_not_the_ratio_of_medians() {
    Pairs.Figure connects =
        connects(
            new Pairs(
                group("calm", run(100), run(200), run(400)),
                group("surge", run(110), run(100), run(480))));
    assertThat(connects.ratios()).containsExactly(1.1, 0.5, 1.2);
    assertThat(connects.median()).isEqualTo(1.1);
    assertThat(Pairs.text(connects))
        .isEqualTo(
            "connects done/s: 100 → 110, × 1.10; 200 → 100, × 0.500; 400 → 480, × 1.20; median of the ratios 1.10");
  }

  @Test
  void a_void_run_takes_its_pair_out() {
    Pairs.Figure connects =
        connects(
            new Pairs(
                group("calm", run(100), absorbing(SyntheticRun.late(), 1)),
                group("surge", run(150), run(9))));
    assertThat(connects.ratios()).containsExactly(1.5, Double.NaN);
    assertThat(connects.median()).isEqualTo(1.5);
  }

  @Test
  void every_pair_is_on_the_page() {
    assertThat(ComparisonPage.html(new Pairs(group("calm", run(100)), group("surge", run(150)))))
        .contains("Pair by pair")
        .contains("100 → 150, × 1.50");
  }

  @Test
  void as_many_of_each_are_expected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Pairs(group("calm", run(1)), group("surge", run(1), run(2))))
        .withMessage("runs: 1 of calm, 2 of surge (expected: as many of each)");
  }
}
