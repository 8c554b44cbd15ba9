package io.breakwater.trunk;

/**
 * How an end of a trunk finds out that the other one is gone without a word; all in milliseconds.
 *
 * @param afterMs of silence the other end is pinged; gRPC takes less than 10,000 for 10,000
 * @param answerMs the other end has to answer; then its connection is closed
 * @param permittedEveryMs a delivery node lets a gateway ping as often; one that pings more often
 *     is told to go away
 */
public record Pings(int afterMs, int answerMs, int permittedEveryMs) {
  /** What both ends do. */
  public static final Pings STANDARD = new Pings(10_000, 5_000, 5_000);
}
