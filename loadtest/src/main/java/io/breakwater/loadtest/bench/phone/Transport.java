package io.breakwater.loadtest.bench.phone;

/** What lies between a phone and a gateway. */
public enum Transport {
  PLAIN
}
