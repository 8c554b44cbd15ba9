package io.breakwater.gateway.socket;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.gateway.connection.Input;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

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
  private final IntSupplier perSecond;
  private final Queue<ClientSocket> waiting = new ArrayDeque<>();

  /** Thousandths of a turn that earlier steps have left. */
  private long left = 1_000;

  private boolean isRunning;

  /**
   * @param perSecond asked at each step
   */
  Reattaching(GatewayLoop gateway, EventLoop loop, IncarnationId node, IntSupplier perSecond) {
    this.gateway = gateway;
    this.loop = loop;
    this.turn = new Input.TrunkOpened(node);
    this.perSecond = perSecond;
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
    left += (long) perSecond.getAsInt() * STEP_MS;
    long turns = left / 1_000;
    left %= 1_000;
    for (int i = 0; i < turns && !waiting.isEmpty(); i++) {
      gateway.happened(waiting.remove(), turn);
    }
    isRunning = !waiting.isEmpty();
    if (isRunning) {
      var _ = loop.schedule(this::step, STEP_MS, TimeUnit.MILLISECONDS);
    }
  }
}
