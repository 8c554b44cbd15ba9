package io.breakwater.delivery.relay;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.delivery.stream.Outlet;
import io.breakwater.proto.relay.Ping;
import io.breakwater.proto.relay.RelayAnswer;
import io.breakwater.proto.relay.RelayAnswers;
import io.breakwater.proto.relay.RelayBatch;
import io.breakwater.proto.relay.RelayFrame;
import io.breakwater.proto.relay.RelayGrpc;
import io.breakwater.proto.relay.RelayHello;
import io.breakwater.proto.relay.Resubmit;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One attempt at a relay: a channel of its own with one call. Any thread. */
final class RelayCall implements ClientResponseObserver<RelayBatch, RelayAnswers> {
  /** Told once how it ended. */
  interface End {
    void ended(RelayCall call, Status status);
  }

  private final ManagedChannel channel;
  private final IncarnationId to;
  private final LongConsumer onView;
  private final End onEnd;
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicInteger forwards = new AtomicInteger();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final ConcurrentMap<Long, CompletableFuture<RelayAnswer>> asked =
      new ConcurrentHashMap<>();

  /** Set before the call begins. */
  private @Nullable Outlet<RelayBatch> outlet;

  private volatile boolean isOpen;
  private volatile long answeredAtNs = System.nanoTime();

  /**
   * @param channel is ended with the call
   * @param onView told of the views that the other node knows
   */
  RelayCall(ManagedChannel channel, IncarnationId to, LongConsumer onView, End onEnd) {
    this.channel = channel;
    this.to = to;
    this.onView = onView;
    this.onEnd = onEnd;
  }

  /** Begins. */
  void start(IncarnationId self) {
    var _ = RelayGrpc.newStub(channel).open(this);
    outlet()
        .send(
            RelayBatch.newBuilder()
                .addFrames(
                    RelayFrame.newBuilder()
                        .setHello(
                            RelayHello.newBuilder()
                                .setVersion(RelayLimits.VERSION)
                                .setIncarnation(UnsafeByteOperations.unsafeWrap(self.bytes()))
                                .setTo(UnsafeByteOperations.unsafeWrap(to.bytes()))))
                .build());
  }

  private Outlet<RelayBatch> outlet() {
    Outlet<RelayBatch> way = outlet;
    if (way == null) {
      throw new IllegalStateException("the call has not begun");
    }
    return way;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<RelayBatch> begun) {
    Outlet<RelayBatch> way =
        new Outlet<>("a relay", RelayLimits.QUEUED_BYTES, begun, () -> end(Status.ABORTED));
    outlet = way;
    begun.setOnReadyHandler(way::drain);
  }

  /** Whether the other node has said hello. */
  boolean isOpen() {
    return isOpen;
  }

  /** Since the other node last said anything, or the attempt began; ms. */
  long silentMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - answeredAtNs);
  }

  void ping(long view) {
    RelayFrame.Builder ping =
        RelayFrame.newBuilder()
            .setNumber(numbers.incrementAndGet())
            .setPing(Ping.newBuilder().setView(view));
    outlet().send(RelayBatch.newBuilder().addFrames(ping).build());
  }

  void tell(RelayBatch batch) {
    if (isOpen && outlet().queuedBytes() < RelayLimits.TELL_BELOW_BYTES) {
      outlet().send(batch);
    }
  }

  CompletionStage<Boolean> resubmit(Resubmit entries) {
    return ask(
            RelayFrame.newBuilder().setResubmit(entries),
            batch -> outlet().offer(batch, RelayLimits.RESUBMIT_BELOW_BYTES))
        .thenApply(RelayAnswer::hasResubmitted);
  }

  CompletionStage<ByteString> forward(RelayFrame.Builder message) {
    if (forwards.incrementAndGet() > RelayLimits.FORWARDS) {
      forwards.decrementAndGet();
      return CompletableFuture.failedStage(lost("too many messages on their way"));
    }
    return ask(
            message,
            batch -> {
              outlet().send(batch);
              return true;
            })
        .orTimeout(RelayLimits.FORWARD_MS, TimeUnit.MILLISECONDS)
        .whenComplete((_, _) -> forwards.decrementAndGet())
        .thenApply(RelayAnswer::getForwarded);
  }

  /**
   * @param way whether it has taken the question
   */
  private CompletableFuture<RelayAnswer> ask(RelayFrame.Builder frame, Predicate<RelayBatch> way) {
    long number = numbers.incrementAndGet();
    CompletableFuture<RelayAnswer> answer = new CompletableFuture<>();
    asked.put(number, answer);
    var _ = answer.whenComplete((_, _) -> asked.remove(number));
    boolean isTaken = way.test(RelayBatch.newBuilder().addFrames(frame.setNumber(number)).build());
    if (ended.get()) {
      // It may have ended before the question was noted.
      answer.completeExceptionally(lost("the relay has ended"));
    } else if (!isTaken) {
      answer.completeExceptionally(lost("too much waits for the other node to read"));
    }
    return answer;
  }

  private static IllegalStateException lost(String why) {
    return new IllegalStateException(why);
  }

  @Override
  public void onNext(RelayAnswers answers) {
    answeredAtNs = System.nanoTime();
    for (RelayAnswer answer : answers.getAnswersList()) {
      switch (answer.getBodyCase()) {
        case HELLO -> isOpen = true;
        case PONG -> onView.accept(answer.getPong().getView());
        case RESUBMITTED, RESUBMISSION_REFUSED, FORWARDED -> {
          CompletableFuture<RelayAnswer> question = asked.get(answer.getNumber());
          if (question != null) {
            question.complete(answer);
          }
        }
        case BODY_NOT_SET -> {
          // Of a newer release.
        }
      }
    }
  }

  @Override
  public void onError(Throwable failure) {
    end(Status.fromThrowable(failure));
  }

  @Override
  public void onCompleted() {
    end(Status.OK);
  }

  /** Ends it at once. */
  void cut(String why) {
    end(Status.CANCELLED.withDescription(why));
  }

  private void end(Status status) {
    if (ended.compareAndSet(false, true)) {
      isOpen = false;
      outlet().close();
      channel.shutdownNow();
      asked.values().forEach(question -> question.completeExceptionally(lost("the relay is lost")));
      onEnd.ended(this, status);
    }
  }
}
