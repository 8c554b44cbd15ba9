package io.breakwater.delivery.trunk;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts how calls end, by status: {@code resource_exhausted} is a batch that is too large. */
final class StreamEnds extends ServerStreamTracer.Factory {
  private final Map<Status.Code, Counter> ends = new EnumMap<>(Status.Code.class);

  StreamEnds(MeterRegistry metrics) {
    for (Status.Code code : Status.Code.values()) {
      ends.put(
          code,
          Counter.builder("breakwater.delivery.trunk.streams.ended")
              .description("Calls of gateways that have ended, by gRPC's status")
              .tag("status", code.name().toLowerCase(Locale.ROOT))
              .register(metrics));
    }
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new ServerStreamTracer() {
      @Override
      public void streamClosed(Status status) {
        Counter counter = ends.get(status.getCode());
        if (counter != null) {
          counter.increment();
        }
      }
    };
  }
}
