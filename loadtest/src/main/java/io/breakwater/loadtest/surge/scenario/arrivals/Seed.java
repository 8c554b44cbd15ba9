package io.breakwater.loadtest.surge.scenario.arrivals;

import java.nio.charset.StandardCharsets;

/**
 * Seeds for many from one. That of a name depends on the run's seed and the name alone, so another
 * stream beside it changes nothing.
 */
public final class Seed {
  private static final long FNV_BASIS = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private Seed() {}

  /** That of a name in a run: FNV-1a over the name, mixed with the run's. */
  public static long of(long run, String name) {
    long hash = FNV_BASIS;
    for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (each & 0xff)) * FNV_PRIME;
    }
    return mixed(mixed(run) ^ hash);
  }

  /** All bits depend on all bits: the finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
  static long mixed(long bits) {
    long mixed = bits + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
