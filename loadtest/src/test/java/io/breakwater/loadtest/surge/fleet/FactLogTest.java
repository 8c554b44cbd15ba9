package io.breakwater.loadtest.surge.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.facts.FactReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FactLogTest {
  @TempDir Path directory;

  private List<Fact> read() throws IOException {
    List<Fact> facts = new ArrayList<>();
    FactReader.read(directory.resolve("facts"), facts::add);
    return facts;
  }

  @Test
  void all_that_was_taken_is_in_the_file_in_its_order() throws IOException {
    FactLog log = FactLog.to(directory.resolve("facts"));
    for (int i = 0; i < 50_000; i++) {
      log.add(new Fact.Census(i, 0, 0, 0, 0));
    }
    log.close();
    assertThat(log.loss()).isNull();
    assertThat(log.waiting()).isZero();
    List<Fact> facts = read();
    assertThat(facts).hasSize(50_000);
    assertThat(((Fact.Census) facts.get(49_999)).atNanos()).isEqualTo(49_999);
  }

  @Test
  void what_does_not_fit_is_lost_and_the_log_says_so() throws IOException {
    FactLog log = FactLog.to(directory.resolve("facts"), 3);
    for (int i = 0; i < 5; i++) {
      log.add(new Fact.Census(i, 0, 0, 0, 0));
    }
    log.close();
    assertThat(read()).hasSize(3);
    assertThat(log.loss()).isNotNull().startsWith("2 facts were lost: more than 3 waited for ");
  }

  @Test
  void a_disk_that_takes_nothing_is_a_loss() throws IOException {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    FactLog log = FactLog.to(full);
    for (int i = 0; i < 100_000; i++) {
      log.add(new Fact.Census(i, 0, 0, 0, 0));
    }
    log.close();
    assertThat(log.loss()).isNotNull().startsWith("facts could not be written to /dev/full: ");
  }
}
