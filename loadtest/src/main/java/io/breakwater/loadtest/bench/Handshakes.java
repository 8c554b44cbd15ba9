package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.bench.site.Site;
import io.breakwater.loadtest.stack.Metrics;
import io.breakwater.loadtest.stack.Part;
import java.util.List;

/**
 * TLS handshakes as the gateway counts them, so that no line claims tickets that nobody used. Only
 * differences mean anything.
 *
 * @param known whether it can be asked
 */
record Handshakes(boolean known, long full, long resumed) {
  private static final String NAME = "breakwater_gateway_tls_handshakes_total";

  /** Now. */
  static Handshakes of(Site site) {
    List<Metrics> gateways = site.metrics(Part.GATEWAY);
    return new Handshakes(!gateways.isEmpty(), count(gateways, "full"), count(gateways, "resumed"));
  }

  private static long count(List<Metrics> gateways, String result) {
    return gateways.stream().mapToLong(metrics -> metrics.value(NAME, "result", result)).sum();
  }

  Handshakes since(Handshakes earlier) {
    return new Handshakes(known && earlier.known, full - earlier.full, resumed - earlier.resumed);
  }

  double fullEach(int connects) {
    return known ? (double) full / connects : Double.NaN;
  }

  double resumedEach(int connects) {
    return known ? (double) resumed / connects : Double.NaN;
  }
}
