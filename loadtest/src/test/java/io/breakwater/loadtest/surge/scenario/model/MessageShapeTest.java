package io.breakwater.loadtest.surge.scenario.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.breakwater.loadtest.surge.scenario.model.MessageShape.Payload;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class MessageShapeTest {
  private static final MessageShape SHAPE =
      new MessageShape(
          List.of(new Payload(8192, 0.05), new Payload(160, 0.95)), 0.5, 4, Popularity.UNIFORM);

  @Test
  void sizes_have_their_shares() {
    RandomGenerator random = new SplittableRandom(1);
    int large = 0;
    for (int i = 0; i < 100_000; i++) {
      int bytes = SHAPE.payloadBytes(random);
      assertThat(bytes).isIn(160, 8192);
      large += bytes == 8192 ? 1 : 0;
    }
    assertThat(large / 1e5).isCloseTo(0.05, within(0.003));
    assertThat(SHAPE.meanBytes()).isCloseTo(561.6, within(1e-9));
  }

  @Test
  void the_size_of_an_arrival_is_the_same_whoever_asks() {
    for (long mark = 0; mark < 100; mark++) {
      assertThat(SHAPE.payloadBytes(mark)).isEqualTo(SHAPE.payloadBytes(mark));
    }
  }
}
