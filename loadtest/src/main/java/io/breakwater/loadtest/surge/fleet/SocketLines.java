package io.breakwater.loadtest.surge.fleet;

import io.breakwater.loadtest.line.Line;
import io.breakwater.loadtest.line.LineLoop;
import io.breakwater.loadtest.line.Security;
import io.breakwater.loadtest.surge.fleet.phone.Lines;
import io.breakwater.proto.client.ServerFrame;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;

/**
 * Connections to gateways, counted. At their limit no more are opened, and the run is void; so it
 * is if the machine has no port or file for one. Confined to the loop.
 */
final class SocketLines implements Lines {
  private final LineLoop loop;
  private final Pump pump;
  private final int limit;
  private final Consumer<String> trouble;
  private List<InetSocketAddress> gateways;
  private int open;

  SocketLines(
      LineLoop loop,
      Pump pump,
      List<InetSocketAddress> gateways,
      int limit,
      Consumer<String> trouble) {
    this.loop = loop;
    this.pump = pump;
    this.gateways = List.copyOf(gateways);
    this.limit = limit;
    this.trouble = trouble;
  }

  /** Replaces all gateways; connections that are there stay. */
  void use(List<InetSocketAddress> others) {
    gateways = List.copyOf(others);
  }

  /** How many are open, or being opened. */
  int open() {
    return open;
  }

  @Override
  public void open(int turn, Line.Owner owner) {
    if (open >= limit) {
      trouble.accept(
          "a socket more than the %d that the limit of open files allows".formatted(limit));
      loop.execute(
          () -> {
            owner.closed();
            pump.run();
          });
      return;
    }
    open++;
    loop.connect(
        gateways.get(Math.floorMod(turn, gateways.size())), new Counted(owner), Security.NONE);
  }

  /** Sees to it that what an owner sets its alarm for is not slept through. */
  private final class Counted implements Line.Owner {
    private final Line.Owner owner;
    private boolean isOpen = true;

    Counted(Line.Owner owner) {
      this.owner = owner;
    }

    @Override
    public String name() {
      return owner.name();
    }

    @Override
    public void connected(Line line) {
      owner.connected(line);
      pump.schedule();
    }

    @Override
    public void heard(ServerFrame frame) {
      owner.heard(frame);
    }

    @Override
    public void paused() {
      owner.paused();
      pump.schedule();
    }

    @Override
    public void notFree(String what) {
      trouble.accept("a socket could not be had: " + what);
    }

    @Override
    public void closed() {
      if (isOpen) {
        isOpen = false;
        open--;
        owner.closed();
        pump.schedule();
      }
    }
  }
}
