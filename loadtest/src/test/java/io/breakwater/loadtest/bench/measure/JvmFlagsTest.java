package io.breakwater.loadtest.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class JvmFlagsTest {
  @Test
  void says_release_collector_heap_and_the_flags_that_were_given() {
    assertThat(
            JvmFlags.text(
                "42:\nOpenJDK 64-Bit Server VM version 25.0.3+9-LTS\nJDK 25.0.3\n",
                "42:\n-XX:CICompilerCount=2 -XX:MaxHeapSize=536870912 -XX:+UseG1GC -XX:+UseNUMA\n",
                List.of(
                    "/usr/bin/java",
                    "-Xmx512m",
                    "-XX:SharedArchiveFile=/there/classes.jsa",
                    "-XX:+UseCompactObjectHeaders",
                    "-cp",
                    "a.jar:b.jar",
                    "io.breakwater.Main")))
        .isEqualTo(
            "JDK 25.0.3, G1 collector, heap up to 512 MiB; -Xmx512m -XX:+UseCompactObjectHeaders");
  }
}
