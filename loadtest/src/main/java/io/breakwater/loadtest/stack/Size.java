package io.breakwater.loadtest.stack;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How many servers of each kind a stack has, 1..9 of each: at 127.0.0.1, 127.0.0.2 and so on, with
 * the same ports.
 */
public record Size(int gateways, int deliveries, int cassandras) {
  private static final int MOST = 9;

  /** One of each. */
  public static final Size ONE_OF_EACH = new Size(1, 1, 1);

  /** Checks the numbers. */
  public Size {
    if (!isCount(gateways) || !isCount(deliveries) || !isCount(cassandras)) {
      throw new IllegalArgumentException(
          "stack: %d gateways, %d delivery nodes, %d Cassandra nodes (expected: 1..%d of each)"
              .formatted(gateways, deliveries, cassandras, MOST));
    }
  }

  private static boolean isCount(int number) {
    return number >= 1 && number <= MOST;
  }

  /** How many there are of a kind. */
  public int of(Part part) {
    return switch (part) {
      case CASSANDRA -> cassandras;
      case DELIVERY -> deliveries;
      case GATEWAY -> gateways;
    };
  }

  /** Loopback addresses that are used. */
  public int addresses() {
    return Arrays.stream(Part.values()).mapToInt(this::of).max().orElseThrow();
  }

  /** The supervisor's name of a server: with its number if there are several of its kind. */
  public String name(Part part, int number) {
    return of(part) == 1 ? part.toString() : "%s-%d".formatted(part, number);
  }

  /** Those of all servers. */
  public List<String> names() {
    return Arrays.stream(Part.values())
        .flatMap(part -> IntStream.rangeClosed(1, of(part)).mapToObj(number -> name(part, number)))
        .toList();
  }

  /** For {@code ./breakwater up}; nothing for those of which there is one. */
  List<String> options() {
    return Stream.of(
            option("--gateways", gateways),
            option("--delivery", deliveries),
            option("--cassandra-nodes", cassandras))
        .flatMap(List::stream)
        .toList();
  }

  private static List<String> option(String name, int number) {
    return number == 1 ? List.of() : List.of("%s=%d".formatted(name, number));
  }
}
