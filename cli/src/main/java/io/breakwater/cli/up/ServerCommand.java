package io.breakwater.cli.up;

import io.breakwater.cli.process.Launch;
import io.breakwater.cli.process.StartFailure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a server of ours is started: the jars of its module, its heap, its class archive. */
final class ServerCommand {
  private final String module;
  private final String main;
  private final int heapMebibytes;
  private final DataDirectory data;
  private final Path root;
  private final Optional<OtherBuild> otherBuild;

  /**
   * @param module of the project, which has the class {@code main}
   * @param root the top directory of the project, which was built
   * @throws StartFailure if the environment names another build that cannot be used
   */
  ServerCommand(String module, String main, int heapMebibytes, DataDirectory data, Path root) {
    this(module, main, heapMebibytes, data, root, OtherBuild.of(module));
  }

  ServerCommand(
      String module,
      String main,
      int heapMebibytes,
      DataDirectory data,
      Path root,
      Optional<OtherBuild> otherBuild) {
    this.module = module;
    this.main = otherBuild.map(OtherBuild::main).orElse(main);
    this.otherBuild = otherBuild;
    this.heapMebibytes = heapMebibytes;
    this.data = data;
    this.root = root;
  }

  /**
   * For a start now.
   *
   * @throws StartFailure if the module is not built
   */
  Launch launch(Member member, Map<String, String> environment) {
    return new Launch(
        member.name(),
        member.wrapped(archive(member).command(main)),
        environment,
        data.log(member.name()));
  }

  /**
   * Makes the archive of classes if it is missing, from those that {@code member} loaded; blocks
   * for about ten seconds. Not where flags or another build are being tried out: one archive is
   * kept, and it is that of the usual ones.
   */
  void archiveClasses(Member member) throws IOException {
    if (FurtherFlags.of(module).isEmpty() && otherBuild.isEmpty()) {
      archive(member).make();
    }
  }

  private ClassArchive archive(Member member) {
    Path target = root.resolve(module).resolve("target");
    List<String> java =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMebibytes + "m",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dio.netty.leakDetection.level=disabled",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
    java.addAll(FurtherFlags.of(module));
    return new ClassArchive(
        module,
        java,
        List.of("-cp", before() + jar(module, target) + ":" + target.resolve("lib") + "/*"),
        target,
        data.pids().resolve(member.name() + ".classes"),
        data.log(module + "-classes"));
  }

  private String before() {
    return otherBuild.map(build -> build.jar() + ":").orElse("");
  }

  private static Path jar(String module, Path target) {
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(target, "breakwater-" + module + "-*.jar")) {
      for (Path jar : jars) {
        if (!jar.toString().matches(".*-(tests|sources|javadoc|sabotage)\\.jar")) {
          return jar;
        }
      }
    } catch (IOException e) {
      throw notBuilt(module, target);
    }
    throw notBuilt(module, target);
  }

  private static StartFailure notBuilt(String module, Path target) {
    return new StartFailure(
        "no jar of %s in %s: run `mvn package -DskipTests` at the top of the project"
            .formatted(module, target));
  }
}
