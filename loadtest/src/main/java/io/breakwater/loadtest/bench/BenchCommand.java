package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.bench.profile.Profiler;
import io.breakwater.loadtest.bench.report.Report;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures, prints tables, and writes the figures to a file. */
@Command(
    name = "bench",
    description = {
      "Measures what a message, a connection, a sign-up costs and how fast they are; prints tables and writes JSON.",
      "Starts Breakwater as processes in a fresh directory, and ends them; or measures what runs elsewhere, with --target."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:measured",
      "1:something could not be measured",
      "2:the arguments make no sense"
    })
public final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private BenchOptions options = new BenchOptions();

  BenchCommand() {}

  @Override
  public Integer call() throws IOException {
    options.problem().ifPresent(this::reject);
    Path root = root();
    Plan plan = options.plan();
    Progress progress = new Progress(spec.commandLine().getOut());
    Report report =
        new Report(
            Circumstances.gather(
                root, spec.commandLine().getParent().getParseResult().originalArgs(), plan));
    progress.print(report.heading());
    Path json = options.json(root);
    Files.createDirectories(json.toAbsolutePath().getParent());
    Profiler profiler = new Profiler(options.profiled(), json);
    boolean complete;
    try (Sites sites = new Sites(options, root, progress)) {
      complete =
          new Measurements(sites, plan, progress, report, profiler, () -> write(json, report))
              .run(options.subjects());
    }
    progress.print(report.heading());
    progress.print(report.tables());
    progress.say("figures: " + json);
    return complete ? 0 : 1;
  }

  private static void write(Path json, Report report) {
    try {
      Files.writeString(json, report.json());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void reject(String problem) {
    throw new ParameterException(spec.commandLine(), problem);
  }

  private static Path root() {
    String root = System.getProperty("breakwater.root");
    if (root == null) {
      throw new TrialFailure("system property breakwater.root is missing: start with ./breakwater");
    }
    return Path.of(root);
  }
}
