package io.breakwater.gateway.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.proto.trunk.Spread;
import io.breakwater.proto.trunk.Tier;
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
  private final List<Returning> returning = new ArrayList<>();
  private long nowMs;
  private int moved;
  private int movedAtMost;
  private Balancer balancer = Balancer.BY_COUNT;

  private enum Balancer {
    BY_COUNT,
    BY_CHANCE,
    /** Whoever had a gateway is sent there again. */
    STICKY
  }

  private record Returning(Gateway from, int inSeconds) {}

  private final class Gateway {
    final List<Rebalancing> loops = new ArrayList<>();
    int sessions;
    int said;
    int takes = (int) (LOOPS * TAKEN_PER_MS * 1_000);

    Gateway(int sessions) {
      this.sessions = sessions;
      this.said = sessions;
      for (int i = 0; i < LOOPS; i++) {
        loops.add(new Rebalancing(() -> 1, nowMs));
      }
    }

    void step() {
      int own = sessions;
      for (Rebalancing loop : loops) {
        int asked = loop.step(own, own / LOOPS, TAKEN_PER_MS, nowMs);
        for (int i = 0; i < asked; i++) {
          returning.add(new Returning(this, random.nextInt(3)));
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
      Returning client = returning.get(i);
      if (client.inSeconds() > 0) {
        returning.set(i, new Returning(client.from(), client.inSeconds() - 1));
      } else {
        returning.set(i, returning.getLast());
        returning.removeLast();
        choose(client.from()).sessions++;
      }
    }
    if (nowMs % 2_000 == 0) {
      Tier tier = tier();
      gateways.forEach(each -> each.loops.forEach(loop -> loop.heard(NODE, tier, nowMs)));
      gateways.forEach(each -> each.said = each.sessions);
    }
  }

  /** As the census of a delivery node. */
  private Tier tier() {
    int sum = gateways.stream().mapToInt(each -> each.said).sum();
    double mean = (double) sum / gateways.size();
    int fewest = gateways.stream().mapToInt(each -> each.said).min().orElseThrow();
    double most = (mean + fewest) / 2;
    return Tier.newBuilder()
        .setGateways(gateways.size())
        .setSessions(sum)
        .setSpread(
            Spread.newBuilder()
                .setFewest(fewest)
                .setLacking(
                    (long)
                        gateways.stream().mapToDouble(each -> Math.max(0, mean - each.said)).sum())
                .setTakes(
                    gateways.stream()
                        .filter(each -> each.said <= most)
                        .mapToInt(each -> each.takes)
                        .sum()))
        .build();
  }

  private Gateway choose(Gateway before) {
    return switch (balancer) {
      case BY_CHANCE -> gateways.get(random.nextInt(gateways.size()));
      case BY_COUNT ->
          gateways.stream()
              .reduce((one, other) -> one.sessions <= other.sessions ? one : other)
              .orElseThrow();
      case STICKY -> before;
    };
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
    balancer = Balancer.BY_CHANCE;
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
    balancer = Balancer.BY_CHANCE;
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

  private void twentyAndOne() {
    for (int i = 0; i < 20; i++) {
      gateways.add(new Gateway(10_000 + random.nextInt(-200, 201)));
    }
    seconds(300);
    assertThat(moved).isZero();
    gateways.add(new Gateway(0));
  }

  @Test
  void one_more_than_twenty_gets_its_share_if_the_balancer_counts() {
    twentyAndOne();
    seconds(120);
    areEven();
    assertThat(moved).isBetween(8_000, 12_000);
    int evenAfter = moved;
    seconds(3_600);
    assertThat(moved).isEqualTo(evenAfter);
  }

  @Test
  void one_more_than_twenty_gets_its_share_if_the_balancer_goes_by_chance() {
    balancer = Balancer.BY_CHANCE;
    twentyAndOne();
    seconds(600);
    areEven();
    int evenAfter = moved;
    seconds(3_600);
    assertThat(moved).isEqualTo(evenAfter);
  }

  @Test
  void a_balancer_that_sends_everybody_back_is_asked_ever_more_rarely() {
    balancer = Balancer.STICKY;
    thirdOfTwo();
    seconds(3_600);
    // 100 a second for an hour without a brake.
    assertThat(moved).isBetween(1_000, 20_000);
    int before = moved;
    seconds(2 * 3_600);
    assertThat(moved - before).isLessThan(8_000);
  }

  @Test
  void many_that_shed_at_once_ask_no_more_than_half_of_what_a_newcomer_takes() {
    for (int i = 0; i < 5; i++) {
      gateways.add(new Gateway(20_000));
    }
    Gateway newcomer = new Gateway(0);
    newcomer.takes = 100;
    gateways.add(newcomer);
    seconds(100);
    assertThat(movedAtMost).isBetween(40, 60);
    newcomer.takes = 500;
    seconds(60);
    assertThat(movedAtMost).isBetween(200, 260);
  }

  @Test
  void nobody_moves_for_long_for_a_gateway_that_nobody_is_sent_to() {
    balancer = Balancer.STICKY;
    twentyAndOne();
    seconds(3_600);
    // 250 a second for an hour without a brake.
    assertThat(moved).isBetween(1, 40_000);
    balancer = Balancer.BY_COUNT;
    seconds(3_600);
    areEven();
  }
}
