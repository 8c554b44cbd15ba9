package io.breakwater.cli.supervise;

import java.util.List;

/**
 * Services that do the same work, and start together.
 *
 * @param services at least one
 * @param stop how they end
 */
public record Tier(List<Service> services, Stop stop) {
  /** How the services of a tier end when all is stopped. */
  public enum Stop {
    /** Nothing that one does at its end needs another. */
    TOGETHER,
    /** The last first: each hands over to those before it. */
    ONE_BY_ONE
  }

  /** Copies the list. */
  public Tier {
    services = List.copyOf(services);
  }

  /** A tier of one. */
  public static Tier of(Service service) {
    return new Tier(List.of(service), Stop.ONE_BY_ONE);
  }
}
