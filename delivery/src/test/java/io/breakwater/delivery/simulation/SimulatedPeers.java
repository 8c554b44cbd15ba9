package io.breakwater.delivery.simulation;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.node.Peers;
import io.breakwater.proto.journal.Record;
import io.breakwater.proto.relay.RelayFrame;
import io.breakwater.proto.trunk.SendFrom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/** The relays of one node. Its watch says to whom, and asks who answers; the rest is the node's. */
final class SimulatedPeers implements Peers {
  private final World world;
  private final SimulatedNode owner;
  private final Map<IncarnationId, SimulatedRelay> relays = new LinkedHashMap<>();

  SimulatedPeers(World world, SimulatedNode owner) {
    this.world = world;
    this.owner = owner;
  }

  @Override
  public void keep(Map<IncarnationId, String> others) {
    relays
        .entrySet()
        .removeIf(
            relay -> {
              boolean isOver = !others.containsKey(relay.getKey());
              if (isOver) {
                relay.getValue().close();
              }
              return isOver;
            });
    // In an order that is the same in every run.
    new TreeMap<>(others)
        .keySet()
        .forEach(
            other -> relays.computeIfAbsent(other, _ -> new SimulatedRelay(world, owner, other)));
  }

  Optional<SimulatedRelay> relay(IncarnationId other) {
    return Optional.ofNullable(relays.get(other));
  }

  void broken() {
    relays.values().forEach(SimulatedRelay::broken);
  }

  void close() {
    relays.values().forEach(SimulatedRelay::close);
  }

  @Override
  public Contact contact(IncarnationId other) {
    SimulatedRelay relay = relays.get(other);
    return relay == null ? Contact.SILENT : relay.contact();
  }

  private static AssertionError unasked() {
    return new AssertionError("a watch asks who answers only");
  }

  @Override
  public void tell(IncarnationId other, List<RelayFrame> frames) {
    throw unasked();
  }

  @Override
  public CompletionStage<Boolean> resubmit(
      IncarnationId home, long view, IncarnationId owner, List<Record> records) {
    throw unasked();
  }

  @Override
  public CompletionStage<ByteString> forward(
      IncarnationId home, long view, UserId to, SendFrom from) {
    throw unasked();
  }
}
