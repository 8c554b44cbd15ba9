package io.breakwater.gateway.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.gateway.metrics.GatewayMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

/** Room that clients share. */
final class BacklogTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Backlog backlog = new Backlog(1_000, 400, new GatewayMetrics(meters));

  @Test
  void one_client_may_have_its_limit_or_what_is_left() {
    assertThat(backlog.limit()).isEqualTo(400);
    backlog.changed(500);
    assertThat(backlog.limit()).isEqualTo(400);
    backlog.changed(400);
    assertThat(backlog.limit()).isEqualTo(100);
    backlog.changed(200);
    assertThat(backlog.limit()).isZero();
    backlog.changed(-900);
    assertThat(backlog.limit()).isEqualTo(400);
    assertThat(meters.get("breakwater.gateway.backlog").gauge().value()).isEqualTo(200);
  }

  @Test
  void never_fills_however_many_clients_take_nothing() {
    long total = 0;
    for (int client = 0; client < 1_000; client++) {
      long bytes = 0;
      while (bytes + 10 <= backlog.limit()) {
        bytes += 10;
        backlog.changed(10);
      }
      total += bytes;
    }
    assertThat(total).isLessThanOrEqualTo(1_000);
  }
}
