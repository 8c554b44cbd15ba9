package io.breakwater.loadtest.surge.scenario.model;

import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * How messages look, and who writes to whom. All of them are direct: conversations are pairs.
 *
 * @param payload sizes with their shares, which make 1 together
 * @param replies the share of messages that answer: written by whoever was written to last in the
 *     conversation, after the message that it answers. The others are written by the conversation's
 *     first member
 * @param partners with how many people one has a conversation, on average
 * @param popularity of conversations
 */
public record MessageShape(
    List<Payload> payload, double replies, int partners, Popularity popularity) {
  /** Some messages are of this size. */
  public record Payload(int bytes, double share) {}

  /** In the order of size. */
  public MessageShape {
    payload = payload.stream().sorted(Comparator.comparingInt(Payload::bytes)).toList();
  }

  /** That of one message. */
  public int payloadBytes(RandomGenerator random) {
    double left = random.nextDouble();
    for (Payload each : payload) {
      left -= each.share();
      if (left < 0) {
        return each.bytes();
      }
    }
    return payload.getLast().bytes();
  }

  /**
   * The bytes of a message that arrived.
   *
   * @param mark that of its arrival
   */
  public int payloadBytes(long mark) {
    return payloadBytes(new SplittableRandom(mark));
  }

  /** On average. */
  public double meanBytes() {
    return payload.stream().mapToDouble(each -> each.bytes() * each.share()).sum();
  }
}
