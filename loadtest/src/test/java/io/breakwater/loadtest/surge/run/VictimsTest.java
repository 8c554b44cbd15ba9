package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class VictimsTest {
  private static final List<String> GATEWAYS = List.of("gateway-1", "gateway-2", "gateway-3");

  private final Victims victims = new Victims();

  @Test
  void the_same_draw_takes_another_server_while_the_first_is_down() {
    assertThat(victims.draw(GATEWAYS, 0.5)).contains("gateway-2");
    assertThat(victims.draw(GATEWAYS, 0.5)).contains("gateway-3");
    assertThat(victims.draw(GATEWAYS, 0.5)).contains("gateway-1");
    assertThat(victims.draw(GATEWAYS, 0.5)).isEmpty();
  }

  @Test
  void who_serves_again_can_be_drawn_again() {
    assertThat(victims.draw(GATEWAYS, 0.999)).contains("gateway-3");
    victims.release("gateway-3");
    assertThat(victims.draw(GATEWAYS, 0.999)).contains("gateway-3");
  }

  @Test
  void who_is_down_cannot_be_restarted_and_who_is_restarted_cannot_be_killed() {
    victims.draw(GATEWAYS, 0);
    assertThat(victims.take("gateway-1")).isFalse();
    assertThat(victims.take("gateway-2")).isTrue();
    assertThat(victims.draw(GATEWAYS, 0)).contains("gateway-3");
  }
}
