package io.breakwater.gateway.rate;

import java.util.Locale;

/** What is limited; the label of the metric. */
public enum Limit {
  /** Sockets from one address, before TLS. */
  ADDRESS_CONNECTIONS(Limit.SHARED),
  /** Hellos from one address, good and forged. */
  ADDRESS_HELLOS(Limit.SHARED),
  /** Sign-ups from one address. */
  ADDRESS_SIGN_UPS(Limit.SHARED),
  /** Messages of all devices of an account at this gateway. */
  ACCOUNT_SENDS(Limit.SHARED),
  /** Messages of a connection. */
  DEVICE_SENDS(0),
  /** Bytes of these, as they came, and of what other frames have beyond a small size. */
  DEVICE_PAYLOAD_BYTES(Limit.SHARED),
  DEVICE_LOOK_UPS(Limit.SHARED),
  /** Linking and signing out devices. */
  DEVICE_LINKS(Limit.SHARED),
  DEVICE_PINGS(1),
  DEVICE_SYNCS(2),
  /** All frames of a connection, whatever is in them. */
  DEVICE_FRAMES(3);

  /** Buckets of a connection. */
  static final int OF_A_CONNECTION = 4;

  /** Stands for a bucket that is in a table, and so outlives the connection. */
  private static final int SHARED = -1;

  /** Which of a connection's it is. */
  final int bucket;

  Limit(int bucket) {
    this.bucket = bucket;
  }

  /** As metrics name it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
