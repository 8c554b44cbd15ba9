package io.breakwater.delivery.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.delivery.node.Peers.Contact;
import io.breakwater.proto.journal.Record;
import io.breakwater.proto.relay.RelayAnswer;
import io.breakwater.proto.relay.RelayAnswers;
import io.breakwater.proto.relay.RelayBatch;
import io.breakwater.proto.relay.RelayFrame;
import io.breakwater.proto.relay.RelayGrpc;
import io.breakwater.proto.relay.RelayHello;
import io.breakwater.proto.relay.Resubmitted;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Relays to a node that reads when it is told to. */
final class RelaysTest {
  private static final IncarnationId SELF = new IncarnationId(1, 1);
  private static final IncarnationId OTHER = new IncarnationId(2, 2);

  /** As many lanes as hand off at once, and 512 KiB of each: more than a relay may have queued. */
  private static final int LANES = 48;

  private static final List<Record> PARCEL =
      List.of(Record.newBuilder().setEntry(ByteString.copyFrom(new byte[512 << 10])).build());

  private static final class SlowNode extends RelayGrpc.RelayImplBase {
    final CompletableFuture<ServerCallStreamObserver<RelayAnswers>> opened =
        new CompletableFuture<>();

    @Override
    public StreamObserver<RelayBatch> open(StreamObserver<RelayAnswers> peer) {
      ServerCallStreamObserver<RelayAnswers> call = (ServerCallStreamObserver<RelayAnswers>) peer;
      call.disableAutoRequest();
      call.onNext(answer(RelayAnswer.newBuilder().setHello(RelayHello.getDefaultInstance())));
      opened.complete(call);
      return new StreamObserver<>() {
        @Override
        public void onNext(RelayBatch batch) {
          for (RelayFrame frame : batch.getFramesList()) {
            if (frame.hasResubmit()) {
              call.onNext(
                  answer(
                      RelayAnswer.newBuilder()
                          .setNumber(frame.getNumber())
                          .setResubmitted(Resubmitted.getDefaultInstance())));
            }
          }
          call.request(1);
        }

        @Override
        public void onError(Throwable failure) {
          // The test has ended.
        }

        @Override
        public void onCompleted() {
          call.onCompleted();
        }
      };
    }

    private static RelayAnswers answer(RelayAnswer.Builder answer) {
      return RelayAnswers.newBuilder().addAnswers(answer).build();
    }

    void read() {
      opened.join().request(1);
    }
  }

  @Test
  void parcels_of_many_lanes_wait_for_a_node_that_does_not_read_and_do_not_cut_its_relay()
      throws Exception {
    SlowNode node = new SlowNode();
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .maxInboundMessageSize(RelayLimits.BATCH_BYTES)
            .addService(node)
            .build()
            .start();
    try (Relays relays = new Relays(SELF, Optional.empty(), new SimpleMeterRegistry())) {
      relays.keep(Map.of(OTHER, "127.0.0.1:" + server.getPort()));
      await().until(() -> relays.contact(OTHER) == Contact.ANSWERS);

      List<CompletableFuture<Boolean>> parcels = new ArrayList<>();
      for (int lane = 0; lane < LANES; lane++) {
        parcels.add(relays.resubmit(OTHER, 1, SELF, PARCEL).toCompletableFuture());
      }

      assertThat(parcels.getLast()).isCompletedExceptionally();
      assertThat(parcels.getFirst()).isNotDone();
      assertThat(parcels).filteredOn(parcel -> !parcel.isDone()).hasSizeBetween(16, 24);
      node.read();
      assertThat(parcels.getFirst().get(10, TimeUnit.SECONDS)).isTrue();
      await()
          .untilAsserted(
              () ->
                  assertThat(parcels)
                      .filteredOn(parcel -> !parcel.isCompletedExceptionally())
                      .hasSizeGreaterThanOrEqualTo(16)
                      .allMatch(CompletableFuture::isDone));
      CompletableFuture<Boolean> again =
          relays.resubmit(OTHER, 1, SELF, PARCEL).toCompletableFuture();
      assertThat(again.get(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      server.shutdownNow();
    }
  }
}
