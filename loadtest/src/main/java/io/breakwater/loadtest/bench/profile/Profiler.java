package io.breakwater.loadtest.bench.profile;

import io.breakwater.loadtest.bench.measure.Jcmd;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Attaches async-profiler to servers while they are under load. Its library is taken from its jar,
 * and loaded into the servers by {@code jcmd}. Confined to the thread of the bench.
 */
public final class Profiler {
  private static final String LIBRARY =
      "linux-%s/libasyncProfiler.so"
          .formatted(System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64");

  /** A sample each so much CPU time; where perf events are not allowed, a timer of the thread's. */
  private static final String START = "start,event=cpu,interval=5ms";

  private final List<Part> parts;
  private final Path json;

  /**
   * @param parts none: nothing is ever profiled
   * @param json beside this file the flame graphs go, with its name before theirs
   */
  public Profiler(List<Part> parts, Path json) {
    this.parts = List.copyOf(parts);
    this.json = json;
  }

  /** The same; its files have this in their names, too. */
  public Profiler named(String name) {
    return new Profiler(parts, json.resolveSibling(stem() + "-" + name + ".json"));
  }

  private String stem() {
    return json.getFileName().toString().replaceFirst("\\.json$", "");
  }

  /** Whether it was told to profile nothing. */
  public boolean isIdle() {
    return parts.isEmpty();
  }

  /**
   * Profiles all at once while the load runs.
   *
   * @param what tells these graphs from others of the same run
   * @return the files
   * @throws TrialFailure if it cannot be attached
   */
  public List<Path> profile(Map<Part, List<Long>> pids, String what, Runnable load) {
    try {
      Path library = library();
      try {
        return profile(pids, what, load, library);
      } finally {
        // Those that have it loaded keep it.
        Files.delete(library);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot profile", e);
    }
  }

  private List<Path> profile(Map<Part, List<Long>> pids, String what, Runnable load, Path library)
      throws IOException {
    Map<Part, Long> known = new EnumMap<>(Part.class);
    pids.forEach(
        (part, processes) -> {
          // Of several of a kind one is like the other.
          if (parts.contains(part) && !processes.isEmpty()) {
            known.put(part, processes.getFirst());
          }
        });
    for (long pid : known.values()) {
      tell(pid, library, START);
    }
    load.run();
    List<Path> graphs = new ArrayList<>();
    for (Map.Entry<Part, Long> server : known.entrySet()) {
      Part part = server.getKey();
      Path stacks = Files.createTempFile("breakwater-stacks", ".txt").toAbsolutePath();
      tell(server.getValue(), library, "stop,file=" + stacks + ",collapsed");
      Path graph = graph(part, what);
      Files.writeString(graph, FlameGraph.svg(part + ", " + what, Files.readAllLines(stacks)));
      Files.delete(stacks);
      graphs.add(graph);
    }
    return graphs;
  }

  private Path graph(Part part, String what) {
    String words = (what + " " + part).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return json.resolveSibling(stem() + "-" + words + ".svg");
  }

  private static void tell(long pid, Path library, String command) throws IOException {
    String answer = Jcmd.ask(pid, "JVMTI.agent_load", library.toString(), "\"" + command + "\"");
    if (!answer.contains("return code: 0")) {
      throw new TrialFailure(
          "async-profiler in process %d, %s: %s".formatted(pid, command, answer.strip()));
    }
  }

  private static Path library() throws IOException {
    try (InputStream in = Profiler.class.getClassLoader().getResourceAsStream(LIBRARY)) {
      if (in == null) {
        throw new TrialFailure(
            LIBRARY + " is not on the class path (expected: Linux on x86-64 or AArch64)");
      }
      Path library = Files.createTempFile("breakwater-profiler", ".so").toAbsolutePath();
      Files.write(library, in.readAllBytes());
      return library;
    }
  }
}
