package io.breakwater.gateway.connection;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** What it costs to judge a frame of a client. See docs/performance.md. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgs = {"-Xmx256m", "-da"})
public class ConnectionMachineBenchmark {
  private static final int PAYLOAD_BYTES = 160;

  private final MachineFixture fixture = new MachineFixture().attached(1);
  private final byte[] send =
      MachineFixture.frame(
              MachineFixture.sendTo(MachineFixture.BOB, 7)
                  .setPayload(ByteString.copyFrom(new byte[PAYLOAD_BYTES])))
          .toByteArray();
  private final byte[] ack = MachineFixture.ack(55).toByteArray();

  /** Runs this. */
  @Test
  void run() throws RunnerException {
    new Runner(
            new OptionsBuilder()
                .include(ConnectionMachineBenchmark.class.getSimpleName())
                .shouldFailOnError(true)
                .build())
        .run();
  }

  /** Parsed, checked, turned into a frame for the home. */
  @Benchmark
  public List<Output> send() {
    return fixture.on(Input.of(ByteBuffer.wrap(send)));
  }

  /** Likewise. */
  @Benchmark
  public List<Output> ack() {
    return fixture.on(Input.of(ByteBuffer.wrap(ack)));
  }
}
