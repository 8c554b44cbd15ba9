package io.breakwater.loadtest.surge.run;

import io.breakwater.loadtest.surge.report.Reports;
import io.breakwater.loadtest.surge.report.page.Group;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts runs that were kept side by side. */
@Command(
    name = "compare",
    description = {
      "Makes a page that puts runs of one scenario side by side, from their result.json.",
      "Runs with the same name are a group; the first group is what the others are compared with. If all names"
          + " are numbers, such as how many gateways there were, they are positions on an axis."
    },
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "NAME=FILE", arity = "1..*", description = "A group, and a result.")
  private List<String> runs = List.of();

  @Option(
      names = "--axis",
      paramLabel = "WORD",
      defaultValue = "gateways",
      description = "What the names count, if they are numbers (default: ${DEFAULT-VALUE}).")
  private String axis = "gateways";

  @Option(
      names = "--page",
      paramLabel = "FILE",
      required = true,
      description = "The page that is written; what was there is replaced.")
  private @Nullable Path page;

  @Override
  public Integer call() throws IOException {
    Map<String, List<SurgeResult>> byName = new LinkedHashMap<>();
    for (String run : runs) {
      String[] sides = run.split("=", 2);
      if (sides.length < 2 || sides[0].isBlank()) {
        throw rejected("'%s' (expected: NAME=FILE)".formatted(run));
      }
      byName.computeIfAbsent(sides[0], _ -> new ArrayList<>()).add(read(Path.of(sides[1])));
    }
    List<Group> groups = new ArrayList<>();
    byName.forEach((name, results) -> groups.add(new Group(name, position(name), results)));
    try {
      Path written = Reports.compare(axis, groups, Path.of(String.valueOf(page)));
      spec.commandLine().getOut().println("page: " + written);
      return 0;
    } catch (IllegalArgumentException e) {
      throw rejected(String.valueOf(e.getMessage()));
    }
  }

  private SurgeResult read(Path file) {
    try {
      return Reports.read(file);
    } catch (IOException | IllegalArgumentException e) {
      throw rejected(e.toString());
    }
  }

  private ParameterException rejected(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  private static double position(String name) {
    try {
      return Double.parseDouble(name);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
