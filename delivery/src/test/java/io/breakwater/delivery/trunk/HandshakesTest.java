package io.breakwater.delivery.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HandshakesTest {
  private final Handshakes<String> handshakes = new Handshakes<>(2);

  @Test
  void the_oldest_gives_way_beyond_the_limit() {
    assertThat(handshakes.begin("a")).isEmpty();
    assertThat(handshakes.begin("b")).isEmpty();
    assertThat(handshakes.begin("c")).contains("a");
    assertThat(handshakes.begin("d")).contains("b");
    assertThat(handshakes.size()).isEqualTo(2);
  }

  @Test
  void who_has_ended_neither_counts_nor_gives_way() {
    handshakes.begin("a");
    handshakes.begin("b");
    assertThat(handshakes.end("a")).isTrue();
    assertThat(handshakes.begin("c")).isEmpty();
    assertThat(handshakes.begin("d")).contains("b");
  }

  @Test
  void who_has_given_way_is_told_so_at_its_end() {
    handshakes.begin("a");
    handshakes.begin("b");
    handshakes.begin("c");
    assertThat(handshakes.end("a")).isFalse();
    assertThat(handshakes.end("b")).isTrue();
    assertThat(handshakes.end("b")).isFalse();
    assertThat(handshakes.size()).isEqualTo(1);
  }
}
