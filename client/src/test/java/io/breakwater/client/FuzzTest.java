package io.breakwater.client;

import io.breakwater.fuzzing.FuzzTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every fuzz target of this module, on its corpus and on what a few seeds make of it. */
final class FuzzTest {
  private static final int RUNS = Integer.getInteger("fuzz.runs", 2_000);

  private static List<FuzzTarget> targets() throws IOException {
    return FuzzTarget.in(Path.of(""));
  }

  @TestFactory
  Stream<DynamicTest> keeps_its_promises_on_its_corpus() throws IOException {
    return targets().stream().map(target -> DynamicTest.dynamicTest(target.name(), target::replay));
  }

  @TestFactory
  Stream<DynamicTest> keeps_its_promises_on_mutants() throws IOException {
    return targets().stream()
        .map(target -> DynamicTest.dynamicTest(target.name(), () -> target.runMutants(RUNS)));
  }
}
