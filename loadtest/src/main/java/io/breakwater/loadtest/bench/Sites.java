package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.bench.site.Site;
import io.breakwater.loadtest.bench.site.StackSite;
import io.breakwater.loadtest.bench.site.StackSite.Setting;
import io.breakwater.loadtest.stack.Launcher;
import io.breakwater.loadtest.stack.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Where the servers come from: a new stack for each setting, or always the same that was given.
 * Ends what it started. Confined to the thread of the bench.
 */
final class Sites implements AutoCloseable {
  private final BenchOptions options;
  private final Progress progress;
  private final Launcher launcher;
  private final Path directory;
  private int stacks;

  Sites(BenchOptions options, Path root, Progress progress) throws IOException {
    this.options = options;
    this.progress = progress;
    this.directory = Files.createTempDirectory(options.parent(), "breakwater-bench");
    this.launcher = new Launcher(root);
  }

  /** Whether the settings of the servers are not ours to choose. */
  boolean isGiven() {
    return options.target().isPresent();
  }

  Site open(Setting setting) {
    if (options.target().isPresent()) {
      return options.target().get();
    }
    Ports ports = options.basePort == 0 ? Ports.free() : new Ports(options.basePort);
    Path data = directory.resolve("stack-" + ++stacks);
    progress.say(
        "starting a stack, %s, sync %s, history %s, in %s"
            .formatted(setting.variant().name(), setting.sync(), setting.history(), data));
    return StackSite.start(launcher, data, ports, setting);
  }

  @Override
  public void close() throws IOException {
    launcher.close();
    if (options.keep) {
      progress.say("kept: " + directory);
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
