package io.breakwater.gateway.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.trunk.Attach;
import io.breakwater.proto.trunk.GatewayBatch;
import io.breakwater.proto.trunk.GatewayFrame;
import io.breakwater.proto.trunk.SendFrom;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What waits for a trunk. */
final class OutboxTest {
  private final Outbox outbox = new Outbox(8 * 1024 * 1024);

  private static GatewayFrame send(long connection, int payloadBytes) {
    return GatewayFrame.newBuilder()
        .setConnection(connection)
        .setSend(
            SendFrom.newBuilder()
                .setSend(Send.newBuilder().setPayload(ByteString.copyFrom(new byte[payloadBytes]))))
        .build();
  }

  @Test
  void hands_out_frames_in_order() {
    for (int i = 1; i <= 3; i++) {
      assertThat(outbox.offer(send(i, 10))).isTrue();
    }
    assertThat(outbox.nextBatch(7).getFramesList())
        .extracting(GatewayFrame::getConnection)
        .containsExactly(1L, 2L, 3L);
    assertThat(outbox.isEmpty()).isTrue();
    assertThat(outbox.bytes()).isZero();
  }

  @Test
  void puts_at_most_1024_frames_into_a_batch() {
    for (int i = 0; i < 1_500; i++) {
      assertThat(outbox.offer(send(i, 1))).isTrue();
    }
    assertThat(outbox.nextBatch(7).getFramesCount()).isEqualTo(1_024);
    assertThat(outbox.nextBatch(7).getFramesCount()).isEqualTo(476);
  }

  @Test
  void says_in_each_batch_which_view_is_known() {
    outbox.offer(send(1, 1));
    assertThat(outbox.nextBatch(7).getView()).isEqualTo(7);
    outbox.offer(send(1, 1));
    assertThat(outbox.nextBatch(8).getView()).isEqualTo(8);
  }

  @Test
  void puts_at_most_a_mebibyte_into_a_batch() {
    for (int i = 0; i < 100; i++) {
      assertThat(outbox.offer(send(i, 65_536))).isTrue();
    }
    int frames = 0;
    while (!outbox.isEmpty()) {
      GatewayBatch batch = outbox.nextBatch(7);
      assertThat(batch.getSerializedSize()).isLessThanOrEqualTo(1024 * 1024);
      frames += batch.getFramesCount();
    }
    assertThat(frames).isEqualTo(100);
  }

  @Test
  void refuses_a_send_beyond_the_limit_and_takes_what_bounds_itself() {
    Outbox small = new Outbox(1_000);
    assertThat(small.offer(send(1, 900))).isTrue();
    assertThat(small.offer(send(2, 900))).isFalse();

    GatewayFrame attach =
        GatewayFrame.newBuilder()
            .setAttach(Attach.newBuilder().setTokenHash(ByteString.copyFrom(new byte[500])))
            .build();
    assertThat(small.offer(attach)).isTrue();
    assertThat(small.drain()).hasSize(2);
    assertThat(small.bytes()).isZero();
  }

  /** Any offers and takings: nothing is lost, doubled or overtaken, and the bounds hold. */
  @Test
  void hands_out_once_and_in_order_whatever_it_took() {
    for (int seed = 0; seed < 500; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      long limit = random.nextInt(200, 3_000_000);
      Outbox any = new Outbox(limit);
      Queue<Long> taken = new ArrayDeque<>();
      for (int i = 1; i < 200; i++) {
        GatewayFrame frame = send(i, random.nextInt(random.nextInt(20) == 0 ? 65_536 : 300));
        if (any.offer(frame)) {
          taken.add((long) i);
        } else {
          assertThat(any.bytes() + frame.getSerializedSize() + 5).isGreaterThan(limit);
        }
        assertThat(any.bytes()).isBetween(0L, limit);
        if (random.nextInt(30) == 0 && !any.isEmpty()) {
          assertThat(takeBatch(any)).allSatisfy(next -> assertThat(next).isEqualTo(taken.poll()));
        }
      }
      while (!any.isEmpty()) {
        assertThat(takeBatch(any)).allSatisfy(next -> assertThat(next).isEqualTo(taken.poll()));
      }
      assertThat(taken).as("seed %s", seed).isEmpty();
      assertThat(any.bytes()).isZero();
    }
  }

  private static List<Long> takeBatch(Outbox from) {
    GatewayBatch batch = from.nextBatch(7);
    assertThat(batch.getFramesCount()).isBetween(1, 1_024);
    assertThat(batch.getSerializedSize()).isLessThanOrEqualTo(1024 * 1024);
    return batch.getFramesList().stream().map(GatewayFrame::getConnection).toList();
  }
}
