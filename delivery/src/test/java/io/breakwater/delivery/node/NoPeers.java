package io.breakwater.delivery.node;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.proto.journal.Record;
import io.breakwater.proto.relay.RelayFrame;
import io.breakwater.proto.trunk.SendFrom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Of a node that is alone. */
final class NoPeers implements Peers {
  @Override
  public void keep(Map<IncarnationId, String> others) {}

  @Override
  public Contact contact(IncarnationId other) {
    return Contact.SILENT;
  }

  @Override
  public void tell(IncarnationId other, List<RelayFrame> frames) {}

  @Override
  public CompletionStage<Boolean> resubmit(
      IncarnationId home, long view, IncarnationId owner, List<Record> records) {
    return CompletableFuture.failedStage(new IllegalStateException("nobody"));
  }

  @Override
  public CompletionStage<ByteString> forward(
      IncarnationId home, long view, UserId to, SendFrom from) {
    return CompletableFuture.failedStage(new IllegalStateException("nobody"));
  }
}
