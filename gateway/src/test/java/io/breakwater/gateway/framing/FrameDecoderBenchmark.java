package io.breakwater.gateway.framing;

import io.breakwater.gateway.metrics.GatewayMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** What it costs to cut a frame of 230 bytes out of a stream. See docs/performance.md. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgs = {"-Xmx256m", "-da", "--enable-native-access=ALL-UNNAMED"})
public class FrameDecoderBenchmark {
  private static final int FRAMES = 16;
  private static final int BODY_BYTES = 226;
  private static final int FRAME_BYTES = 4 + BODY_BYTES;

  private final ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
  private final FrameDecoder decoder =
      new FrameDecoder(new InboundRoom(1 << 20, new GatewayMetrics(new SimpleMeterRegistry())));
  private final Count sink = new Count();
  private final ByteBuf stream = stream();

  private ByteBuf stream() {
    ByteBuf buffer = allocator.directBuffer(FRAMES * FRAME_BYTES);
    for (int i = 0; i < FRAMES; i++) {
      buffer.writeInt(BODY_BYTES).writeZero(BODY_BYTES);
    }
    return buffer;
  }

  /** Adds up what came. */
  private static final class Count implements FrameSink {
    private long bytes;

    @Override
    public int maxFrameBytes() {
      return 131_072;
    }

    @Override
    public void frame(ByteBuf body) {
      bytes += body.readableBytes();
    }

    @Override
    public void unreadable(String detail) {
      throw new AssertionError(detail);
    }

    @Override
    public void crowded(int bytes) {
      throw new AssertionError("no room for " + bytes + " bytes");
    }

    @Override
    public boolean wantsMore() {
      return true;
    }
  }

  /** Runs this. */
  @Test
  void run() throws RunnerException {
    new Runner(
            new OptionsBuilder()
                .include(FrameDecoderBenchmark.class.getSimpleName())
                .shouldFailOnError(true)
                .build())
        .run();
  }

  /** All frames in one buffer. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public long whole() {
    decoder.feed(stream.readerIndex(0), allocator, sink);
    return sink.bytes;
  }

  /** One frame in two buffers. */
  @Benchmark
  public long halves() {
    decoder.feed(stream.slice(0, FRAME_BYTES / 2), allocator, sink);
    decoder.feed(stream.slice(FRAME_BYTES / 2, FRAME_BYTES / 2), allocator, sink);
    return sink.bytes;
  }
}
