package io.breakwater.delivery.relay;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.Origin;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.lane.Copy;
import io.breakwater.delivery.lane.Lane;
import io.breakwater.delivery.node.Node;
import io.breakwater.delivery.node.TrunkRegistry;
import io.breakwater.delivery.stream.Outlet;
import io.breakwater.proto.relay.Forward;
import io.breakwater.proto.relay.Pong;
import io.breakwater.proto.relay.RelayAnswer;
import io.breakwater.proto.relay.RelayAnswers;
import io.breakwater.proto.relay.RelayBatch;
import io.breakwater.proto.relay.RelayFrame;
import io.breakwater.proto.relay.RelayHello;
import io.breakwater.proto.relay.ResubmissionRefused;
import io.breakwater.proto.relay.Resubmit;
import io.breakwater.proto.relay.Resubmitted;
import io.breakwater.proto.trunk.DeliveryBatch;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What another delivery node asks. A further batch is asked for only when the lanes are done with
 * an earlier one. Called by gRPC, one call at a time.
 */
final class RelayStream implements StreamObserver<RelayBatch> {
  private static final Logger log = LoggerFactory.getLogger(RelayStream.class);

  /** Takes what lanes answer to messages that were passed on. */
  private record Answers(Outlet<RelayAnswers> outlet) implements TrunkRegistry.Outlet {
    @Override
    public void send(DeliveryBatch batch) {
      RelayAnswers.Builder answers = RelayAnswers.newBuilder();
      batch.getFramesList().stream()
          .filter(frame -> frame.hasRelay())
          .forEach(
              frame ->
                  answers.addAnswers(
                      RelayAnswer.newBuilder()
                          .setNumber(frame.getConnection())
                          .setForwarded(frame.getRelay())));
      outlet.send(answers.build());
    }

    @Override
    public long queuedBytes() {
      return outlet.queuedBytes();
    }
  }

  private final ServerCallStreamObserver<RelayAnswers> stream;
  private final Node node;
  private final Outlet<RelayAnswers> outlet;
  private final long number;
  private final AtomicBoolean ended = new AtomicBoolean();

  /** Who is at the other end; none before it has said hello. */
  private @Nullable IncarnationId from;

  private RelayStream(ServerCallStreamObserver<RelayAnswers> stream, Node node) {
    this.stream = stream;
    this.node = node;
    this.outlet = new Outlet<>("a relay's answers", RelayLimits.QUEUED_BYTES, stream, this::end);
    this.number = node.trunks().addRelay(new Answers(outlet));
  }

  static RelayStream open(ServerCallStreamObserver<RelayAnswers> stream, Node node) {
    RelayStream relay = new RelayStream(stream, node);
    stream.disableAutoRequest();
    stream.setOnReadyHandler(relay.outlet::drain);
    stream.setOnCancelHandler(relay::end);
    stream.setOnCloseHandler(relay::end);
    stream.request(RelayLimits.BATCHES_AHEAD);
    return relay;
  }

  @Override
  public void onNext(RelayBatch batch) {
    try {
      handOver(batch);
    } catch (IllegalArgumentException e) {
      log.warn("a relay is closed: {}", e.getMessage());
      outlet.end(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
      end();
    }
  }

  private void handOver(RelayBatch batch) {
    Map<Integer, List<Consumer<Lane>>> byLane = new HashMap<>();
    for (RelayFrame frame : batch.getFramesList()) {
      if (from == null && !frame.hasHello()) {
        throw new IllegalArgumentException(
            "relay: " + frame.getBodyCase() + " (expected: HELLO first)");
      }
      switch (frame.getBodyCase()) {
        case HELLO -> hello(frame.getHello());
        case PING -> {
          node.heardOf(frame.getPing().getView());
          asked();
          answer(
              RelayAnswer.newBuilder()
                  .setNumber(frame.getNumber())
                  .setPong(Pong.newBuilder().setView(node.standings().view())));
        }
        case RESUBMIT -> resubmit(frame.getNumber(), frame.getResubmit());
        case FORWARD -> forward(frame.getNumber(), frame.getForward(), byLane);
        case COPY -> copy(frame.getCopy(), byLane);
        case COPY_TAKEN -> {
          UserId recipient = user(frame.getCopyTaken().getRecipient());
          long entryId = frame.getCopyTaken().getEntryId();
          toLane(recipient, lane -> lane.copied(recipient, entryId), byLane);
        }
        case BODY_NOT_SET ->
            // A newer node may know frames that this release does not.
            log.debug("a frame without a body that is known here");
      }
      if (ended.get()) {
        return;
      }
    }
    submit(byLane);
  }

  private void toLane(UserId user, Consumer<Lane> input, Map<Integer, List<Consumer<Lane>>> to) {
    to.computeIfAbsent(node.laneOf(user), _ -> new ArrayList<>()).add(input);
  }

  private void submit(Map<Integer, List<Consumer<Lane>>> byLane) {
    if (byLane.isEmpty()) {
      stream.request(1);
      return;
    }
    AtomicInteger lanesLeft = new AtomicInteger(byLane.size());
    byLane.forEach(
        (lane, inputs) ->
            node.submitPatiently(
                lane,
                each -> {
                  inputs.forEach(input -> input.accept(each));
                  if (lanesLeft.decrementAndGet() == 0) {
                    stream.request(1);
                  }
                }));
  }

  private void hello(RelayHello hello) {
    if (from != null) {
      throw new IllegalArgumentException("relay: HELLO again (expected: once)");
    }
    IncarnationId other = IncarnationId.of(hello.getIncarnation().asReadOnlyByteBuffer());
    IncarnationId to = IncarnationId.of(hello.getTo().asReadOnlyByteBuffer());
    if (hello.getVersion() != RelayLimits.VERSION) {
      throw new IllegalArgumentException(
          "relay version: " + hello.getVersion() + " (expected: " + RelayLimits.VERSION + ')');
    }
    if (!to.equals(node.incarnation())) {
      outlet.end(
          Status.FAILED_PRECONDITION.withDescription(
              "incarnation: "
                  + to
                  + " (expected: "
                  + node.incarnation()
                  + ", which listens here)"));
      end();
      return;
    }
    from = other;
    node.askedBy(other);
    log.debug("relay from {}", other);
    answer(
        RelayAnswer.newBuilder()
            .setHello(
                RelayHello.newBuilder()
                    .setVersion(RelayLimits.VERSION)
                    .setIncarnation(UnsafeByteOperations.unsafeWrap(node.incarnation().bytes()))
                    .setTo(hello.getIncarnation())));
  }

  private void asked() {
    IncarnationId other = from;
    if (other != null) {
      node.askedBy(other);
    }
  }

  private void resubmit(long question, Resubmit entries) {
    IncarnationId owner = IncarnationId.of(entries.getOwner().asReadOnlyByteBuffer());
    node.heardOf(entries.getView());
    node.takeOver(entries.getView(), owner, entries.getRecordsList())
        .thenAccept(
            isPublished -> {
              RelayAnswer.Builder answer = RelayAnswer.newBuilder().setNumber(question);
              answer(
                  isPublished
                      ? answer.setResubmitted(Resubmitted.getDefaultInstance())
                      : answer.setResubmissionRefused(ResubmissionRefused.getDefaultInstance()));
            });
  }

  private void forward(long question, Forward message, Map<Integer, List<Consumer<Lane>>> byLane) {
    node.heardOf(message.getView());
    UserId to = user(message.getUser());
    toLane(
        to,
        lane -> {
          try {
            lane.forwarded(number, question, message.getView(), to, message.getSend());
          } catch (IllegalArgumentException e) {
            // The node that passed it on took it from a gateway unread.
            log.warn("a message that was passed on is dropped: {}", e.getMessage());
          }
        },
        byLane);
  }

  private void copy(
      io.breakwater.proto.relay.Copy asked, Map<Integer, List<Consumer<Lane>>> byLane) {
    UserId sender = user(asked.getSender());
    Copy copy =
        new Copy(
            new Origin(
                sender,
                new DeviceId(asked.getDevice()),
                ConversationId.of(asked.getConversation().asReadOnlyByteBuffer()),
                asked.getClientId()),
            MessageId.of(asked.getMessageId().asReadOnlyByteBuffer()),
            user(asked.getRecipient()),
            asked.getEntryId(),
            asked.getAfter(),
            asked.getEntry());
    toLane(sender, lane -> lane.copy(copy), byLane);
  }

  private static UserId user(ByteString bytes) {
    return UserId.of(bytes.asReadOnlyByteBuffer());
  }

  private void answer(RelayAnswer.Builder answer) {
    outlet.send(RelayAnswers.newBuilder().addAnswers(answer).build());
  }

  @Override
  public void onError(Throwable failure) {
    log.debug("a relay is gone", failure);
    end();
  }

  @Override
  public void onCompleted() {
    outlet.end(Status.OK);
    end();
  }

  private void end() {
    if (ended.compareAndSet(false, true)) {
      outlet.close();
      node.trunkClosed(number);
    }
  }
}
