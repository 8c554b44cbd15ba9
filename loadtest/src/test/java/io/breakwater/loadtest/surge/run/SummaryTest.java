package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.surge.report.SyntheticRun;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import org.junit.jupiter.api.Test;

final class SummaryTest {
  private static String changed(String from, String to) {
    String json = SyntheticRun.passed().json();
    assertThat(json).contains(from);
    return Summary.text(SurgeResult.parse(json.replace(from, to)));
  }

  @Test
  void says_what_was_done_of_what_was_intended() {
    assertThat(Summary.text(SyntheticRun.passed()))
        .contains("connects: 12118 intended, 12118 done, ")
        .contains(" 18 us of CPU a message,");
  }

  @Test
  void says_so_if_there_was_nobody_for_many() {
    assertThat(
            changed(
                "\"intended\" : 12118,\n    \"nobody\" : 0",
                "\"intended\" : 12118,\n    \"nobody\" : 3000"))
        .contains("connects: 12118 intended, of which 24.8 % had nobody, 12118 done, ");
  }

  @Test
  void has_a_dash_for_what_is_not_known() {
    assertThat(changed("\"cpuMicrosPerMessage\" : 18.4", "\"cpuMicrosPerMessage\" : null"))
        .contains(", – us of CPU a message,")
        .doesNotContain("NaN");
    assertThat(changed("\"lagP99Ms\" : 0.9", "\"lagP99Ms\" : null"))
        .contains("lag p99 – ms")
        .doesNotContain("NaN");
  }
}
