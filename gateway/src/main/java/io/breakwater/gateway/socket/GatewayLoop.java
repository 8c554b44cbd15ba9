package io.breakwater.gateway.socket;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.gateway.balance.Population;
import io.breakwater.gateway.balance.Rebalancing;
import io.breakwater.gateway.connection.ConnectionMachine;
import io.breakwater.gateway.connection.EdgeRules;
import io.breakwater.gateway.connection.Input;
import io.breakwater.gateway.connection.Output;
import io.breakwater.gateway.framing.InboundRoom;
import io.breakwater.gateway.home.NodeAddress;
import io.breakwater.gateway.loop.Tick;
import io.breakwater.gateway.metrics.GatewayMetrics;
import io.breakwater.gateway.returning.Drain;
import io.breakwater.gateway.trunk.TrunkListener;
import io.breakwater.gateway.trunk.TrunkSettings;
import io.breakwater.gateway.trunk.TrunkWatch;
import io.breakwater.gateway.trunk.Trunks;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.GatewayFrame;
import io.breakwater.proto.trunk.Tier;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop with all that it owns: its connections, and trunks of its own to the delivery
 * nodes. Nothing of a connection ever leaves it. Carries out what the machines decide. Public
 * methods hop to the loop.
 */
public final class GatewayLoop implements TrunkListener {
  private static final Logger log = LoggerFactory.getLogger(GatewayLoop.class);

  private static final Input VIEW_CHANGED = new Input.ViewChanged();
  private static final Input GAVE_WAY = new Input.GaveWay();

  private final EventLoop loop;
  private final EdgeRules rules;
  private final SocketLimits limits;
  private final GatewayMetrics metrics;
  private final LongSupplier nowMs;
  private final Tick tick;
  private final LongObjectMap<ClientSocket> sockets = new LongObjectHashMap<>();
  private final Trunks trunks;

  /** Of each node with an open trunk. */
  private final Map<IncarnationId, Reattaching> reattaching = new HashMap<>();

  private final Usher usher;
  private final Departures departures;
  private final Rebalancing rebalancing;
  private final Population population;
  private final Balancer balancer;
  private final Backlog backlog;
  private final InboundRoom inbound;
  private volatile int reattachPerSecond;
  private volatile int rebalancePercent;
  private long lastConnection;

  /** Sessions at the last sweep. */
  private int attachedBefore;

  /** When the loop last swept; written by the loop, read by whoever asks for liveness. */
  private volatile long sweptAtMs;

  /**
   * @param rules of this loop alone: the trunks teach {@code rules.homes()} views
   * @param seeds where delivery nodes are asked for a view
   * @param inbound the gateway's room for frames whose end has not come
   * @param trunkSettings also has this loop's clock and meters
   */
  public GatewayLoop(
      EventLoop loop,
      EdgeRules rules,
      SocketLimits limits,
      InboundRoom inbound,
      List<NodeAddress> seeds,
      TrunkSettings trunkSettings,
      TrunkWatch watch) {
    this.loop = loop;
    this.rules = rules;
    this.limits = limits;
    this.reattachPerSecond = limits.reattachPerSecond();
    this.rebalancePercent = limits.rebalancePercent();
    this.inbound = inbound;
    this.metrics = trunkSettings.metrics();
    this.nowMs = trunkSettings.nowMs();
    this.tick = new Tick(loop);
    this.backlog = new Backlog(limits.outboundLoopBytes(), limits.outboundBytes(), metrics);
    this.trunks =
        new Trunks(seeds, rules.homes(), rules.line(), loop, tick, trunkSettings, this, watch);
    this.usher = new Usher(this, loop, rules.line(), trunks);
    this.departures = new Departures(this, loop);
    this.rebalancing = new Rebalancing(() -> rebalancePercent, nowMs());
    this.population = trunkSettings.population();
    this.balancer = new Balancer(population, rebalancing, departures, rules.random(), metrics);
    rules.homes().levels().advance(rules.clock().millis());
    sweptAtMs = nowMs();
  }

  /** Opens the trunks and begins to sweep. */
  public void start() {
    loop.execute(
        () -> {
          trunks.open();
          var _ =
              loop.scheduleAtFixedRate(
                  this::sweep, limits.sweepMs(), limits.sweepMs(), TimeUnit.MILLISECONDS);
        });
  }

  /** Sessions that it attaches again per second at each home, from now on. Any thread. */
  public void reattachPerSecond(int now) {
    reattachPerSecond = now;
  }

  /**
   * Percent of its sessions that go in a second while others have fewer, from now on. Any thread.
   */
  public void rebalancePercent(int now) {
    rebalancePercent = now;
  }

  /** Milliseconds since the loop last swept: large if it is stuck. Any thread. */
  public long sinceSweepMs() {
    return nowMs() - sweptAtMs;
  }

  /**
   * Tells every client to come back, elsewhere, one after the other, at a rate at which others can
   * take them; each is closed some time after it was told.
   *
   * @param atMostMs within which all are told
   * @param graceMs from being told to being closed
   * @return complete when all have gone
   */
  public CompletableFuture<Void> drain(int atMostMs, int graceMs) {
    CompletableFuture<Void> drained = new CompletableFuture<>();
    loop.execute(
        () -> {
          List<ClientSocket> all = new ArrayList<>(sockets.values());
          // They go to the others, who are taken to be as this one is.
          int others = Math.max(1, population.gateways(nowMs()) - 1);
          double perMs = others * rules.returns().connections().perMs(nowMs());
          Drain plan =
              new Drain(
                  all.size(),
                  perMs,
                  atMostMs,
                  rules.limits().returnAfterMaxMs(),
                  graceMs,
                  rules.random());
          log.info("{} clients are told to go within {} ms", all.size(), plan.lengthMs());
          var _ =
              departures
                  .drain(all, plan, rules.random())
                  .whenComplete((_, _) -> drained.complete(null));
        });
    return drained;
  }

  /**
   * Ends every connection, then the trunks.
   *
   * @return complete when the delivery nodes have ended the trunks too
   */
  public CompletableFuture<Void> stop() {
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    loop.execute(() -> endAll(stopped));
    return stopped;
  }

  private void endAll(CompletableFuture<Void> stopped) {
    sockets.values().forEach(socket -> happened(socket, new Input.Drained()));
    var _ = trunks.close().whenComplete((_, _) -> stopped.complete(null));
  }

  // From here on: on the event loop.

  long nowMs() {
    return nowMs.getAsLong();
  }

  SocketLimits limits() {
    return limits;
  }

  Backlog backlog() {
    return backlog;
  }

  InboundRoom inbound() {
    return inbound;
  }

  void flushAtEnd(ClientSocket socket) {
    tick.flushAtEnd(socket);
  }

  /** A socket of this loop was accepted. */
  ClientSocket accept(Channel channel) {
    assert loop.inEventLoop();
    lastConnection++;
    return new ClientSocket(this, channel, new ConnectionMachine(lastConnection, rules, nowMs()));
  }

  void opened(ClientSocket socket) {
    assert loop.inEventLoop();
    metrics.connectionOpened();
    sockets.put(socket.machine().connection(), socket);
    log.debug("connection {} from {}", socket.machine().connection(), socket.address());
  }

  void closed(ClientSocket socket) {
    metrics.connectionClosed();
    happened(socket, new Input.SocketClosed());
    if (socket.isForgettable()) {
      sockets.remove(socket.machine().connection());
    }
  }

  void slow(ClientSocket socket) {
    metrics.slowConsumerClosed();
    log.debug("connection {} is a slow consumer", socket.machine().connection());
    socket.closeNow();
  }

  /** There is no room for so many bytes of the client's unfinished frame. */
  void crowded(ClientSocket socket, int bytes) {
    metrics.unfinishedRefused();
    happened(socket, new Input.Crowded(bytes));
  }

  /** The client of an ended connection goes on writing, or does not close. */
  void lingered(ClientSocket socket) {
    metrics.lingerCut();
    socket.closeNow();
  }

  /**
   * Lets a connection's machine decide, and carries out its decision; a fault ends this one only.
   */
  void happened(ClientSocket socket, Input input) {
    assert loop.inEventLoop();
    try {
      decide(socket, input);
    } catch (RuntimeException e) {
      log.error("connection {} failed", socket.machine().connection(), e);
      socket.closeNow();
    }
    socket.look();
    usher.look();
  }

  /** The same, if there is such a connection still. */
  void happened(long connection, Input input) {
    ClientSocket socket = sockets.get(connection);
    if (socket != null) {
      happened(socket, input);
    }
  }

  private void decide(ClientSocket socket, Input input) {
    if (input instanceof Input.Received) {
      metrics.frameIn();
    }
    for (Output output : socket.machine().on(input, nowMs())) {
      switch (output) {
        case Output.ToClient toClient -> write(socket, toClient.frame());
        case Output.ToHome toHome ->
            forwarded(socket, toHome.frame(), offerToHome(toHome.user(), toHome.frame()));
        case Output.ToNode toNode ->
            forwarded(socket, toNode.frame(), trunks.offer(toNode.node(), toNode.frame()));
        case Output.ToAny toAny ->
            trunks
                .offerToAny(toAny.frame())
                .ifPresentOrElse(
                    node -> happened(socket, new Input.Taken(node, toAny.frame())),
                    () -> happened(socket, new Input.NotForwarded(toAny.frame())));
        case Output.Unanswered _ -> metrics.attachUnanswered();
        case Output.Unreached _ -> metrics.unreachedClosed();
        case Output.GiveWay other -> happened(other.connection(), GAVE_WAY);
        case Output.RoomFull _ -> metrics.lineFull();
        case Output.SentBack _ -> metrics.lineSentBack();
        case Output.Waited waited -> metrics.lineWaited(waited.ms());
        case Output.TicketRefused refused -> metrics.ticketRefused(refused.fault());
        case Output.WorkDemanded _ -> metrics.workDemanded();
        case Output.WorkDone _ -> metrics.workDone();
        case Output.WorkRefused refused -> metrics.workRefused(refused.fault());
        case Output.Exceeded exceeded -> metrics.exceeded(exceeded.limit());
        case Output.Close _ -> socket.close();
      }
    }
  }

  private void write(ClientSocket socket, ServerFrame frame) {
    count(socket, frame);
    metrics.frameOut();
    socket.write(frame);
  }

  private void count(ClientSocket socket, ServerFrame frame) {
    switch (frame.getBodyCase()) {
      case ERROR -> {
        metrics.refused(frame.getError().getReason());
        log.debug(
            "connection {} from {}: {} {}",
            socket.machine().connection(),
            socket.address(),
            frame.getError().getReason(),
            frame.getError().getDetail());
      }
      case SEND_REFUSED -> metrics.refused(frame.getSendRefused().getReason());
      case DISPLACED -> metrics.displaced();
      case WELCOME -> rules.returns().connections().taken(nowMs());
      // Not taken as who connects is: it costs no accept and no handshake.
      case REATTACHED -> metrics.reattached();
      default -> {}
    }
  }

  private boolean offerToHome(UserId user, GatewayFrame frame) {
    Optional<IncarnationId> home = rules.homes().homeOf(user);
    return home.isPresent() && trunks.offer(home.get(), frame);
  }

  private void forwarded(ClientSocket socket, GatewayFrame frame, boolean isTaken) {
    if (isTaken && frame.hasSend()) {
      rules.returns().sends().taken(nowMs());
    }
    if (!isTaken) {
      happened(socket, new Input.NotForwarded(frame));
    }
  }

  private void sweep() {
    try {
      sweepAll(nowMs());
    } catch (RuntimeException e) {
      // Thrown on, it would end all sweeping.
      log.error("sweep failed", e);
    }
  }

  private void sweepAll(long now) {
    sweptAtMs = now;
    rules.homes().levels().advance(rules.clock().millis());
    trunks.clients(balancer.staying(), !departures.isDraining());
    trunks.sweep();
    rules.line().look(now);
    rules.returns().look(now);
    balancer.begin(rules.returns().connections().perMs(now), now);
    int attached = 0;
    // Closing a socket takes effect in a later task, so that nothing else changes the map
    // meanwhile.
    for (Iterator<ClientSocket> all = sockets.values().iterator(); all.hasNext(); ) {
      ClientSocket socket = all.next();
      happened(socket, socket.swept());
      socket.sweep(now);
      balancer.look(socket, now);
      attached += socket.machine().isAttached() ? 1 : 0;
      if (socket.isForgettable()) {
        all.remove();
      }
    }
    balancer.end();
    metrics.sessions(attached - attachedBefore);
    attachedBefore = attached;
  }

  @Override
  public void viewChanged() {
    // Who waits for a turn may wait for another node now.
    reattaching.values().forEach(Reattaching::clear);
    for (ClientSocket socket : sockets.values()) {
      happened(socket, VIEW_CHANGED);
      socket.machine().awaited().map(reattaching::get).ifPresent(turns -> turns.add(socket));
    }
    reattaching.values().forEach(Reattaching::begin);
  }

  @Override
  public void trunkOpened(IncarnationId node) {
    Reattaching turns = new Reattaching(this, loop, node, () -> reattachPerSecond);
    reattaching.put(node, turns);
    for (ClientSocket socket : sockets.values()) {
      if (socket.machine().awaits(node)) {
        turns.add(socket);
      }
    }
    turns.begin();
    usher.letGo();
  }

  @Override
  public void tier(IncarnationId node, Tier tier) {
    long now = nowMs();
    population.heard(tier, now);
    rebalancing.heard(node, tier, now);
  }

  @Override
  public void trunkClosed(IncarnationId node) {
    rebalancing.lost(node);
    Optional.ofNullable(reattaching.remove(node)).ifPresent(Reattaching::clear);
  }

  @Override
  public void trunkLost(IncarnationId node) {
    trunkClosed(node);
    Input lost = new Input.TrunkLost(node);
    sockets.values().forEach(socket -> happened(socket, lost));
  }

  @Override
  public void credited() {
    usher.letGo();
  }

  @Override
  public void signUpsWait(boolean now) {
    rules.line().joinFirst(now);
  }

  @Override
  public void notForwarded(GatewayFrame frame) {
    happened(frame.getConnection(), new Input.NotForwarded(frame));
  }

  @Override
  public void shed(IncarnationId node, GatewayFrame frame) {
    happened(frame.getConnection(), new Input.Shed(node, frame));
  }

  @Override
  public void fromNode(IncarnationId node, DeliveryFrame frame) {
    ClientSocket socket = sockets.get(frame.getConnection());
    if (socket == null) {
      log.trace("connection {} is gone", frame.getConnection());
      return;
    }
    switch (frame.getBodyCase()) {
      case RELAY -> relay(socket, node, frame);
      case ATTACHED -> happened(socket, new Input.Attached(node, frame.getAttached()));
      case ATTACH_REFUSED ->
          happened(socket, new Input.AttachRefused(node, frame.getAttachRefused()));
      case ENDED -> happened(socket, new Input.Ended(node, frame.getEnded()));
      case HELLO, VIEW, CREDITS, TIER, BODY_NOT_SET ->
          log.debug("frame {} of a connection", frame.getBodyCase());
    }
  }

  private void relay(ClientSocket socket, IncarnationId node, DeliveryFrame frame) {
    if (socket.machine().readsRelay(frame.getRelay())) {
      Input.SignUpAnswered answered = Input.answer(frame.getRelay());
      if (answered.isSentBack()) {
        trunks.sentBack(node);
      } else {
        trunks.carriedOut(node);
      }
      happened(socket, answered);
    } else if (socket.machine().takesRelay(node, frame.getRelay())) {
      metrics.frameOut();
      socket.write(socket.machine().relayed(frame.getRelay(), nowMs()));
    }
  }
}
