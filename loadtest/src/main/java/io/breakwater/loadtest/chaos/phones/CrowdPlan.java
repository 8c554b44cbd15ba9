package io.breakwater.loadtest.chaos.phones;

import io.breakwater.loadtest.chaos.payload.Payloads;

/**
 * How large a crowd is, and how much it writes.
 *
 * @param seed that of the campaign: of the payloads, and of who does what
 * @param users 2..10,000
 * @param devicesPerUser most devices of a user, 1..8; each has at least one
 * @param sendsPerSecond of all devices together, above 0, at most 10,000; drawn as a Poisson
 *     process
 * @param payloadBytes of a message in the mean, at most 32,768; they vary by half of it
 * @param isSteady whether applications stay, instead of being closed, killed and started again
 */
public record CrowdPlan(
    long seed,
    int users,
    int devicesPerUser,
    double sendsPerSecond,
    int payloadBytes,
    boolean isSteady) {
  private static final int MAX_USERS = 10_000;
  private static final int MAX_DEVICES = 8;
  private static final int MAX_SENDS_PER_SECOND = 10_000;
  private static final int MAX_PAYLOAD_BYTES = 32_768;

  public CrowdPlan {
    check("users", users, 2, MAX_USERS);
    check("devices per user", devicesPerUser, 1, MAX_DEVICES);
    check("payload bytes", payloadBytes, Payloads.MIN_BYTES, MAX_PAYLOAD_BYTES);
    if (!(sendsPerSecond > 0 && sendsPerSecond <= MAX_SENDS_PER_SECOND)) {
      throw new IllegalArgumentException(
          "sends per second: %s (expected: above 0, at most %d)"
              .formatted(sendsPerSecond, MAX_SENDS_PER_SECOND));
    }
  }

  private static void check(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s: %d (expected: %d..%d)".formatted(what, value, min, max));
    }
  }
}
