package io.breakwater.gateway.line;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** What a proof of work costs who asks for it. See docs/performance.md. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgs = {"-Xmx256m", "-da"})
public class WorkMintBenchmark {
  private static final int BITS = 12;
  private static final long NOW_MS = 1_760_000_000_123L;

  private final WorkMint mint = new WorkMint(new byte[32]);
  private final byte[] id = new byte[16];
  private final byte[] challenge = mint.demand(id, BITS, NOW_MS);
  private final byte[] forged = new WorkMint(new byte[33]).demand(id, BITS, NOW_MS);
  private long nonce;

  /** Runs this. */
  @Test
  void run() throws RunnerException {
    new Runner(
            new OptionsBuilder()
                .include(WorkMintBenchmark.class.getSimpleName())
                .shouldFailOnError(true)
                .build())
        .run();
  }

  /** Finds the nonce. */
  @Setup
  public void solve() throws Exception {
    nonce = WorkMintTest.solve(challenge, BITS);
  }

  /** A challenge. */
  @Benchmark
  public byte[] demand() {
    return mint.demand(id, BITS, NOW_MS);
  }

  /** Work that is done: the tag and one hash. How many bits it is of does not matter. */
  @Benchmark
  public Work verify() {
    return mint.read(id, challenge, nonce, NOW_MS);
  }

  /** Made-up work: the tag alone. */
  @Benchmark
  public Work refuseForged() {
    return mint.read(id, forged, nonce, NOW_MS);
  }
}
