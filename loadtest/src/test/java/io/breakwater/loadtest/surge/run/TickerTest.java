package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is said while a run goes on. */
final class TickerTest {
  @Test
  void goes_on_after_a_line_that_failed() throws Exception {
    BlockingQueue<String> said = new LinkedBlockingQueue<>();
    AtomicInteger asked = new AtomicInteger();
    try (Ticker _ =
        Ticker.start(
            () -> {
              if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("not now");
              }
              return "goes";
            },
            Duration.ofMillis(1),
            said::add)) {
      assertThat(said.poll(10, TimeUnit.SECONDS)).isEqualTo("goes");
    }
  }
}
