package io.breakwater.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found to be fuzzed. */
final class FuzzTargetTest {
  /** A target, for this test to find. */
  static final class SomethingFuzz {
    private SomethingFuzz() {}

    static void fuzzerTestOneInput(byte[] input) {
      assertThat(input).isNotNull();
    }
  }

  @Test
  void finds_the_targets_of_a_module() throws IOException {
    assertThat(FuzzTarget.in(Path.of("")))
        .extracting(FuzzTarget::className)
        .containsExactly(SomethingFuzz.class.getName());
  }

  @Test
  void is_not_content_with_none(@TempDir Path module) throws IOException {
    assertNone(module);
    Files.createDirectories(module.resolve("target/test-classes"));
    assertNone(module);
  }

  private static void assertNone(Path module) {
    assertThatThrownBy(() -> FuzzTarget.in(module))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("fuzz targets: none in " + module)
        .hasMessageEndingWith("test-classes (expected: *Fuzz.class)");
  }
}
