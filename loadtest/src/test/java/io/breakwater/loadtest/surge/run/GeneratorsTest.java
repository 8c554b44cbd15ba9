package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.loadtest.surge.report.result.Trouble;
import org.junit.jupiter.api.Test;

final class GeneratorsTest {
  @Test
  void tells_missing_facts_from_other_troubles() throws JsonProcessingException {
    String done =
        "{\"event\":\"done\",\"void\":[\"no port was free\"],\"losses\":[\"7 facts were lost\"]}";
    assertThat(Generators.troubles(new JsonMapper().readTree(done)))
        .containsExactly(Trouble.ofFacts("7 facts were lost"), Trouble.ofRun("no port was free"));
  }
}
