package io.breakwater.loadtest.surge.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.loadtest.surge.facts.Fact.Who;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FactsTest {
  private static final Who ONE = new Who(0, 1L << 40, 1);
  private static final Who OTHER = new Who(3, 2, 0);

  private static final List<Fact> ALL =
      List.of(
          new Fact.Due(1, 2, 3, Fact.By.ANOTHER),
          new Fact.SignedUp(1, ONE, 2, 3, 4),
          new Fact.NotSignedUp(1, ONE, 2, 3),
          new Fact.Welcomed(ONE, true, 1, 2, 3),
          new Fact.Synced(ONE, 1, 2),
          new Fact.Lost(ONE, 1, "broken"),
          new Fact.Written(1, ONE, OTHER, 2, 3),
          new Fact.Accepted(ONE, OTHER, 1, 2),
          new Fact.Rejected(ONE, OTHER, 1, 2, "TOO_LARGE"),
          new Fact.Delivered(ONE, OTHER, 1, 2, true),
          new Fact.CaughtUp(ONE, 1),
          new Fact.Refused(ONE, "send", 1, "OVERLOADED", 2),
          new Fact.Census(1, 2, 3, 4, 5),
          new Fact.Left(ONE, 1),
          new Fact.Coming(ONE, true, 1),
          new Fact.Repeated(ONE, 1),
          new Fact.Queued(ONE, 1, 2, 3));

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("facts");
  }

  private void write() throws IOException {
    try (FactWriter writer = FactWriter.to(file())) {
      for (Fact fact : ALL) {
        writer.write(fact);
      }
    }
  }

  @Test
  void every_kind_of_fact_is_read_as_it_was_written() throws IOException {
    write();
    List<Fact> read = new ArrayList<>();
    FactReader.read(file(), read::add);
    assertThat(read).isEqualTo(ALL);
    assertThat(ALL.stream().map(Kind::of)).containsExactly(Kind.values());
  }

  @Test
  void a_file_that_is_cut_within_a_fact_is_named() throws IOException {
    write();
    byte[] bytes = Files.readAllBytes(file());
    Files.write(file(), Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> FactReader.read(file(), _ -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file().toString())
        .hasMessageContaining("killed");
  }

  @Test
  void what_has_no_facts_is_named() throws IOException {
    Files.writeString(file(), "something else");
    assertThatThrownBy(() -> FactReader.read(file(), _ -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file().toString())
        .hasMessageContaining("736f6d65");
  }
}
