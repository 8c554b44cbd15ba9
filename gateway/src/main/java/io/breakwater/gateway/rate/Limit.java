package io.breakwater.gateway.rate;

import java.util.Locale;

/** What is limited; the label of the metric. */
public enum Limit {
  /** Sockets from one address, before TLS. */
  ADDRESS_CONNECTIONS(Limit.shared(0)),
  /** Hellos from one address, good and forged. */
  ADDRESS_HELLOS(Limit.shared(1)),
  /** Sign-ups from one address. */
  ADDRESS_SIGN_UPS(Limit.shared(2)),
  /** Messages of all devices of an account at this gateway. */
  ACCOUNT_SENDS(Limit.shared(3)),
  /** Messages of a connection. */
  DEVICE_SENDS(0),
  /** Bytes of these, as they came, and of what other frames have beyond a small size. */
  DEVICE_PAYLOAD_BYTES(Limit.shared(4)),
  DEVICE_LOOK_UPS(Limit.shared(5)),
  /** Linking and signing out devices. */
  DEVICE_LINKS(Limit.shared(6)),
  DEVICE_PINGS(1),
  DEVICE_SYNCS(2),
  /** All frames of a connection, whatever is in them. */
  DEVICE_FRAMES(3);

  /** Buckets of a connection. */
  static final int OF_A_CONNECTION = 4;

  /** Tables of addresses, accounts and devices: their buckets outlive connections. */
  static final int TABLES = 7;

  /** Which of a connection's it is; negative: it is in a table. */
  final int bucket;

  Limit(int bucket) {
    this.bucket = bucket;
  }

  /** Whether its buckets are in a table, and not those of a connection. */
  boolean isShared() {
    return bucket < 0;
  }

  /** Which table it is in. */
  int table() {
    return -1 - bucket;
  }

  private static int shared(int table) {
    return -1 - table;
  }

  /** As metrics name it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
