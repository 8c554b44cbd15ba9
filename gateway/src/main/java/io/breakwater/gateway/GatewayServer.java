package io.breakwater.gateway;

import io.breakwater.common.admin.AdminPage;
import io.breakwater.common.admin.AdminServer;
import io.breakwater.common.admin.Readiness;
import io.breakwater.common.certificate.UnusableCertificate;
import io.breakwater.common.lever.LeverPage;
import io.breakwater.common.scale.ScalePage;
import io.breakwater.common.secret.ClusterSecret;
import io.breakwater.common.secret.CredentialMint;
import io.breakwater.gateway.balance.Population;
import io.breakwater.gateway.connection.EdgeRules;
import io.breakwater.gateway.connection.Recipients;
import io.breakwater.gateway.framing.InboundRoom;
import io.breakwater.gateway.framing.WebSocketRules;
import io.breakwater.gateway.home.Homes;
import io.breakwater.gateway.home.NodeAddress;
import io.breakwater.gateway.line.TicketMint;
import io.breakwater.gateway.line.WaitingRoom;
import io.breakwater.gateway.line.WorkMint;
import io.breakwater.gateway.loop.Transport;
import io.breakwater.gateway.metrics.GatewayMetrics;
import io.breakwater.gateway.rate.SharedRates;
import io.breakwater.gateway.returning.Returns;
import io.breakwater.gateway.scale.GatewayScale;
import io.breakwater.gateway.socket.AcceptGate;
import io.breakwater.gateway.socket.AddressRules;
import io.breakwater.gateway.socket.Entrance;
import io.breakwater.gateway.socket.GatewayLoop;
import io.breakwater.gateway.socket.Listener;
import io.breakwater.gateway.tls.Tls;
import io.breakwater.gateway.trunk.TrunkSettings;
import io.breakwater.trunk.TrunkTls;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** A whole gateway: its parts, started in order, stopped in reverse. */
final class GatewayServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GatewayServer.class);
  private static final int STUCK_MS = 10_000;
  private static final int TRUNK_END_MS = 1_000;

  private final GatewayConfig config;
  private final Readiness readiness = new Readiness();
  private final ExecutorService resolver = Executors.newVirtualThreadPerTaskExecutor();
  private final EventLoopGroup group;
  private final ReadinessGate gate;
  private final Map<EventLoop, GatewayLoop> loops = new LinkedHashMap<>();
  private final GatewayLevers levers;
  private final AdminServer admin;
  private final Optional<Listener> plain;
  private final Optional<Listener> secure;

  /** How to end what was started, the latest first. */
  private final Deque<Runnable> started = new ArrayDeque<>();

  /** The clocks of the process; tests have their own. */
  record Clocks(InstantSource wall, LongSupplier monotonicMs) {
    static final Clocks SYSTEM =
        new Clocks(InstantSource.system(), () -> System.nanoTime() / 1_000_000);
  }

  private GatewayServer(GatewayConfig config, PrometheusMeterRegistry registry, Clocks clocks)
      throws CannotListen {
    this.config = config;
    byte[] clusterSecret = ClusterSecret.read(config.secretFile());
    CredentialMint mint = new CredentialMint(clusterSecret);
    GatewayMetrics metrics = new GatewayMetrics(registry);
    Transport transport = Transport.named(config.transport());
    metrics.transport(transport.toString());
    Optional<Tls> tls =
        config.tls().map(port -> Tls.start(port.files(), clusterSecret, clocks.wall(), metrics));
    tls.ifPresent(part -> started.push(part::close));
    Optional<TrunkTls> trunkTls = trunkTls(config, clocks, metrics);
    trunkTls.ifPresent(part -> started.push(part::close));
    group =
        new MultiThreadIoEventLoopGroup(
            config.eventLoops(), new DefaultThreadFactory("loop"), transport.ioHandlers());
    gate = new ReadinessGate(readiness, group.next());
    SplittableRandom random = new SplittableRandom();
    SharedRates rates = new SharedRates(config.rates().limits(), random.split());
    metrics.ratesCrowded(rates);
    if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider allocator) {
      metrics.buffers(() -> allocator.metric().usedDirectMemory());
    }
    WaitingRoom waitingRoom = new WaitingRoom(config.line(), config.eventLoops(), random.split());
    TicketMint tickets = new TicketMint(clusterSecret);
    WorkMint work = new WorkMint(clusterSecret);
    metrics.line(waitingRoom);
    levers = new GatewayLevers(config, waitingRoom, rates, clocks.wall());
    metrics.leversMoved(levers.all()::moved);
    InboundRoom inbound = new InboundRoom(config.sockets().inboundTotalBytes(), metrics);
    List<Returns> allReturns = new ArrayList<>();
    Population population =
        new Population(
            random.split(),
            readiness::isReady,
            () -> Math.min(metrics.acceptsPerSecond(), perSecond(allReturns)));
    LongSupplier nowMs = clocks.monotonicMs();
    metrics.tier(() -> population.tier(nowMs.getAsLong()), population::futile);
    group.forEach(
        executor -> {
          EventLoop loop = (EventLoop) executor;
          SplittableRandom ownRandom = random.split();
          Returns returns =
              new Returns(
                  () -> levers.edge().returns(),
                  config.eventLoops(),
                  ownRandom,
                  clocks.monotonicMs().getAsLong());
          allReturns.add(returns);
          loops.put(
              loop,
              new GatewayLoop(
                  loop,
                  new EdgeRules(
                      mint,
                      new Recipients(mint),
                      new Homes(),
                      levers::edge,
                      waitingRoom.line(loops.size()),
                      tickets,
                      work,
                      rates,
                      returns,
                      clocks.wall(),
                      ownRandom),
                  config.sockets(),
                  inbound,
                  config.delivery(),
                  new TrunkSettings(
                      config.name(),
                      loops.size(),
                      population,
                      config.trunks(),
                      transport.sockets(),
                      trunkTls,
                      resolver,
                      clocks.monotonicMs(),
                      ownRandom,
                      metrics),
                  gate));
        });
    metrics.returns(List.copyOf(allReturns));
    new GatewayScale(() -> population.gateways(nowMs.getAsLong())).watch(loops.keySet(), metrics);
    levers.loops(config.sockets(), loops.values());
    started.push(this::stopLoops);
    AddressRules addresses = new AddressRules(config.rates().exempt(), rates, metrics);
    WebSocketRules webSockets = new WebSocketRules(config.webSocketOrigins(), inbound, metrics);
    AcceptGate accepts = new AcceptGate(group.next(), loops.keySet(), levers::accept, metrics);
    loops.values().forEach(GatewayLoop::start);
    try {
      admin =
          listening(
              config.admin(),
              "admin",
              a ->
                  AdminServer.start(
                      a.resolve(), registry, readiness, this::isLive, pages(registry)));
      started.push(admin::close);
      plain =
          listen(
              config.listen(),
              "listen",
              transport,
              accepts,
              new Entrance(config.proxy(), addresses, Optional.empty(), webSockets, metrics));
      secure =
          listen(
              config.tls().map(GatewayConfig.TlsListen::listen),
              "listen-tls",
              transport,
              accepts,
              new Entrance(config.proxy(), addresses, tls, webSockets, metrics));
    } catch (CannotListen e) {
      started.forEach(Runnable::run);
      throw e;
    }
    gate.bound();
    var _ = WarmUp.begin(config, clocks).thenRun(gate::warm);
    say(
        "clients on {}{} ({}), admin on port {}",
        plain.map(listener -> "port " + listener.port()).orElse("no plain port"),
        secure.map(listener -> ", with TLS on port " + listener.port()).orElse(""),
        transport,
        admin.port());
  }

  /** Connections that can be taken, from what was. */
  private static double perSecond(List<Returns> loops) {
    return loops.stream().mapToDouble(loop -> loop.connections().figures().perSecond()).sum();
  }

  private List<AdminPage> pages(PrometheusMeterRegistry registry) {
    return List.of(LeverPage.of(levers.all()), ScalePage.of(registry, GatewayScale.METERS));
  }

  /** Not of one that is for strangers only. */
  private void say(String what, Object... values) {
    log.atLevel(config.isRehearsal() ? Level.DEBUG : Level.INFO).log(what, values);
  }

  private Optional<TrunkTls> trunkTls(GatewayConfig config, Clocks clocks, GatewayMetrics metrics) {
    if (config.trunkTls().isEmpty()) {
      return Optional.empty();
    }
    GatewayConfig.TrunkSecurity security = config.trunkTls().get();
    try {
      return Optional.of(
          TrunkTls.ofGateway(
              security.files(), security.hostNames(), clocks.wall(), metrics.trunkTls()));
    } catch (UnusableCertificate e) {
      started.forEach(Runnable::run);
      throw new IllegalArgumentException("trunk-tls " + e.getMessage(), e);
    }
  }

  private Optional<Listener> listen(
      Optional<NodeAddress> address,
      String key,
      Transport transport,
      AcceptGate accepts,
      Entrance entrance)
      throws CannotListen {
    if (address.isEmpty()) {
      return Optional.empty();
    }
    Listener listener =
        listening(
            address.get(), key, a -> Listener.bind(a, transport, accepts, group, loops, entrance));
    started.push(listener::close);
    return Optional.of(listener);
  }

  /**
   * Starts a gateway; it listens when this returns, and is ready once it knows a view and has a
   * trunk to one of its members.
   *
   * @throws CannotListen if a port cannot be bound
   * @throws IllegalArgumentException if the cluster secret cannot be read
   */
  static GatewayServer start(GatewayConfig config, PrometheusMeterRegistry registry, Clocks clocks)
      throws CannotListen {
    return new GatewayServer(config, registry, clocks);
  }

  private interface Binding<T> {
    T bind(NodeAddress address) throws IOException;
  }

  private static <T> T listening(NodeAddress address, String key, Binding<T> binding)
      throws CannotListen {
    try {
      return binding.bind(address);
    } catch (IOException e) {
      throw new CannotListen(address, key, e);
    }
  }

  /** A port is taken, or the address is not this machine's. */
  static final class CannotListen extends Exception {
    private static final long serialVersionUID = 1;

    CannotListen(NodeAddress address, String key, IOException cause) {
      super(
          "cannot listen on "
              + address
              + ": "
              + cause.getMessage()
              + " (free the port, or set another breakwater.gateway."
              + key
              + ')',
          cause);
    }
  }

  /** The port that clients connect to without TLS. */
  int port() {
    return plain.orElseThrow().port();
  }

  /** The port that clients connect to with TLS. */
  int tlsPort() {
    return secure.orElseThrow().port();
  }

  /** The port of the admin server. */
  int adminPort() {
    return admin.port();
  }

  private boolean isLive() {
    return loops.values().stream().allMatch(loop -> loop.sinceSweepMs() < STUCK_MS);
  }

  /** Drains and stops; waits for both. */
  @Override
  public void close() {
    gate.draining();
    plain.ifPresent(Listener::close);
    secure.ifPresent(Listener::close);
    int windowMs = levers.drainWindowMs();
    int graceMs = config.drain().graceMs();
    int atMostMs = windowMs + graceMs;
    say("draining for {} ms at most", atMostMs);
    await(
        CompletableFuture.allOf(
            loops.values().stream()
                .map(loop -> loop.drain(windowMs, graceMs))
                .toArray(CompletableFuture[]::new)),
        atMostMs + TRUNK_END_MS);
    await(
        CompletableFuture.allOf(
            loops.values().stream().map(GatewayLoop::stop).toArray(CompletableFuture[]::new)),
        TRUNK_END_MS);
    started.forEach(Runnable::run);
    say("stopped");
  }

  private void stopLoops() {
    group.shutdownGracefully(0, TRUNK_END_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    resolver.shutdown();
  }

  /** Waits for the future, but no longer than so many milliseconds. */
  private static void await(CompletableFuture<Void> future, int ms) {
    future.completeOnTimeout(null, ms, TimeUnit.MILLISECONDS).exceptionally(e -> null).join();
  }
}
