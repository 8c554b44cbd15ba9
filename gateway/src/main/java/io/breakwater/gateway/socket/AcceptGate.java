package io.breakwater.gateway.socket;

import io.breakwater.gateway.accept.AcceptControl;
import io.breakwater.gateway.accept.AcceptControl.LoopLoad;
import io.breakwater.gateway.accept.AcceptLimits;
import io.breakwater.gateway.accept.Arrivals;
import io.breakwater.gateway.accept.Unheard;
import io.breakwater.gateway.metrics.GatewayMetrics;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets listeners accept as fast as {@link AcceptControl} says; what they do not accept waits in the
 * kernel, and nothing is said to it. Looks 50 times a second while anybody comes, or has not said
 * what it wants, else never. Confined to one event loop, on which all listeners accept.
 */
@ChannelHandler.Sharable
public final class AcceptGate extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(AcceptGate.class);
  private static final int TICK_MS = 20;
  private static final int IDLE_MS = 1_000;

  /**
   * Sockets that are accepted at a time. With Netty's 16 a loop that is busy for 50 ms at a time
   * takes 320 a second, whatever it could do.
   */
  static final int MOST_AT_A_TIME = 128;

  private final EventLoop loop;
  private final Arrivals arrivals = new Arrivals();
  private final Unheard<Arrival> unheard = new Unheard<>();
  private final GatewayMetrics metrics;
  private final Supplier<AcceptLimits> limits;
  private final AcceptControl control;
  private final List<Channel> listeners = new ArrayList<>();
  private final List<LoopDelay> others = new ArrayList<>();
  private boolean isShut;
  private boolean isTicking;
  private int backlog;
  private long tickDueMs;
  private long lateMs;
  private int ticks;
  private long lookedAtMs;
  private long steeredAtMs;
  private long acceptedAtMs;
  private long goneSeen;

  /**
   * @param loop on which listeners are to accept
   * @param loops all of them, whose delay counts
   * @param limits asked each time: they may change; but for the backlog
   */
  public AcceptGate(
      EventLoop loop,
      Collection<EventLoop> loops,
      Supplier<AcceptLimits> limits,
      GatewayMetrics metrics) {
    this.loop = loop;
    this.limits = limits;
    this.metrics = metrics;
    this.control = new AcceptControl(limits, nowMs());
    this.backlog = limits.get().backlog();
    for (EventLoop other : loops) {
      if (!other.equals(loop)) {
        others.add(new LoopDelay(other, this::nowMs));
      }
    }
    metrics.arrivals(arrivals);
    tell(0, nowMs());
  }

  EventLoop loop() {
    return loop;
  }

  private long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(loop.ticker().nanoTime());
  }

  // From here on: on the event loop, as the first handler of each listener.

  @Override
  public void channelActive(ChannelHandlerContext context) {
    Channel listener = context.channel();
    listeners.add(listener);
    acceptAtATime(listener, control.room(arrivals, nowMs()));
    var _ = listener.closeFuture().addListener(_ -> listeners.remove(listener));
    context.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    long nowMs = nowMs();
    unheard.add(Arrival.begin(arrivals, (Channel) accepted, nowMs));
    control.accepted();
    acceptedAtMs = nowMs;
    if (!isTicking) {
      isTicking = true;
      steeredAtMs = nowMs;
      lookedAtMs = nowMs;
      takeLoads(nowMs);
      tickIn(nowMs);
    }
    openOrShut(nowMs);
    context.fireChannelRead(accepted);
  }

  private void openOrShut(long nowMs) {
    makeRoom(nowMs);
    boolean wasShut = isShut;
    int room = control.room(arrivals, nowMs);
    isShut = room == 0;
    listeners.forEach(listener -> acceptAtATime(listener, room));
    if (isShut) {
      // Each time: Netty opens a listener by itself a second after it had no file descriptor.
      listeners.forEach(listener -> listener.config().setAutoRead(false));
    } else if (wasShut) {
      listeners.forEach(listener -> listener.config().setAutoRead(true));
    }
  }

  /** NIO accepts as many as it may, and only then says so; others look whether they may go on. */
  private static void acceptAtATime(Channel listener, int room) {
    if (listener.config().getRecvByteBufAllocator()
        instanceof MaxMessagesRecvByteBufAllocator accepts) {
      accepts.maxMessagesPerRead(Math.clamp(room, 1, MOST_AT_A_TIME));
    }
  }

  private void makeRoom(long nowMs) {
    for (int more = control.tooMany(arrivals); more > 0; more--) {
      Optional<Arrival> oldest = unheard.oldest(more, nowMs);
      if (oldest.isEmpty()) {
        return;
      }
      if (!oldest.get().makeRoom()) {
        unheard.add(oldest.get());
        return;
      }
    }
  }

  private void tickIn(long nowMs) {
    tickDueMs = nowMs + TICK_MS;
    var _ = loop.schedule(this::tick, TICK_MS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    long nowMs = nowMs();
    lateMs += Math.max(0, nowMs - tickDueMs);
    ticks++;
    if (isShut) {
      metrics.acceptsPaused(nowMs - lookedAtMs);
    }
    lookedAtMs = nowMs;
    long gone = arrivals.ended(Arrivals.End.GONE);
    for (; goneSeen < gone; goneSeen++) {
      control.gone();
    }
    if (nowMs - steeredAtMs >= AcceptControl.STEER_MS) {
      steer(nowMs);
    }
    others.forEach(LoopDelay::probe);
    openOrShut(nowMs);
    isTicking = isShut || nowMs - acceptedAtMs < IDLE_MS || unheard.kept() > 0;
    if (isTicking) {
      tickIn(nowMs);
    }
  }

  private void steer(long nowMs) {
    List<LoopLoad> loads = takeLoads(nowMs);
    lateMs = 0;
    ticks = 0;
    steeredAtMs = nowMs;
    control.steer(loads, arrivals.ended(Arrivals.End.SERVED), nowMs);
    tell(loads.stream().mapToDouble(LoopLoad::delayMs).max().orElse(0), nowMs);
    unheard.forget();
    int wanted = control.backlog(nowMs);
    if (wanted != backlog) {
      backlog = wanted;
      listeners.forEach(listener -> hold(listener, wanted));
    }
  }

  /** Of all event loops, since it was steered last. */
  private List<LoopLoad> takeLoads(long nowMs) {
    double windowNanos = 1e6 * Math.max(1, nowMs - steeredAtMs);
    List<LoopLoad> loads = new ArrayList<>(others.size() + 1);
    double delayMs = (double) lateMs / Math.max(1, ticks);
    loads.add(new LoopLoad(delayMs, arrivals.takeWorkedNanos(loop) / windowNanos));
    for (LoopDelay other : others) {
      double busy = arrivals.takeWorkedNanos(other.loop()) / windowNanos;
      loads.add(new LoopLoad(other.sinceAsked(), busy));
    }
    return loads;
  }

  private void tell(double delayMs, long nowMs) {
    metrics.accepts(control.perSecond(nowMs), control.limit(), delayMs);
  }

  /** A listener that listens already is given another backlog by that. */
  private static void hold(Channel listener, int backlog) {
    if (listener instanceof UnixChannel unix && unix.fd() instanceof Socket socket) {
      try {
        socket.listen(backlog);
      } catch (IOException e) {
        log.debug("backlog {}: {}", backlog, e.getMessage());
      }
    }
  }

  /** Of those who were accepted: who has not said what it wants, and a few who have just now. */
  int kept() {
    return unheard.kept();
  }

  /** Connections that the kernel holds at first. */
  int backlog() {
    return limits.get().backlog();
  }
}
