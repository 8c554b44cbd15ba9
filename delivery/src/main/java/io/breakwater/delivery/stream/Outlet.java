package io.breakwater.delivery.stream;

import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.grpc.stub.CallStreamObserver;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way out of a stream, at either end of it. Several threads send; the stream takes one call at
 * a time and only while it is ready. So messages are queued, and whoever finds nobody draining
 * drains. Any thread.
 */
public final class Outlet<M extends MessageLite> {
  private static final Logger log = LoggerFactory.getLogger(Outlet.class);

  private final String what;
  private final long maxQueuedBytes;
  private final CallStreamObserver<M> stream;
  private final Runnable onCut;
  private final Queue<M> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong queuedBytes = new AtomicLong();

  /** How many calls of {@link #drain} are to be answered by the one that is under way. */
  private final AtomicInteger draining = new AtomicInteger();

  private final AtomicReference<@Nullable Status> failure = new AtomicReference<>();
  private volatile boolean closed;

  /**
   * @param what the stream is, for the log
   * @param maxQueuedBytes beyond this the peer does not read: the stream is ended
   * @param onCut run once if that happens
   */
  public Outlet(String what, long maxQueuedBytes, CallStreamObserver<M> stream, Runnable onCut) {
    this.what = what;
    this.maxQueuedBytes = maxQueuedBytes;
    this.stream = stream;
    this.onCut = onCut;
  }

  /** Sends in the order of the calls of one thread. Never waits; drops if the stream is over. */
  public void send(M batch) {
    if (closed) {
      return;
    }
    queue.add(batch);
    if (queuedBytes.addAndGet(batch.getSerializedSize()) > maxQueuedBytes) {
      if (end(Status.RESOURCE_EXHAUSTED.withDescription(what + " is not read"))) {
        log.warn("{} is not read: {} bytes queued; it is cut", what, queuedBytes.get());
        onCut.run();
      }
      return;
    }
    drain();
  }

  /**
   * Sends unless more than so many bytes wait for the peer to read. However many threads offer at
   * once, no more than one message goes beyond that.
   *
   * @return whether it was taken
   */
  public boolean offer(M batch, long belowBytes) {
    int size = batch.getSerializedSize();
    long before = queuedBytes.getAndUpdate(queued -> queued > belowBytes ? queued : queued + size);
    if (before > belowBytes || closed) {
      return false;
    }
    queue.add(batch);
    drain();
    return true;
  }

  /** Bytes that wait for the peer to read. */
  public long queuedBytes() {
    return queuedBytes.get();
  }

  /** Sends what the stream takes now. Any thread. */
  public void drain() {
    if (draining.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      endIfTold();
      M batch;
      while (!closed && stream.isReady() && (batch = queue.poll()) != null) {
        queuedBytes.addAndGet(-batch.getSerializedSize());
        pass(batch);
      }
      seen = draining.addAndGet(-seen);
    } while (seen != 0);
  }

  /** A call that ends just now may say so by throwing; what is queued is lost with it. */
  private void pass(M batch) {
    try {
      stream.onNext(batch);
    } catch (RuntimeException e) {
      log.debug("{} has ended", what, e);
      closed = true;
      queue.clear();
    }
  }

  /**
   * Ends the stream, with an error unless the status is OK, in turn with whoever is sending.
   * Whether this was the first end.
   */
  public boolean end(Status status) {
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
  public void close() {
    if (failure.get() == null) {
      closed = true;
      queue.clear();
    }
  }
}
