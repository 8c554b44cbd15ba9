package io.breakwater.gateway.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.id.IncarnationId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Sockets move to gateways that are added; virtual time, in steps of a second. Models: a balancer
 * that gives a client any gateway by chance, or the one that has fewest, and a delivery node that
 * tells every two seconds what it was told within the two before.
 */
final class AddedGatewayTest {
  private static final IncarnationId NODE = new IncarnationId(1, 1);
  private static final int LOOPS = 2;
  private static final double TAKEN_PER_MS = 0.25;

  private final SplittableRandom random = new SplittableRandom(1);
  private final List<Gateway> gateways = new ArrayList<>();
  private final List<Integer> returning = new ArrayList<>();
  private long nowMs;
  private int moved;
  private int movedAtMost;
  private boolean isByChance;

  private final class Gateway {
    final List<Rebalancing> loops = new ArrayList<>();
    int sessions;
    int said;

    Gateway(int sessions) {
      this.sessions = sessions;
      this.said = sessions;
      for (int i = 0; i < LOOPS; i++) {
        loops.add(new Rebalancing(1, nowMs));
      }
    }

    void step() {
      int own = sessions;
      for (Rebalancing loop : loops) {
        int asked = loop.step(own, own / LOOPS, TAKEN_PER_MS, nowMs);
        for (int i = 0; i < asked; i++) {
          returning.add(random.nextInt(3));
        }
        sessions -= asked;
        moved += asked;
      }
    }
  }

  private void second() {
    nowMs += 1_000;
    int before = moved;
    gateways.forEach(Gateway::step);
    movedAtMost = Math.max(movedAtMost, moved - before);
    for (int i = returning.size() - 1; i >= 0; i--) {
      int left = returning.get(i);
      if (left > 0) {
        returning.set(i, left - 1);
      } else {
        returning.set(i, returning.getLast());
        returning.removeLast();
        choose().sessions++;
      }
    }
    if (nowMs % 2_000 == 0) {
      int sum = gateways.stream().mapToInt(each -> each.said).sum();
      gateways.forEach(
          each -> each.loops.forEach(loop -> loop.heard(NODE, gateways.size(), sum, nowMs)));
      gateways.forEach(each -> each.said = each.sessions);
    }
  }

  private Gateway choose() {
    if (isByChance) {
      return gateways.get(random.nextInt(gateways.size()));
    }
    return gateways.stream()
        .reduce((one, other) -> one.sessions <= other.sessions ? one : other)
        .orElseThrow();
  }

  private void seconds(int count) {
    for (int i = 0; i < count; i++) {
      second();
    }
  }

  private void areEven() {
    double mean = gateways.stream().mapToInt(each -> each.sessions).average().orElseThrow();
    assertThat(gateways)
        .allSatisfy(each -> assertThat((double) each.sessions).isBetween(0.85 * mean, 1.1 * mean));
  }

  private void thirdOfTwo() {
    gateways.add(new Gateway(5_000));
    gateways.add(new Gateway(5_000));
    seconds(300);
    assertThat(moved).isZero();
    gateways.add(new Gateway(0));
  }

  @Test
  void a_third_gateway_gets_its_share_within_two_minutes_if_the_balancer_counts() {
    thirdOfTwo();
    seconds(120);
    areEven();
    // A third of 10,000 has to move; little more does.
    assertThat(moved).isBetween(2_700, 3_700);
    assertThat(movedAtMost).isLessThanOrEqualTo(102);
    int evenAfter = moved;
    seconds(3_600);
    assertThat(moved - evenAfter).isLessThan(200);
    areEven();
  }

  @Test
  void within_three_minutes_if_the_balancer_goes_by_chance() {
    isByChance = true;
    thirdOfTwo();
    seconds(180);
    areEven();
    assertThat(movedAtMost).isLessThanOrEqualTo(102);
    seconds(60);
    int evenAfter = moved;
    seconds(3_600);
    assertThat(moved).isEqualTo(evenAfter);
  }

  @Test
  void twenty_gateways_stay_as_they_are_and_share_with_five_more() {
    isByChance = true;
    for (int i = 0; i < 20; i++) {
      gateways.add(new Gateway(10_000 + random.nextInt(-600, 601)));
    }
    seconds(600);
    assertThat(moved).isZero();
    for (int i = 0; i < 5; i++) {
      gateways.add(new Gateway(0));
    }
    seconds(600);
    areEven();
    // Never more than half of what 20 gateways can take.
    assertThat(movedAtMost).isLessThanOrEqualTo(20 * 110);
    int evenAfter = moved;
    seconds(3_600);
    assertThat(moved - evenAfter).isLessThan(evenAfter / 20);
  }
}
