package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.stack.FakeServer;
import io.breakwater.loadtest.surge.quota.CpuGroup;
import io.breakwater.loadtest.verdict.Clock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HoldingTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String GATEWAY = "gateway-1";

  @TempDir private Path data;

  /** Who was put into it. */
  private static final class Noted implements CpuGroup {
    final ConcurrentLinkedQueue<Long> pids = new ConcurrentLinkedQueue<>();

    @Override
    public void allow(double cores) {}

    @Override
    public void lift() {}

    @Override
    public boolean isEmpty() {
      return true;
    }

    @Override
    public void add(long pid) {
      pids.add(pid);
    }

    @Override
    public Throttled throttled() {
      return new Throttled(0, 0, 0);
    }

    @Override
    public Path directory() {
      return Path.of("noted");
    }

    @Override
    public void close() {}
  }

  @Test
  void holds_nobody_before_its_time() throws Exception {
    Noted later = new Noted();
    Noted now = new Noted();
    AtomicInteger begun = new AtomicInteger();
    try (FakeServer gateway = new FakeServer(data, () -> "");
        Shares one = Shares.of(Map.of(GATEWAY, later));
        Shares other = Shares.of(Map.of(GATEWAY, now));
        Holding _ =
            Holding.start(
                List.of(gateway.server()),
                one,
                System.nanoTime() + TimeUnit.HOURS.toNanos(1),
                () -> begun.addAndGet(100));
        Holding _ =
            Holding.start(
                List.of(gateway.server()), other, System.nanoTime(), begun::incrementAndGet)) {
      Clock.await("who is held now", LIMIT, () -> !now.pids.isEmpty());
      assertThat(now.pids).containsExactly(gateway.server().pid().orElseThrow());
      assertThat(begun).hasValue(1);
      assertThat(later.pids).isEmpty();
    }
  }

  @Test
  void holds_a_successor_and_asks_nobody_anything() throws Exception {
    Noted group = new Noted();
    AtomicInteger asked = new AtomicInteger();
    try (FakeServer gateway =
            new FakeServer(
                data,
                () -> {
                  asked.incrementAndGet();
                  return "";
                });
        Shares shares = Shares.of(Map.of(GATEWAY, group));
        Holding _ = Holding.start(List.of(gateway.server()), shares, System.nanoTime(), () -> {})) {
      Clock.await("the first", LIMIT, () -> group.pids.size() == 1);
      Files.writeString(data.resolve("run").resolve(GATEWAY + ".pid"), "1\n");
      Clock.await("the successor", LIMIT, () -> group.pids.size() == 2);
      assertThat(group.pids).endsWith(1L);
      // It may take seconds to answer.
      assertThat(asked).hasValue(0);
    }
  }

  @Test
  void begins_nothing_without_shares() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    Noted group = new Noted();
    try (FakeServer gateway = new FakeServer(data, () -> "");
        Shares none = Shares.of(Map.of());
        Shares some = Shares.of(Map.of(GATEWAY, group));
        Holding _ =
            Holding.start(
                List.of(gateway.server()), none, System.nanoTime(), begun::incrementAndGet);
        Holding _ = Holding.start(List.of(gateway.server()), some, System.nanoTime(), () -> {})) {
      Clock.await("the other", LIMIT, () -> !group.pids.isEmpty());
      assertThat(begun).hasValue(0);
    }
  }
}
