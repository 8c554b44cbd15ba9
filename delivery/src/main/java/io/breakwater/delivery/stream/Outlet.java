package io.breakwater.delivery.trunk;

import io.breakwater.delivery.node.TrunkRegistry;
import io.breakwater.proto.trunk.DeliveryBatch;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way out of a trunk. Several lanes send; the stream takes one call at a time and only while it
 * is ready. So batches are queued, and whoever finds nobody draining drains.
 */
final class TrunkOutlet implements TrunkRegistry.Outlet {
  private static final Logger log = LoggerFactory.getLogger(TrunkOutlet.class);

  /**
   * Beyond this the gateway does not read: the trunk is cut, and its sessions attach again.
   * Deliveries stop far below it, so it takes answers that nobody reads.
   */
  private static final long QUEUED_BYTES_MAX = 32L << 20;

  private final ServerCallStreamObserver<DeliveryBatch> stream;
  private final Runnable onCut;
  private final Queue<DeliveryBatch> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong queuedBytes = new AtomicLong();

  /** How many calls of {@link #drain} are to be answered by the one that is under way. */
  private final AtomicInteger draining = new AtomicInteger();

  private final AtomicReference<@Nullable Status> failure = new AtomicReference<>();
  private volatile boolean closed;

  /**
   * @param onCut run once if the gateway does not read
   */
  TrunkOutlet(ServerCallStreamObserver<DeliveryBatch> stream, Runnable onCut) {
    this.stream = stream;
    this.onCut = onCut;
  }

  @Override
  public void send(DeliveryBatch batch) {
    if (closed) {
      return;
    }
    queue.add(batch);
    if (queuedBytes.addAndGet(batch.getSerializedSize()) > QUEUED_BYTES_MAX) {
      if (end(Status.RESOURCE_EXHAUSTED.withDescription("the trunk is not read"))) {
        log.warn("a gateway does not read: {} bytes queued; its trunk is cut", queuedBytes.get());
        onCut.run();
      }
      return;
    }
    drain();
  }

  @Override
  public long queuedBytes() {
    return queuedBytes.get();
  }

  /** Sends what the stream takes now. Any thread. */
  void drain() {
    if (draining.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      endIfTold();
      DeliveryBatch batch;
      while (!closed && stream.isReady() && (batch = queue.poll()) != null) {
        queuedBytes.addAndGet(-batch.getSerializedSize());
        stream.onNext(batch);
      }
      seen = draining.addAndGet(-seen);
    } while (seen != 0);
  }

  /**
   * Ends the trunk, with an error unless the status is OK, in turn with whoever is sending. Whether
   * this was the first end.
   */
  boolean end(Status status) {
    boolean isFirst = failure.compareAndSet(null, status);
    if (isFirst) {
      drain();
    }
    return isFirst;
  }

  private void endIfTold() {
    Status status = failure.get();
    if (status != null && !closed) {
      closed = true;
      queue.clear();
      if (status.isOk()) {
        stream.onCompleted();
      } else {
        stream.onError(status.asException());
      }
    }
  }

  /** The stream is over; but an error that waits for its turn is still told. */
  void close() {
    if (failure.get() == null) {
      closed = true;
      queue.clear();
    }
  }
}
