package io.breakwater.loadtest.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReportTest {
  private static Section section() {
    return new Section("Cost")
        .add(new Row().with("load", "maximum").with("messages/s", 4321.4).with("refused", 7))
        .add(new Row().with("load", "half").with("messages/s", 12.345).with("µs", Double.NaN))
        .note("of a test");
  }

  @Test
  void prints_a_table_that_reads_as_text_and_as_markdown() {
    assertThat(section().table())
        .isEqualTo(
            """
            ### Cost

            | load    | messages/s | refused | µs |
            | ------- | ---------- | ------- | -- |
            | maximum | 4321       | 7       |    |
            | half    | 12.3       |         | -  |

            - of a test
            """);
  }

  @Test
  void rounds_to_what_a_person_can_use() {
    assertThat(Row.text(1234.56)).isEqualTo("1235");
    assertThat(Row.text(12.345)).isEqualTo("12.3");
    assertThat(Row.text(1.2345)).isEqualTo("1.23");
    assertThat(Row.text(-0.001)).isEqualTo("-0.00");
  }

  @Test
  void writes_figures_unrounded_and_unknown_ones_as_null() throws JsonProcessingException {
    Report report = new Report(Map.of("commit", "abc"));
    report.add(section());
    JsonNode json = new ObjectMapper().readTree(report.json());
    assertThat(json.get("commit").textValue()).isEqualTo("abc");
    JsonNode rows = json.get("sections").get(0).get("rows");
    assertThat(rows.get(0).get("messages/s").doubleValue()).isEqualTo(4321.4);
    assertThat(rows.get(0).get("refused").longValue()).isEqualTo(7);
    assertThat(rows.get(1).get("µs").isNull()).isTrue();
    assertThat(json.get("sections").get(0).get("notes").get(0).textValue()).isEqualTo("of a test");
  }

  @Test
  void keeps_one_table_of_a_title_and_says_a_circumstance_once() {
    Report report = new Report(Map.of("gateway", "epoll"));
    Section first = report.add(section());
    assertThat(report.add(new Section("Cost"))).isSameAs(first);
    report.circumstance("gateway", "epoll");
    report.circumstance("gateway", "io_uring");
    assertThat(report.heading()).contains("epoll / io_uring").doesNotContain("epoll / epoll");
  }

  @Test
  void leaves_out_tables_without_lines() {
    Report report = new Report(Map.of());
    report.add(new Section("Empty"));
    report.add(section());
    assertThat(report.tables()).startsWith("### Cost").doesNotContain("Empty");
  }
}
