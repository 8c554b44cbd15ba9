package io.breakwater.client.core;

/**
 * Limits and times of a device.
 *
 * @param heartbeatS seconds between two pings, 10..590: about 60 in the foreground, 270 in the
 *     background
 * @param windowMessages messages that may be transmitted and unanswered at a time
 * @param windowBytes bytes of payload that may be transmitted and unanswered at a time; one message
 *     always may
 * @param outboxMessages messages that may wait for their answers, the transmitted ones included
 * @param outboxBytes bytes of payload that may wait for their answers
 */
public record DeviceConfig(
    int heartbeatS, int windowMessages, int windowBytes, int outboxMessages, long outboxBytes) {
  /** What suits an application in the foreground. */
  public static final DeviceConfig DEFAULTS = new DeviceConfig(60, 256, 1 << 20, 10_000, 16L << 20);

  /** Checks the ranges. */
  public DeviceConfig {
    check("heartbeat", heartbeatS, 10, 590);
    check("window", windowMessages, 1, 1 << 16);
    check("window bytes", windowBytes, 1, 1 << 30);
    check("outbox messages", outboxMessages, 1, 1 << 24);
    check("outbox bytes", outboxBytes, 1, 1L << 40);
  }

  private static void check(String what, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          what + ": " + value + " (expected: " + min + ".." + max + ')');
    }
  }

  /** The same, with another heartbeat. */
  public DeviceConfig withHeartbeatS(int seconds) {
    return new DeviceConfig(seconds, windowMessages, windowBytes, outboxMessages, outboxBytes);
  }

  /** The same, with another window. */
  public DeviceConfig withWindowMessages(int messages) {
    return new DeviceConfig(heartbeatS, messages, windowBytes, outboxMessages, outboxBytes);
  }

  /** The same, with another bound of the outbox. */
  public DeviceConfig withOutbox(int messages, long bytes) {
    return new DeviceConfig(heartbeatS, windowMessages, windowBytes, messages, bytes);
  }
}
