package io.breakwater.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.cli.process.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which delivery process is started if the environment names another one. */
final class OtherBuildTest {
  @TempDir private Path directory = Path.of("");
  private Path target = directory;

  @BeforeEach
  void buildDelivery() throws IOException {
    target = Files.createDirectories(directory.resolve("root/delivery/target"));
    Files.createFile(target.resolve("breakwater-delivery-1.jar"));
    // Jars that are no server.
    Files.createFile(target.resolve("breakwater-delivery-1-tests.jar"));
    Files.createFile(target.resolve("breakwater-delivery-1-sabotage.jar"));
  }

  private Path jar(String... main) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    for (String each : main) {
      manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, each);
    }
    Path jar = directory.resolve("other.jar");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    return jar;
  }

  private List<String> command(Optional<OtherBuild> build) {
    try (DataDirectory data = DataDirectory.open(directory.resolve("data"))) {
      return new ServerCommand(
              "delivery", "org.example.Usual", 64, data, directory.resolve("root"), build)
          .launch(new Member("delivery", 1), Map.of())
          .command();
    }
  }

  @Test
  void the_environment_chooses_the_build() throws IOException {
    Path jar = jar("org.example.Other");
    Map<String, String> environment = Map.of("BREAKWATER_DELIVERY_BUILD", jar.toString());

    assertThat(OtherBuild.of("delivery", environment))
        .contains(new OtherBuild(jar, "org.example.Other"));
    assertThat(OtherBuild.of("gateway", environment)).isEmpty();
    assertThat(OtherBuild.of("delivery", Map.of())).isEmpty();
  }

  @Test
  void the_jar_of_the_other_build_comes_first_and_its_main_class_is_started() throws IOException {
    Path jar = jar("org.example.Other");

    List<String> command = command(Optional.of(new OtherBuild(jar, "org.example.Other")));

    assertThat(command.getLast()).isEqualTo("org.example.Other");
    assertThat(command.get(command.indexOf("-cp") + 1))
        .isEqualTo(
            "%s:%s:%s/*"
                .formatted(
                    jar, target.resolve("breakwater-delivery-1.jar"), target.resolve("lib")));
  }

  @Test
  void without_one_the_usual_server_is_started() {
    List<String> command = command(Optional.empty());

    assertThat(command.getLast()).isEqualTo("org.example.Usual");
    assertThat(command.get(command.indexOf("-cp") + 1))
        .startsWith(target.resolve("breakwater-delivery-1.jar") + ":");
  }

  @Test
  void a_jar_that_cannot_be_started_is_named() throws IOException {
    Path jar = jar();
    Path absent = directory.resolve("absent.jar");

    assertThatThrownBy(
            () -> OtherBuild.of("delivery", Map.of("BREAKWATER_DELIVERY_BUILD", jar.toString())))
        .isInstanceOf(StartFailure.class)
        .hasMessage("BREAKWATER_DELIVERY_BUILD: %s (expected: a jar with a Main-Class)", jar);
    assertThatThrownBy(
            () -> OtherBuild.of("delivery", Map.of("BREAKWATER_DELIVERY_BUILD", absent.toString())))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("BREAKWATER_DELIVERY_BUILD: " + absent);
  }
}
