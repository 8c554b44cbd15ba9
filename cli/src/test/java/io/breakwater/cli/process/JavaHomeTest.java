package io.breakwater.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JavaHomeTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void takes_the_first_home_of_the_version_and_no_other_version() throws IOException {
    Path older = jdk("older", "11.0.2");
    Path newer = jdk("newer", "25");
    Path wanted = jdk("wanted", "17.0.15");
    Path second = jdk("second", "17.0.1");
    assertThat(JavaHome.first(17, List.of(directory, older, newer, wanted, second)))
        .hasValueSatisfying(home -> assertThat(home.path()).isEqualTo(wanted));
    assertThat(JavaHome.first(21, List.of(older, newer, wanted))).isEmpty();
  }

  @Test
  void looks_at_what_was_told_first_then_at_the_path_then_where_systems_put_them()
      throws IOException {
    Path onPath = jdk("on-path", "17.0.1");
    Path linked = Files.createDirectory(directory.resolve("bin")).resolve("java");
    Files.createSymbolicLink(linked, onPath.resolve("bin/java"));
    Path system = jdk("root/usr/lib/jvm/jdk-17", "17.0.1");
    Path sdkman = jdk("user/.sdkman/candidates/java/17.0.1-tem", "17.0.1");
    Properties properties = new Properties();
    properties.setProperty("breakwater.java17.home", "/told");
    properties.setProperty("user.home", directory.resolve("user").toString());
    assertThat(
            JavaHome.candidates(
                17,
                properties,
                Map.of(
                    "JAVA17_HOME", "/seventeen",
                    "JAVA_HOME", "/home",
                    "PATH", "/nowhere:" + linked.getParent()),
                directory.resolve("root")))
        .containsExactly(
            Path.of("/told"),
            Path.of("/seventeen"),
            Path.of("/home"),
            onPath.toRealPath(),
            system,
            sdkman);
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = Files.createDirectories(directory.resolve(name));
    Path java = Files.createDirectory(home.resolve("bin")).resolve("java");
    Files.createFile(java);
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    return home;
  }
}
