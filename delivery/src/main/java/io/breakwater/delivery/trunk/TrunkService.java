package io.breakwater.delivery.trunk;

import io.breakwater.common.secret.CredentialMint;
import io.breakwater.delivery.node.Node;
import io.breakwater.proto.trunk.DeliveryBatch;
import io.breakwater.proto.trunk.GatewayBatch;
import io.breakwater.proto.trunk.TrunkGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** Opens trunks. */
final class TrunkService extends TrunkGrpc.TrunkImplBase {
  private final Node node;
  private final SignUps signUps;
  private final CredentialMint mint;

  TrunkService(Node node, SignUps signUps, CredentialMint mint) {
    this.node = node;
    this.signUps = signUps;
    this.mint = mint;
  }

  @Override
  public StreamObserver<GatewayBatch> open(StreamObserver<DeliveryBatch> gateway) {
    return TrunkStream.open((ServerCallStreamObserver<DeliveryBatch>) gateway, node, signUps, mint);
  }
}
