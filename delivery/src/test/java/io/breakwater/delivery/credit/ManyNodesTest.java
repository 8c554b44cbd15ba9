package io.breakwater.delivery.credit;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.priority.Priority;
import io.breakwater.proto.trunk.Demand;
import io.breakwater.proto.trunk.Waiting;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A node of many, with many gateways: what is one for each may be too much for all, or too little.
 */
final class ManyNodesTest {
  private static final long WALL_MS = 1_800_000_000_000L;
  private static final int TRUNKS = 1_000;

  private final Tally tally = new Tally();
  private final CreditController controller = new CreditController(List.of(tally), 0);
  private final List<Account> accounts = new ArrayList<>();
  private long nowMs;

  /** A tenth of a second in which some messages take so long. */
  private void pass(long sendMicros, Demand demand) {
    nowMs += 100;
    for (int i = 0; i < 100; i++) {
      tally.arrived(Priority.SEND.number, 1);
      tally.waited(Priority.SEND.number, sendMicros);
      tally.done(Priority.SEND.number);
    }
    accounts.getFirst().wants(demand, nowMs);
    controller.steer(false, WALL_MS + nowMs, nowMs);
    controller.grant((_, _) -> {}, WALL_MS + nowMs, nowMs);
  }

  private void open(int count) {
    for (int i = 0; i < count; i++) {
      Account account = new Account(i + 1L);
      accounts.add(account);
      controller.opened(account, 0);
    }
  }

  private void passes(int count, long sendMicros, Demand demand) {
    for (int i = 0; i < count; i++) {
      pass(sendMicros, demand);
    }
  }

  /** All nodes press so that messages take so long, but for when all stand back. */
  private void press(long sendMicros, Demand demand) {
    boolean isProbing = (nowMs + 100) % CalmProbe.EACH_MS <= CalmProbe.LASTS_MS;
    pass(isProbing ? 10_000 : sendMicros, demand);
  }

  private double pool(int priority) {
    return controller.figures(nowMs).of(priority).pool();
  }

  @Test
  void a_message_that_waits_at_an_idle_node_is_one_too_many() {
    open(TRUNKS);
    Demand nothing = Demand.getDefaultInstance();
    Demand one =
        Demand.newBuilder()
            .addWaiting(Waiting.newBuilder().setPriority(Priority.SEND.number).setFrames(1))
            .build();
    passes(300, 4_000, nothing);
    passes(100, 400_000, nothing);
    assertThat(pool(Priority.SEND.number)).isLessThan(TRUNKS);
    passes(200, 4_000, one);
    // One for each, wherever the next one comes.
    assertThat(pool(Priority.SEND.number)).isGreaterThan(2 * TRUNKS);
  }

  @Test
  void a_node_lets_in_less_than_one_sign_up_at_a_time_if_that_is_too_much_for_all() {
    open(1);
    Account account = accounts.getFirst();
    Demand line = Demand.newBuilder().setSignUps(1_000).setFirstArrivedMs(WALL_MS).build();
    // In the first minute it still learns quickly what calm is.
    passes(700, 10_000, Demand.getDefaultInstance());
    // A little above what it may be: others press as well.
    for (int i = 0; i < 3_000; i++) {
      press(13_000, line);
    }
    int rounds = 200;
    long before = controller.figures(nowMs).of(Priority.SIGN_UP.number).granted();
    for (int i = 0; i < rounds; i++) {
      press(14_500, line);
      long granted =
          account.upTo(Priority.SIGN_UP.number) - account.arrived(Priority.SIGN_UP.number);
      for (; granted > 0; granted--) {
        tally.arrived(Priority.SIGN_UP.number, 1);
        account.arrived(Priority.SIGN_UP.number, 1);
        tally.done(Priority.SIGN_UP.number);
      }
    }
    long granted = controller.figures(nowMs).of(Priority.SIGN_UP.number).granted() - before;
    assertThat(granted).isBetween(rounds / 40L, rounds / 10L);
  }
}
