package io.breakwater.gateway.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Against a sorted set that counts by walking. */
final class OrderTest {
  private static final Line LINE =
      new WaitingRoom(LineLimits.DEFAULT, 1, new SplittableRandom(1)).line(0);

  private static final Comparator<Waiting> BY_ARRIVAL =
      Comparator.comparingLong(Waiting::arrivedMs).thenComparingLong(Waiting::connection);

  @Test
  void knows_every_place_whoever_comes_and_goes() {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      TreeSet<Waiting> expected = new TreeSet<>(BY_ARRIVAL);
      Order order = Order.NOBODY;
      for (int step = 0; step < 300; step++) {
        Waiting one = new Waiting(LINE, step, random.nextInt(100), 0);
        if (random.nextInt(5) < 3 || expected.isEmpty()) {
          expected.add(one);
          order = order.with(one, random.nextInt());
        } else {
          Waiting leaves = expected.ceiling(one);
          leaves = leaves == null ? expected.last() : leaves;
          expected.remove(leaves);
          order = order.without(leaves);
        }
        Waiting anybody = new Waiting(LINE, random.nextInt(step + 1), random.nextInt(100), 0);
        assertThat(order.size()).isEqualTo(expected.size());
        assertThat(order.before(anybody))
            .as("seed %d, step %d", seed, step)
            .isEqualTo(expected.headSet(anybody).size());
        if (!expected.isEmpty()) {
          assertThat(order.first()).isSameAs(expected.first());
          assertThat(order.last()).isSameAs(expected.last());
          int others = random.nextInt(expected.size());
          assertThat(order.at(others)).isSameAs(List.copyOf(expected).get(others));
        }
      }
    }
  }

  @Test
  void what_was_published_stays_as_it_was() {
    Waiting ann = new Waiting(LINE, 1, 10, 0);
    Waiting bob = new Waiting(LINE, 2, 20, 0);
    Order both = Order.NOBODY.with(ann, 1).with(bob, 2);
    Order one = both.without(ann);
    assertThat(both.size()).isEqualTo(2);
    assertThat(both.first()).isSameAs(ann);
    assertThat(one.size()).isEqualTo(1);
    assertThat(one.before(bob)).isZero();
  }
}
