package io.breakwater.loadtest.network;

import io.breakwater.loadtest.stack.Namespace;
import io.breakwater.loadtest.stack.Tool;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs {@code ./breakwater} again, in a network and with mounts of its own: what it makes of both
 * is seen by its children alone, and the kernel removes it with the last of them.
 */
public final class OwnNetwork {
  private static final String MARK = "BREAKWATER_OWN_NETWORK";
  private static final List<String> ENTER = List.of("unshare", "--net", "--mount");

  /** What a {@link Network} is made of, all once. */
  private static final String TRIAL =
      """
      for tool in nsenter umount timeout bash; do
        command -v $tool >/dev/null || { echo "$tool is not installed"; exit 1; }
      done
      ip link add name trial type bridge &&
      ip link set dev trial up &&
      ip link add name one type veth peer name other &&
      ip link set dev one master trial up &&
      bridge link set dev one state 0 &&
      tc qdisc add dev one root tbf rate 256kbit burst 4kb latency 400ms
      """;

  private OwnNetwork() {}

  /** Whether this process was started by {@link #run}. */
  public static boolean isHere() {
    return System.getenv(MARK) != null;
  }

  /** What is missing for it, or nothing; takes a moment. */
  public static Optional<String> obstacle() {
    List<String> command = new ArrayList<>(ENTER);
    command.addAll(List.of("sh", "-c", TRIAL));
    try {
      Tool.Ended trial = Tool.end(command);
      return trial.status() == 0
          ? Optional.empty()
          : Optional.of(
              "needs root, and bash, bridge, ip, nsenter, tc, timeout, umount and unshare (%s)"
                  .formatted(trial.said().strip().replace('\n', ' ')));
    } catch (TrialFailure e) {
      return Optional.of("needs Linux and unshare (%s)".formatted(e.getMessage()));
    }
  }

  /**
   * Runs it at this terminal until it ends; it ends when this process does.
   *
   * @param root the directory of {@code breakwater}
   * @return its exit status
   */
  public static int run(Path root, List<String> arguments) {
    List<String> command = new ArrayList<>(ENTER);
    command.add(root.resolve("breakwater").toString());
    command.addAll(arguments);
    return Namespace.run(command, MARK);
  }
}
