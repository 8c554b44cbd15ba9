package io.breakwater.gateway.framing;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.gateway.metrics.GatewayMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages come out however the network slices them, and what is kept is counted. */
final class WebSocketDecoderTest {
  private static final int LARGE = 131_072;
  private static final int BINARY = 0x2;
  private static final int CONTINUATION = 0;
  private static final int PING = 0x9;
  private static final int FINAL = 0x80;

  private SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
  private Owner owner = new Owner();
  private EmbeddedChannel channel = channel(1 << 20);

  private EmbeddedChannel channel(int roomBytes) {
    WebSocketFraming framing =
        new WebSocketFraming(owner, new InboundRoom(roomBytes, new GatewayMetrics(meters)));
    owner.framing = framing;
    EmbeddedChannel created = new EmbeddedChannel();
    created.config().setAllocator(allocator);
    created
        .pipeline()
        .addLast(
            new WebSocketDecoder(
                WebSocketDecoderConfig.newBuilder()
                    .maxFramePayloadLength(LARGE)
                    .closeOnProtocolViolation(false)
                    .build(),
                framing),
            owner);
    return created;
  }

  @AfterEach
  void keeps_nothing_at_the_end() {
    channel.finishAndReleaseAll();
    assertThat(keptBytes()).isZero();
    assertThat(taken()).isZero();
  }

  private long keptBytes() {
    return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
  }

  private double taken() {
    return meters.get("breakwater.gateway.unfinished").gauge().value();
  }

  private void write(ByteBuf stream, int bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(stream.readSlice(bytes)));
  }

  /** With a mask of zeros. */
  private static void frame(ByteBuf stream, int first, byte[] payload) {
    stream.writeByte(first);
    if (payload.length < 126) {
      stream.writeByte(0x80 | payload.length);
    } else if (payload.length < 65_536) {
      stream.writeByte(0x80 | 126).writeShort(payload.length);
    } else {
      stream.writeByte(0x80 | 127).writeLong(payload.length);
    }
    stream.writeInt(0).writeBytes(payload);
  }

  private static byte[] payload(int size, SplittableRandom random) {
    byte[] payload = new byte[size];
    random.nextBytes(payload);
    return payload;
  }

  @Test
  void finds_messages_in_random_slices() {
    for (int seed = 0; seed < 100; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<byte[]> messages = new ArrayList<>();
      ByteBuf stream = Unpooled.buffer(LARGE);
      for (int i = random.nextInt(1, 8); i > 0; i--) {
        byte[] message =
            payload(random.nextInt(random.nextInt(4) == 0 ? LARGE + 1 : 3_000), random);
        messages.add(message);
        if (random.nextBoolean()) {
          frame(stream, FINAL | BINARY, message);
        } else {
          int cut = random.nextInt(message.length + 1);
          frame(stream, BINARY, Arrays.copyOf(message, cut));
          frame(stream, FINAL | PING, payload(random.nextInt(126), random));
          frame(stream, FINAL | CONTINUATION, Arrays.copyOfRange(message, cut, message.length));
        }
      }
      owner.messages.clear();
      int longest = 1 << random.nextInt(4, 17);
      while (stream.isReadable()) {
        write(stream, Math.min(stream.readableBytes(), random.nextInt(1, longest + 1)));
        assertThat((long) taken()).as("seed %s", seed).isEqualTo(keptBytes());
      }
      assertThat(owner.faults).as("seed %s", seed).isEmpty();
      assertThat(owner.messages).as("seed %s", seed).containsExactlyElementsOf(messages);
      assertThat(taken()).as("seed %s", seed).isZero();
    }
  }

  @Test
  void fragments_and_a_frame_that_is_not_complete_have_one_limit_together() {
    ByteBuf stream = Unpooled.buffer();
    frame(stream, BINARY, new byte[127 * 1_024]);
    frame(stream, CONTINUATION, new byte[100_000]);
    write(stream, stream.readableBytes() - 90_000);

    assertThat(owner.faults)
        .containsExactly("websocket: message size: more (expected: at most 131072)");
  }

  @Test
  void keeps_a_few_bytes_not_the_buffer_that_they_came_in() {
    ByteBuf stream = Unpooled.buffer();
    frame(stream, FINAL | BINARY, new byte[60_000]);
    frame(stream, FINAL | BINARY, new byte[50]);
    ByteBuf read = allocator.directBuffer(65_536).writeBytes(stream, stream.readableBytes() - 10);
    channel.writeInbound(read);

    assertThat(owner.messages).hasSize(1);
    assertThat((long) taken()).isEqualTo(keptBytes()).isLessThan(1_024);
  }

  @Test
  void keeps_no_more_when_there_is_no_room() {
    channel.finishAndReleaseAll();
    owner = new Owner();
    meters = new SimpleMeterRegistry();
    channel = channel(128 << 10);
    ByteBuf stream = Unpooled.buffer();
    frame(stream, FINAL | BINARY, new byte[100_000]);
    write(stream, 20_000);
    assertThat(owner.faults).isEmpty();
    write(stream, 20_000);

    assertThat(owner.faults).containsExactly("crowded");
    assertThat((long) taken()).isEqualTo(keptBytes());
  }

  private static final class Owner extends ChannelInboundHandlerAdapter implements WebSocketOwner {
    final List<byte[]> messages = new ArrayList<>();
    final List<String> faults = new ArrayList<>();
    Framing framing = new Unanswered();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      try {
        framing.read(message, context.alloc(), this);
      } finally {
        ReferenceCountUtil.release(message);
      }
    }

    @Override
    public void frame(ByteBuf body) {
      byte[] copy = new byte[body.readableBytes()];
      body.getBytes(body.readerIndex(), copy);
      messages.add(copy);
    }

    @Override
    public int maxFrameBytes() {
      return LARGE;
    }

    @Override
    public void unreadable(String detail) {
      faults.add(detail);
    }

    @Override
    public void crowded(int bytes) {
      faults.add("crowded");
    }

    @Override
    public boolean wantsMore() {
      return faults.isEmpty();
    }

    @Override
    public void reply(ByteBuf message) {
      message.release();
    }

    @Override
    public void upgrading(Framing unanswered) {}

    @Override
    public void upgraded(Framing webSocket) {}

    @Override
    public void sign() {}

    @Override
    public void goodbye() {}
  }
}
