package io.breakwater.delivery.credit;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.proto.trunk.Demand;
import io.breakwater.proto.trunk.Waiting;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the controller does at one node, step by step. */
final class CreditControllerTest {
  private static final long WALL_MS = 1_800_000_000_000L;

  private final Tally tally = new Tally();
  private final Account account = new Account(1);
  private final CreditController controller = new CreditController(List.of(tally), 0);
  private long nowMs;

  /** A tenth of a second in which some messages take so long, and sessions wait for credit. */
  private void pass(long sendMicros, int waiting) {
    nowMs += 100;
    for (int i = 0; i < 100; i++) {
      tally.arrived(Priority.SEND, 1);
      tally.waited(Priority.SEND, sendMicros);
      tally.done(Priority.SEND);
    }
    Demand.Builder demand = Demand.newBuilder();
    if (waiting > 0) {
      demand.addWaiting(Waiting.newBuilder().setPriority(Priority.RESUME).setFrames(waiting));
    }
    account.wants(demand.build(), nowMs);
    controller.steer(false, nowMs);
    controller.grant((_, _) -> {}, WALL_MS + nowMs, nowMs);
  }

  private double pool() {
    return controller.figures(nowMs).of(Priority.RESUME).pool();
  }

  @Test
  void a_pool_grows_again_whose_requests_are_done_before_anybody_looks() {
    controller.opened(account, 0);
    for (int i = 0; i < 300; i++) {
      pass(4_000, 0);
    }
    for (int i = 0; i < 100; i++) {
      pass(400_000, 1_000);
    }
    double shrunk = pool();
    assertThat(shrunk).isLessThan(100);
    for (int i = 0; i < 100; i++) {
      pass(4_000, 1_000);
    }
    assertThat(pool()).isGreaterThan(1.5 * shrunk);
    assertThat(controller.figures(nowMs).of(Priority.RESUME).starved()).isPositive();
  }
}
