package io.breakwater.delivery.simulation;

import java.util.function.Consumer;

/** The stream between a gateway and a node. */
final class Trunk {
  final long id;
  final SimulatedGateway gateway;
  final SimulatedNode node;
  private final World world;
  private final Pipe toNode;
  private final Pipe toGateway;

  Trunk(World world, long id, SimulatedGateway gateway, SimulatedNode node) {
    this.world = world;
    this.id = id;
    this.gateway = gateway;
    this.node = node;
    toNode = new Pipe(world.time, world.dice.another(), world.plan.slowestLinkMs() / 2);
    toGateway = new Pipe(world.time, world.dice.another(), world.plan.slowestLinkMs() / 2);
  }

  void toNode(Consumer<SimulatedNode> frame) {
    toNode.send(
        () -> {
          if (node.isGone()) {
            // Its end came before it knew of this trunk: nobody listens.
            toGateway(() -> gateway.trunkLost(this));
          } else {
            node.input(() -> frame.accept(node));
          }
        });
  }

  void toGateway(Runnable frame) {
    toGateway.send(frame);
  }

  /** The gateway's side is gone; the node hears of it after what was sent before. */
  void closedByGateway() {
    toGateway.cut();
    toNode.send(() -> node.input(() -> node.trunkClosed(this)));
  }

  /**
   * The node's side is gone; the gateway hears of it after what was sent before.
   *
   * @param afterMs or later, if the whole machine is gone
   */
  void closedByNode(long afterMs) {
    toNode.cut();
    world.time.in(afterMs, () -> toGateway.send(() -> gateway.trunkLost(this)));
  }

  /** Both sides lose it, and what is on its way. */
  void broken() {
    toNode.cut();
    toGateway.cut();
    node.input(() -> node.trunkClosed(this));
    gateway.trunkLost(this);
  }
}
