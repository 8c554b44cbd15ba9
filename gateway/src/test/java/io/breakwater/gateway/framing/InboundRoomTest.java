package io.breakwater.gateway.framing;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.gateway.metrics.GatewayMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class InboundRoomTest {
  private static final int ROOM = 1 << 20;
  private static final int SMALL = InboundRoom.SMALL_BYTES;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final InboundRoom room = new InboundRoom(ROOM, new GatewayMetrics(meters));

  private double taken() {
    return meters.get("breakwater.gateway.unfinished").gauge().value();
  }

  @Test
  void one_large_frame_may_have_a_quarter_of_the_room() {
    InboundRoom.Share share = room.share();
    assertThat(share.take(ROOM / 4 + 1)).isFalse();
    assertThat(share.take(ROOM / 4)).isTrue();
    assertThat(taken()).isEqualTo(ROOM / 4);
    share.giveBack(ROOM / 4);
    assertThat(taken()).isZero();
  }

  @Test
  void large_frames_have_no_more_than_is_free_of_half_of_it_and_never_fill_that() {
    for (int i = 0; i < 100; i++) {
      InboundRoom.Share share = room.share();
      int has = 2 * SMALL;
      boolean hasMore = share.take(has);
      while (hasMore) {
        hasMore = share.take(has);
        has *= 2;
      }
    }
    assertThat(taken()).isBetween(ROOM / 4.0, ROOM / 2.0 - 1);
  }

  @Test
  void small_frames_have_what_large_ones_cannot_take() {
    InboundRoom.Share large = room.share();
    assertThat(large.take(ROOM / 4)).isTrue();
    List<InboundRoom.Share> small = new ArrayList<>();
    for (int i = 0; i < 3 * ROOM / 4 / SMALL; i++) {
      InboundRoom.Share share = room.share();
      assertThat(share.take(SMALL)).isTrue();
      small.add(share);
    }
    assertThat(taken()).isEqualTo(ROOM);
    assertThat(room.share().take(1)).isFalse();

    large.giveBack(ROOM / 4);
    assertThat(room.share().take(1)).isTrue();
    assertThat(small.getFirst().take(1)).isFalse();
  }

  @Test
  void is_never_overdrawn_by_event_loops_that_take_at_once() throws Exception {
    List<Thread> loops =
        IntStream.range(0, 4)
            .mapToObj(
                _ ->
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              for (int round = 0; round < 10_000; round++) {
                                InboundRoom.Share share = room.share();
                                if (share.take(SMALL)) {
                                  share.giveBack(SMALL);
                                }
                              }
                            }))
            .toList();
    for (Thread loop : loops) {
      loop.join();
    }
    assertThat(taken()).isZero();
  }
}
