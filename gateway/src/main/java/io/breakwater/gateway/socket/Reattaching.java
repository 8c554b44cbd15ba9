package io.breakwater.gateway.socket;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.gateway.connection.Input;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Gives the sessions of a node that is home to them, again or from now on, their turn to attach, a
 * bounded number at a time, so that it is not met by all of them at once. Confined to its event
 * loop.
 */
final class Reattaching {
  private static final int STEP_MS = 10;

  private final GatewayLoop gateway;
  private final EventLoop loop;
  private final Input.TrunkOpened turn;
  private final int perStep;
  private final Queue<ClientSocket> waiting = new ArrayDeque<>();
  private boolean isRunning;

  Reattaching(GatewayLoop gateway, EventLoop loop, IncarnationId node, int perSecond) {
    this.gateway = gateway;
    this.loop = loop;
    this.turn = new Input.TrunkOpened(node);
    this.perStep = Math.max(1, perSecond * STEP_MS / 1_000);
  }

  /** Gets its turn after those that were added before. */
  void add(ClientSocket socket) {
    waiting.add(socket);
  }

  /** The first get their turn now. */
  void begin() {
    if (!isRunning) {
      step();
    }
  }

  /** Who waits gets no turn. */
  void clear() {
    waiting.clear();
  }

  private void step() {
    for (int i = 0; i < perStep && !waiting.isEmpty(); i++) {
      gateway.happened(waiting.remove(), turn);
    }
    isRunning = !waiting.isEmpty();
    if (isRunning) {
      var _ = loop.schedule(this::step, STEP_MS, TimeUnit.MILLISECONDS);
    }
  }
}
