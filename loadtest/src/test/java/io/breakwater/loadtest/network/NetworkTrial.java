package io.breakwater.loadtest.network;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** What {@link NetworkTest} runs in a network of its own; says what it sees, a line for each. */
final class NetworkTrial {
  private static final int NOBODY_LISTENS = 9;

  private NetworkTrial() {}

  public static void main(String[] arguments) {
    try (Network network = Network.create(Path.of(arguments[0], "net"), List.of("a", "b", "c"))) {
      say(network, "whole");
      network.cut("a", "b");
      say(network, "cut a b");
      network.mend("a", "b");
      say(network, "mended");
      network.isolate("a");
      say(network, "isolated a");
      network.rejoin("a");
      network.awaitAnswer("a", "b", NOBODY_LISTENS);
      network.awaitAnswerHere("a", NOBODY_LISTENS);
      say(network, "rejoined");
      network.slow("a");
      say(network, "slow a");
      network.within(
          "a", "bash", "-c", "head -c 50000 /dev/zero > /dev/udp/" + Network.HERE + "/9");
      System.out.println("held back: " + (network.heldBack("a") > 0));
      network.hasten("a");
      say(network, "hastened");
    }
  }

  /** A busy machine may let the first answer be late. */
  private static boolean isTwice(BooleanSupplier question) {
    return IntStream.range(0, 2).allMatch(_ -> question.getAsBoolean());
  }

  private static void say(Network network, String when) {
    StringBuilder silent = new StringBuilder();
    for (String from : List.of("a", "b", "c")) {
      for (String to : List.of("a", "b", "c")) {
        if (!from.equals(to) && isTwice(() -> network.isSilent(from, to, NOBODY_LISTENS))) {
          silent.append(' ').append(from).append(to);
        }
      }
      if (isTwice(() -> network.isSilentHere(from, NOBODY_LISTENS))) {
        silent.append(' ').append(from).append("-here");
      }
    }
    System.out.println(when + ": silent" + silent);
  }
}
