package io.breakwater.cli.up;

import io.breakwater.cli.process.Launch;
import io.breakwater.cli.process.Ports;
import io.breakwater.cli.process.StartFailure;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A port of ours.
 *
 * @param what listens there
 * @param option that moves it
 */
record Listener(InetSocketAddress address, String what, String option) {
  /** Those of a server that we can try to bind: none if it runs in another network. */
  static List<Listener> here(Member member, Listener... listeners) {
    return member.isHere() ? List.of(listeners) : List.of();
  }

  /**
   * Checks that it can be bound now.
   *
   * @throws StartFailure naming it and the option
   */
  void requireFree() {
    Ports.requireFree(address, what, option);
  }

  /**
   * Checks that all can be bound now, and that none is given away twice.
   *
   * @throws StartFailure naming the first that cannot, and the option
   */
  static void requireFree(List<Listener> listeners) {
    for (Listener listener : listeners) {
      for (Listener other : listeners) {
        if (!listener.equals(other) && listener.address().equals(other.address())) {
          throw new StartFailure(
              "port %d is given to both %s and %s: choose another with %s or %s"
                  .formatted(
                      listener.address().getPort(),
                      listener.what(),
                      other.what(),
                      listener.option(),
                      other.option()));
        }
      }
      listener.requireFree();
    }
  }

  /** Looks again before each start: the check before the first one may be a minute old. */
  static Supplier<Launch> onFree(List<Listener> listeners, Supplier<Launch> launch) {
    return () -> {
      listeners.forEach(Listener::requireFree);
      return launch.get();
    };
  }

  /** The port that somebody else has; to be asked when our process has ended. */
  static Optional<String> taken(List<Listener> listeners) {
    try {
      listeners.forEach(Listener::requireFree);
      return Optional.empty();
    } catch (StartFailure failure) {
      return Optional.ofNullable(failure.getMessage());
    }
  }
}
