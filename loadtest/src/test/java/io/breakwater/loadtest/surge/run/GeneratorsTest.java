package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.loadtest.surge.report.result.Trouble;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GeneratorsTest {
  @Test
  void phones_go_before_servers_if_those_of_all_generators_do() throws JsonProcessingException {
    JsonMapper json = new JsonMapper();
    JsonNode yes = json.readTree("{\"event\":\"online\",\"users\":1,\"prioritised\":true}");
    JsonNode no = json.readTree("{\"event\":\"online\",\"users\":1,\"prioritised\":false}");
    assertThat(Generators.arePrioritised(List.of(yes, yes))).isTrue();
    assertThat(Generators.arePrioritised(List.of(yes, no))).isFalse();
  }

  @Test
  void tells_missing_facts_from_other_troubles() throws JsonProcessingException {
    String done =
        "{\"event\":\"done\",\"void\":[\"no port was free\"],\"losses\":[\"7 facts were lost\"]}";
    assertThat(Generators.troubles(new JsonMapper().readTree(done)))
        .containsExactly(Trouble.ofFacts("7 facts were lost"), Trouble.ofRun("no port was free"));
  }
}
