package io.breakwater.loadtest.surge.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.loadtest.surge.scenario.model.Variation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JobTest {
  @TempDir Path directory;

  private static Job job(@Nullable Double impatient, int index, String gateway) {
    return new Job(
        "deploy",
        2,
        1,
        new Variation(impatient, Map.of("chat", 2.0), false),
        7,
        index,
        2,
        "r1",
        List.of(gateway),
        2,
        50,
        "f",
        "u",
        60,
        50,
        30);
  }

  @Test
  void is_read_as_it_was_written() throws IOException {
    Path file = directory.resolve("job");
    Job job = job(null, 1, "127.0.0.1:7000");
    job.write(file);
    assertThat(Job.read(file)).isEqualTo(job);
    job(0.5, 1, "127.0.0.1:7000").write(file);
    assertThat(Job.read(file).variation().impatient()).isEqualTo(0.5);
  }

  @Test
  void plays_a_shipped_scenario_with_the_mix_that_it_names() throws Exception {
    assertThat(job(1.0, 0, "127.0.0.1:7000").replay().played().populations())
        .allMatch(each -> each.impatient() == 1);
    assertThat(job(null, 0, "127.0.0.1:7000").replay().by().scale()).isEqualTo(2);
  }

  @Test
  void what_makes_no_sense_is_said() {
    assertThatThrownBy(() -> job(null, 2, "127.0.0.1:7000"))
        .hasMessage("part: 2 of 2 (expected: 0..1)");
    assertThatThrownBy(() -> job(null, 0, "7000"))
        .hasMessage("gateway: '7000' (expected: HOST:PORT of a host that is known)");
    assertThatThrownBy(() -> job(null, 0, "127.0.0.1:x"))
        .hasMessageStartingWith("gateway: '127.0.0.1:x' (expected");
  }

  @Test
  void a_job_with_a_field_too_few_or_too_many_is_named() throws IOException {
    Path file = directory.resolve("job");
    job(null, 1, "127.0.0.1:7000").write(file);
    String good = Files.readString(file);
    Files.writeString(file, good.replace("\"seed\":7,", ""));
    assertThatThrownBy(() -> Job.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("seed")
        .hasMessageContaining(file.toString());
    Files.writeString(file, good.replace("\"seed\":7,", "\"seed\":7,\"sead\":8,"));
    assertThatThrownBy(() -> Job.read(file)).hasMessageContaining("sead");
  }
}
