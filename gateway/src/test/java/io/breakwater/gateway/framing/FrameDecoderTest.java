package io.breakwater.gateway.framing;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.gateway.metrics.GatewayMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Byte streams in, frames out, however the network slices them. */
final class FrameDecoderTest {
  private static final int SMALL = 4096;
  private static final int LARGE = 131_072;

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
  private final Frames frames = new Frames();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final InboundRoom room = new InboundRoom(1 << 20, new GatewayMetrics(meters));
  private FrameDecoder decoder = new FrameDecoder(room);

  /** Copies frames, as the buffer is lent only. */
  private static final class Frames implements FrameSink {
    final List<byte[]> bodies = new ArrayList<>();
    final List<String> wrong = new ArrayList<>();
    final List<Integer> crowded = new ArrayList<>();
    int max = SMALL;
    int wanted = Integer.MAX_VALUE;

    @Override
    public int maxFrameBytes() {
      return max;
    }

    @Override
    public void frame(ByteBuf body) {
      byte[] copy = new byte[body.readableBytes()];
      body.getBytes(body.readerIndex(), copy);
      bodies.add(copy);
    }

    @Override
    public void unreadable(String detail) {
      wrong.add(detail);
    }

    @Override
    public void crowded(int bytes) {
      crowded.add(bytes);
    }

    @Override
    public boolean wantsMore() {
      return wrong.isEmpty() && crowded.isEmpty() && bodies.size() < wanted;
    }
  }

  @AfterEach
  void keeps_nothing_when_released() {
    decoder.release();
    assertThat(keptBytes()).isZero();
    assertThat(taken()).isZero();
  }

  private double taken() {
    return meters.get("breakwater.gateway.unfinished").gauge().value();
  }

  private long keptBytes() {
    return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
  }

  private void feed(byte... bytes) {
    feed(bytes, 0, bytes.length, allocator);
  }

  private void feed(byte[] stream, int from, int to, ByteBufAllocator from2) {
    ByteBuf in = Unpooled.wrappedBuffer(stream, from, to - from);
    decoder.feed(in, from2, frames);
    assertThat(in.refCnt()).isEqualTo(1);
    in.release();
  }

  private static byte[] framed(byte[]... bodies) {
    int size = 0;
    for (byte[] body : bodies) {
      size += 4 + body.length;
    }
    ByteBuffer stream = ByteBuffer.allocate(size);
    for (byte[] body : bodies) {
      stream.putInt(body.length).put(body);
    }
    return stream.array();
  }

  private static byte[] length(int length) {
    return ByteBuffer.allocate(4).putInt(length).array();
  }

  private static byte[] body(int size, long seed) {
    byte[] body = new byte[size];
    new SplittableRandom(seed).nextBytes(body);
    return body;
  }

  @Test
  void finds_the_frames_at_every_pair_of_cuts() {
    byte[][] bodies = {body(1, 1), body(7, 2), body(2, 3)};
    byte[] stream = framed(bodies);
    for (int first = 0; first <= stream.length; first++) {
      for (int second = first; second <= stream.length; second++) {
        frames.bodies.clear();
        feed(stream, 0, first, allocator);
        feed(stream, first, second, allocator);
        feed(stream, second, stream.length, allocator);
        assertThat(frames.bodies).as("cut at %s and %s", first, second).containsExactly(bodies);
        assertThat(decoder.isInsideFrame()).isFalse();
      }
    }
    assertThat(keptBytes()).isZero();
  }

  @Test
  void finds_the_frames_byte_by_byte() {
    byte[][] bodies = {body(300, 1), body(1, 2), body(SMALL, 3)};
    for (byte next : framed(bodies)) {
      feed(next);
    }
    assertThat(frames.bodies).containsExactly(bodies);
  }

  @Test
  void finds_the_frames_in_random_slices() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 500; round++) {
      byte[][] bodies = new byte[random.nextInt(1, 8)][];
      for (int i = 0; i < bodies.length; i++) {
        bodies[i] = body(random.nextInt(1, random.nextBoolean() ? 10 : SMALL + 1), i);
      }
      byte[] stream = framed(bodies);
      frames.bodies.clear();
      int at = 0;
      while (at < stream.length) {
        int to = Math.min(stream.length, at + random.nextInt(1, 2 * SMALL));
        feed(stream, at, to, allocator);
        at = to;
      }
      assertThat(frames.bodies).as("round %s", round).containsExactly(bodies);
    }
    assertThat(keptBytes()).isZero();
  }

  @Test
  void survives_garbage_of_any_kind() {
    SplittableRandom random = new SplittableRandom(11);
    for (int round = 0; round < 2_000; round++) {
      decoder = new FrameDecoder(room);
      frames.wrong.clear();
      frames.bodies.clear();
      byte[] garbage = body(random.nextInt(1, 64), round);
      int cut = random.nextInt(garbage.length + 1);
      feed(garbage, 0, cut, allocator);
      feed(garbage, cut, garbage.length, allocator);
      assertThat(frames.wrong.size()).isLessThanOrEqualTo(1);
      decoder.release();
    }
  }

  @Test
  void refuses_a_length_beyond_the_limit_before_it_keeps_anything() {
    feed(length(SMALL + 1));

    assertThat(frames.wrong).containsExactly("frame size: 4097 (expected: 1..4096)");
    assertThat(keptBytes()).isZero();
  }

  @Test
  void names_the_limit_of_a_welcomed_connection() {
    frames.max = LARGE;

    feed(length(200_000));

    assertThat(frames.wrong).containsExactly("frame size: 200000 (expected: 1..131072)");
  }

  @Test
  void refuses_a_length_of_zero_and_one_with_the_sign_bit() {
    feed(length(0));
    assertThat(frames.wrong).containsExactly("frame size: 0 (expected: 1..4096)");

    frames.wrong.clear();
    feed(length(-1));
    assertThat(frames.wrong).containsExactly("frame size: 4294967295 (expected: 1..4096)");
  }

  @Test
  void refuses_a_wrong_length_that_comes_in_pieces() {
    byte[] wrong = length(Integer.MAX_VALUE);
    for (byte next : wrong) {
      feed(next);
    }
    assertThat(frames.wrong).containsExactly("frame size: 2147483647 (expected: 1..4096)");
  }

  @Test
  void accepts_the_largest_frame() {
    byte[] largest = body(SMALL, 1);

    feed(framed(largest));

    assertThat(frames.bodies).containsExactly(largest);
  }

  @Test
  void keeps_what_came_and_not_what_was_announced() {
    frames.max = LARGE;

    feed(length(LARGE));
    feed(new byte[100]);

    assertThat(decoder.isInsideFrame()).isTrue();
    assertThat(keptBytes()).isLessThan(1_024);
  }

  @Test
  void takes_of_the_room_what_its_buffer_takes_and_never_more_than_the_frame() {
    frames.max = LARGE;

    feed(length(LARGE));
    for (int came = 4; came < 4 + LARGE - 1; came += 1_000) {
      feed(new byte[Math.min(1_000, 4 + LARGE - 1 - came)]);
      assertThat((long) taken()).isEqualTo(keptBytes()).isLessThanOrEqualTo(4 + LARGE);
    }
    assertThat(taken()).isEqualTo(4 + LARGE);
    feed((byte) 1);

    assertThat(frames.bodies).hasSize(1);
    assertThat(taken()).isZero();
  }

  @Test
  void keeps_nothing_of_a_frame_for_which_there_is_no_room() {
    decoder = new FrameDecoder(new InboundRoom(64 << 10, new GatewayMetrics(meters)));
    frames.max = LARGE;

    feed(length(LARGE));
    feed(new byte[10_000]);
    assertThat(frames.crowded).isEmpty();
    feed(new byte[10_000]);

    assertThat(frames.crowded).containsExactly(20_004);
    assertThat(decoder.isInsideFrame()).isFalse();
    assertThat(keptBytes()).isZero();
  }

  @Test
  void needs_no_room_for_a_frame_that_is_complete() {
    decoder = new FrameDecoder(new InboundRoom(0, new GatewayMetrics(meters)));

    feed(framed(body(SMALL, 1), body(5, 2)));

    assertThat(frames.bodies).hasSize(2);
  }

  @Test
  void applies_a_limit_that_the_frame_before_has_raised() {
    byte[] stream = framed(body(5, 1), body(SMALL + 1, 2));
    feed(stream, 0, 9, allocator);
    frames.max = LARGE;
    feed(stream, 9, stream.length, allocator);

    assertThat(frames.bodies).hasSize(2);
  }

  @Test
  void stops_when_no_more_is_wanted() {
    frames.wanted = 1;

    feed(framed(body(5, 1), body(5, 2)));

    assertThat(frames.bodies).hasSize(1);
    assertThat(keptBytes()).isZero();
  }

  @Test
  void is_inside_a_truncated_frame_until_it_is_complete() {
    byte[] stream = framed(body(10, 1));
    feed(stream, 0, 3, allocator);
    assertThat(decoder.isInsideFrame()).isTrue();
    feed(stream, 3, 13, allocator);
    assertThat(decoder.isInsideFrame()).isTrue();
    feed(stream, 13, 14, allocator);
    assertThat(decoder.isInsideFrame()).isFalse();
  }
}
