package io.breakwater.loadtest.bench.phone;

/** What lies between a phone and a gateway. */
public enum Transport {
  PLAIN("plain"),
  /** TLS, and each connection agrees on new keys with the gateway's certificate. */
  TLS_FULL("TLS, full"),
  /** TLS, and a phone that has a ticket of an earlier connection uses it. */
  TLS_RESUMED("TLS, resumed");

  private final String text;

  Transport(String text) {
    this.text = text;
  }

  /** As tables name it. */
  @Override
  public String toString() {
    return text;
  }
}
