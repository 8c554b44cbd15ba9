package io.breakwater.gateway.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Which transport a name stands for. */
final class TransportTest {
  @Test
  @EnabledOnOs(OS.LINUX)
  void finds_epoll_on_linux() {
    assertThat(Transport.named("auto")).isEqualTo(Transport.EPOLL);
  }

  @Test
  void has_nio_everywhere() {
    assertThat(Transport.named("nio")).isEqualTo(Transport.NIO);
  }

  @Test
  void tells_a_name_that_it_does_not_know() {
    assertThatThrownBy(() -> Transport.named("kqueue"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("transport: kqueue (expected: auto, epoll, nio or io_uring)");
  }

  @Test
  void says_why_one_does_not_work_here() {
    Throwable obstacle = Transport.IO_URING.obstacle();
    if (obstacle == null) {
      assertThat(Transport.named("io_uring")).isEqualTo(Transport.IO_URING);
    } else {
      assertThatThrownBy(() -> Transport.named("io_uring"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("transport: io_uring (expected: one that works here")
          .hasCause(obstacle);
    }
  }
}
