package io.breakwater.delivery.relay;

import io.breakwater.delivery.node.Node;
import io.breakwater.proto.relay.RelayAnswers;
import io.breakwater.proto.relay.RelayBatch;
import io.breakwater.proto.relay.RelayGrpc;
import io.breakwater.trunk.RoleCheck;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** Answers other delivery nodes. */
public final class RelayService extends RelayGrpc.RelayImplBase {
  private final Node node;

  private RelayService(Node node) {
    this.node = node;
  }

  /** For a server; with TLS it answers nobody but delivery nodes. */
  public static ServerServiceDefinition of(Node node) {
    return ServerInterceptors.intercept(new RelayService(node), RoleCheck.onlyDeliveryNodes());
  }

  @Override
  public StreamObserver<RelayBatch> open(StreamObserver<RelayAnswers> peer) {
    return RelayStream.open((ServerCallStreamObserver<RelayAnswers>) peer, node);
  }
}
