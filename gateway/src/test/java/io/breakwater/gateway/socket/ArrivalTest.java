package io.breakwater.gateway.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.gateway.accept.Arrivals;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What arrivals cost an event loop. */
final class ArrivalTest {
  private final Arrivals arrivals = new Arrivals();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Arrival arrival = Arrival.begin(arrivals, channel, 0);

  @Test
  void the_time_of_loops_counts_until_a_client_is_heard() {
    channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {1}));
    assertThat(arrivals.takeWorkedNanos(new Object())).as("of another loop").isZero();
    assertThat(arrivals.takeWorkedNanos(channel.eventLoop())).isPositive();
    arrival.heard();
    channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {1}));
    assertThat(arrivals.takeWorkedNanos(channel.eventLoop())).isZero();
    channel.finishAndReleaseAll();
  }

  @Test
  void what_was_to_be_told_is_not_kept_once_it_has_ended() {
    WeakReference<Object> told = new WeakReference<>(toBeTold());
    arrival.over(Arrivals.End.SERVED);
    await()
        .until(
            () -> {
              System.gc();
              return told.get() == null;
            });
    channel.finishAndReleaseAll();
  }

  private Object toBeTold() {
    AtomicInteger told = new AtomicInteger();
    arrival.onCrowdedOut(told::incrementAndGet);
    return told;
  }
}
