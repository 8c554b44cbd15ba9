package io.breakwater.loadtest.stack;

import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A mount namespace: what is mounted in it, only its processes see, and it is gone with the last of
 * them. A process cannot enter a new one by itself once it has threads: so {@code ./breakwater}
 * runs once more inside. Linux, as root.
 */
public final class Namespace {
  private static final List<String> UNSHARE =
      List.of("unshare", "--mount", "--propagation", "private", "--");

  /** In the environment of who is inside. */
  private static final String MARK = "BREAKWATER_NAMESPACE";

  private Namespace() {}

  /** Runs a command in a new one; why that fails, if it does. */
  public static Optional<String> problem(String... inner) {
    return Tool.problem(command(List.of(inner)).toArray(String[]::new));
  }

  private static List<String> command(List<String> inner) {
    List<String> command = new ArrayList<>(UNSHARE);
    command.addAll(inner);
    return command;
  }

  /** Whether this process is in one that {@link #runInside} made. */
  public static boolean isInside() {
    return System.getenv(MARK) != null;
  }

  /**
   * Runs {@code ./breakwater} in a new one, with the terminal of this process.
   *
   * @return its exit status
   */
  public static int runInside(Path root, List<String> arguments) {
    List<String> inner = new ArrayList<>(List.of(root.resolve("breakwater").toString()));
    inner.addAll(arguments);
    return run(command(inner), MARK);
  }

  /**
   * Runs a command that starts {@code ./breakwater} elsewhere, with the terminal of this process,
   * until it ends; it ends when this process does.
   *
   * @param mark in the environment of who is there
   * @return its exit status
   */
  public static int run(List<String> command, String mark) {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put(mark, "1");
    builder.environment().put("BREAKWATER_BUILD", "off");
    builder.environment().put("JAVA25_HOME", System.getProperty("java.home"));
    try {
      Process process = builder.start();
      Lifeline.tie(process);
      Thread hook = Thread.ofPlatform().unstarted(() -> end(process));
      Runtime.getRuntime().addShutdownHook(hook);
      return process.waitFor();
    } catch (IOException e) {
      throw new TrialFailure("cannot start %s: %s".formatted(command, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrialFailure("interrupted", e);
    }
  }

  /** It ends in order what it has started. */
  private static void end(Process process) {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
