package io.breakwater.loadtest.surge.report.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.loadtest.surge.report.SyntheticRun;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

final class SurgeResultTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static ObjectNode tree(SurgeResult result) throws JsonProcessingException {
    return (ObjectNode) JSON.readTree(result.json());
  }

  @Test
  void is_the_same_after_it_was_written_and_read() {
    SurgeResult read = SurgeResult.parse(SyntheticRun.failed().json());
    assertThat(SurgeResult.parse(read.json())).isEqualTo(read);
    assertThat(read.json()).isEqualTo(SyntheticRun.failed().json());
    assertThat(read.judgement()).isEqualTo(SyntheticRun.failed().judgement());
  }

  @Test
  void keeps_its_troubles() throws JsonProcessingException {
    List<Trouble> troubles = List.of(Trouble.ofRun("No port."), Trouble.ofFacts("7 were lost."));
    SurgeResult result = SyntheticRun.troubled(troubles);
    assertThat(SurgeResult.parse(result.json()).troubles()).isEqualTo(troubles);
    assertThat(tree(result).at("/troubles/1/kind").textValue()).isEqualTo("facts");
  }

  @Test
  void begins_with_its_format_and_its_verdict() throws JsonProcessingException {
    ObjectNode json = tree(SyntheticRun.failed());
    assertThat(json.fieldNames()).toIterable().startsWith("format", "judgement");
    assertThat(json.get("format").intValue()).isEqualTo(1);
    assertThat(json.at("/judgement/kind").textValue()).isEqualTo("failed");
    assertThat(json.at("/judgement/reasons")).isNotEmpty();
    assertThat(json.at("/objectives/0/met").isBoolean()).isTrue();
    assertThat(json.at("/ledger/lost").intValue()).isEqualTo(3);
  }

  @Test
  void writes_what_is_not_known_as_null() throws JsonProcessingException {
    SurgeResult result = SyntheticRun.passed();
    JsonNode unknown = tree(result).at("/refusals/1/returnAfterMaxMs");
    assertThat(unknown.isNull()).isTrue();
    assertThat(SurgeResult.parse(result.json()).refusals().get(1).returnAfterMaxMs()).isNaN();
  }

  @Test
  void rounds_fractions_to_thousandths() throws JsonProcessingException {
    Histogram nanos = new Histogram(5);
    nanos.recordValue(1_234_567);
    PhaseFigures figures = PhaseFigures.of(Phase.SYNC, "newcomers", 0, nanos);
    assertThat(figures.p50Ms()).isCloseTo(1.234567, within(1e-4));
    assertThat(tree(SyntheticRun.passed()).at("/phases/0/p50Ms").asText())
        .matches("\\d+(\\.\\d{1,3})?");
  }

  @Test
  void reads_a_file_that_has_more_fields() throws JsonProcessingException {
    ObjectNode json = tree(SyntheticRun.passed());
    json.put("weather", "calm");
    ((ObjectNode) json.get("setting")).put("moon", "full");
    assertThat(SurgeResult.parse(json.toString()).json()).isEqualTo(SyntheticRun.passed().json());
  }

  @Test
  void reads_a_file_in_which_nobody_counted_who_wrote_for_another() throws JsonProcessingException {
    SurgeResult result = SyntheticRun.passed();
    assertThat(result.streams()).extracting(Stream::replaced).containsExactly(0L, 0L, 20_731L);
    ObjectNode json = tree(result);
    json.get("streams").forEach(each -> ((ObjectNode) each).remove("replaced"));
    List<Stream> read = SurgeResult.parse(json.toString()).streams();
    assertThat(read).extracting(Stream::replaced).containsOnly(0L);
    assertThat(read).extracting(Stream::done).containsExactly(38_112L, 12_118L, 118_204L);
  }

  @Test
  void reads_a_file_in_which_nobody_wrote_how_often_servers_had_used_up_their_quotas()
      throws JsonProcessingException {
    SurgeResult result = SyntheticRun.passed();
    assertThat(result.servers().processes())
        .extracting(Servers.ServerProcess::throttled)
        .containsExactly(0.25, 0.5, 0.0, Double.NaN);
    ObjectNode json = tree(result);
    assertThat(json.at("/servers/processes/1/throttled").doubleValue()).isEqualTo(0.5);
    assertThat(json.at("/servers/processes/3/throttled").isNull()).isTrue();
    json.at("/servers/processes").forEach(each -> ((ObjectNode) each).remove("throttled"));
    List<Servers.ServerProcess> read = SurgeResult.parse(json.toString()).servers().processes();
    assertThat(read)
        .hasSize(4)
        .extracting(Servers.ServerProcess::throttled)
        .containsOnly(Double.NaN);
  }

  @Test
  void reads_a_file_in_which_nobody_wrote_whether_phones_went_before_servers()
      throws JsonProcessingException {
    SurgeResult result = SyntheticRun.passed();
    assertThat(SurgeResult.parse(result.json()).setting().prioritised()).isTrue();
    ObjectNode json = tree(result);
    ((ObjectNode) json.get("setting")).remove("prioritised");
    assertThat(SurgeResult.parse(json.toString()).setting().prioritised()).isNull();
  }

  @Test
  void refuses_a_file_that_lacks_a_field() throws JsonProcessingException {
    ObjectNode json = tree(SyntheticRun.passed());
    ((ObjectNode) json.get("ledger")).remove("lost");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SurgeResult.parse(json.toString()))
        .withMessageContaining("lost");
  }

  @Test
  void refuses_another_format() throws JsonProcessingException {
    ObjectNode json = tree(SyntheticRun.passed());
    json.put("format", 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SurgeResult.parse(json.toString()))
        .withMessage("format: '2' (expected: 1)");
    assertThatIllegalArgumentException().isThrownBy(() -> SurgeResult.parse("{\"form"));
  }
}
