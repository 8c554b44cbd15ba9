package io.breakwater.loadtest.wire;

import io.breakwater.loadtest.bench.measure.MemoryReading;
import io.breakwater.loadtest.stack.Metrics;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.verdict.TrialFailure;
import io.breakwater.loadtest.verdict.Verdict;

/**
 * What the servers' memory is at one moment, after a full collection.
 *
 * @param buffers direct memory of the gateway's allocator, bytes
 * @param backlog written to clients and not taken by their sockets, bytes
 */
record Footprint(MemoryReading gateway, MemoryReading delivery, long buffers, long backlog) {
  private static final double MIB = 1 << 20;

  static Footprint of(Stack stack) {
    Metrics metrics =
        stack
            .metrics(Part.GATEWAY)
            .orElseThrow(() -> new TrialFailure("the gateway shows no metrics"));
    return new Footprint(
        MemoryReading.of(pid(stack, Part.GATEWAY)),
        MemoryReading.of(pid(stack, Part.DELIVERY)),
        metrics.value("breakwater_gateway_buffers_bytes"),
        metrics.value("breakwater_gateway_backlog_bytes"));
  }

  private static long pid(Stack stack, Part part) {
    return stack.pid(part).orElseThrow(() -> new TrialFailure(part + " has no pid file"));
  }

  /** Heap and direct memory of the gateway. */
  long gatewayBytes() {
    return gateway.live() + buffers;
  }

  /** Per socket, since an earlier one. */
  static double each(long now, long earlier, int sockets) {
    return (double) (now - earlier) / sockets;
  }

  void print(String when, Verdict verdict) {
    verdict.figure(
        when,
        ("gateway live %.1f, buffers %.1f, backlog %.1f, RSS %.0f; delivery live %.1f, RSS %.0f;"
                + " TCP of the machine %.0f MiB")
            .formatted(
                gateway.live() / MIB,
                buffers / MIB,
                backlog / MIB,
                gateway.resident() / MIB,
                delivery.live() / MIB,
                delivery.resident() / MIB,
                gateway.buffers() / MIB));
  }
}
