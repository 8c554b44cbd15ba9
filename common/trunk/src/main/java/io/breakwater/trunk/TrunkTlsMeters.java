package io.breakwater.trunk;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** The meters of a trunk's TLS. Any thread; nothing here waits. */
public final class TrunkTlsMeters {
  private final MeterRegistry registry;
  private final String prefix;
  private final Map<Refusal, Counter> refusals = new EnumMap<>(Refusal.class);
  private final Counter taken;
  private final Counter refused;

  /**
   * @param server whose meters they are: {@code gateway} or {@code delivery}
   */
  public TrunkTlsMeters(MeterRegistry registry, String server) {
    this.registry = registry;
    this.prefix = "breakwater." + server + ".trunk.tls.";
    for (Refusal refusal : Refusal.values()) {
      refusals.put(
          refusal,
          Counter.builder(prefix + "refusals")
              .description("Trunk connections that ended in their TLS handshake, by the reason")
              .tag("reason", refusal.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    taken = certificates("taken");
    refused = certificates("refused");
  }

  private Counter certificates(String result) {
    return Counter.builder(prefix + "certificates")
        .description("Changes of the certificate files; after a refused one the earlier stays")
        .tag("result", result)
        .register(registry);
  }

  /** A peer and this process could not agree. */
  public void refused(Refusal refusal) {
    Counter counter = refusals.get(refusal);
    if (counter != null) {
      counter.increment();
    }
  }

  void certificateTaken() {
    taken.increment();
  }

  void certificateRefused() {
    refused.increment();
  }

  /** {@code seconds} is asked for whenever somebody looks. */
  public void certificateExpires(Supplier<Number> seconds) {
    Gauge.builder(prefix + "certificate.expires", seconds)
        .baseUnit("seconds")
        .description("Until the certificate in use lapses; negative if it has")
        .register(registry);
  }
}
