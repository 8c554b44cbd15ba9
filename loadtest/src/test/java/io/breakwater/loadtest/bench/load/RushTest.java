package io.breakwater.loadtest.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.bench.phone.PhoneLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RushTest {
  @Test
  void what_came_to_something_else_is_in_no_figure_of_what_was_done() {
    try (PhoneLoop loop =
        new PhoneLoop(
            List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9)),
            Optional.empty())) {
      Rush.Result result =
          new Rush(
                  loop,
                  100,
                  (number, ending) -> {
                    if (number % 4 == 0) {
                      loop.execute(ending::failed);
                    } else {
                      loop.execute(ending::done);
                    }
                  })
              .run(8, Duration.ofMinutes(1));
      assertThat(result.doneInAll()).isEqualTo(75);
      assertThat(result.failed()).isEqualTo(25);
    }
  }
}
