package io.breakwater.gateway.trunk;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.gateway.home.BrownOut;
import io.breakwater.gateway.home.Homes;
import io.breakwater.gateway.home.Levels;
import io.breakwater.gateway.home.NodeAddress;
import io.breakwater.gateway.home.TrunkDirectory;
import io.breakwater.gateway.home.View;
import io.breakwater.gateway.line.Line;
import io.breakwater.gateway.line.Part;
import io.breakwater.gateway.loop.Tick;
import io.breakwater.gateway.trunk.TrunkWatch.Reach;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.GatewayFrame;
import io.breakwater.proto.trunk.Tier;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trunks of one event loop, and what is learned over them: opens and closes them as the {@link
 * TrunkDirectory} decides, and knows which one leads to a node. Confined to its event loop.
 */
public final class Trunks {
  private static final Logger log = LoggerFactory.getLogger(Trunks.class);

  private final Homes homes;
  private final EventLoop loop;
  private final Tick tick;
  private final TrunkSettings settings;
  private final TrunkListener listener;
  private final TrunkWatch watch;
  private final TrunkDirectory directory;
  private final Map<NodeAddress, Trunk> byAddress = new HashMap<>();

  /** The open ones. */
  private final Map<IncarnationId, Trunk> byNode = new HashMap<>();

  /** Those that take what any node handles: to members, or to anybody if no member is reached. */
  private List<Trunk> forAny = List.of();

  /** Counts the frames that went to any node. */
  private long turn;

  /** Who stand in line. */
  private final Line line;

  /** Whether anybody did when the nodes were told last, and in which tenth of a second that was. */
  private boolean isAnyInLine;

  private long toldTurn;

  private OptionalInt said = OptionalInt.empty();

  /** Whether all nodes that take sign-ups want whoever signs up to stand in line first. */
  private boolean signUpsWait;

  private Reach reach = Reach.NOTHING;
  private int wanted;
  private boolean isEnding;

  /**
   * @param seeds where to ask for a view while no member of one is reached
   * @param homes told of views, and of what is reached
   * @param line who waits for credit for sign-ups
   */
  public Trunks(
      List<NodeAddress> seeds,
      Homes homes,
      Line line,
      EventLoop loop,
      Tick tick,
      TrunkSettings settings,
      TrunkListener listener,
      TrunkWatch watch) {
    this.homes = homes;
    this.line = line;
    this.loop = loop;
    this.tick = tick;
    this.settings = settings;
    this.listener = listener;
    this.watch = watch;
    this.directory = new TrunkDirectory(seeds);
  }

  /** Begins to ask the seeds for a view. */
  public void open() {
    assert loop.inEventLoop();
    steer();
  }

  /** Does what time makes necessary; called every second. */
  public void sweep() {
    assert loop.inEventLoop();
    steer();
    // A trunk that is cut may lead to others being opened.
    List.copyOf(byAddress.values()).forEach(Trunk::sweep);
  }

  /**
   * Sends what there is and ends all trunks.
   *
   * @return complete when the delivery nodes have ended them too
   */
  public CompletableFuture<Void> close() {
    assert loop.inEventLoop();
    isEnding = true;
    return CompletableFuture.allOf(
        List.copyOf(byAddress.values()).stream()
            .map(Trunk::close)
            .toArray(CompletableFuture[]::new));
  }

  /**
   * Takes a frame for a node, to be sent at the end of this tick, or with the next one that is.
   *
   * @return false if no trunk to it is open, or if that is full
   */
  public boolean offer(IncarnationId node, GatewayFrame frame) {
    Trunk trunk = byNode.get(node);
    return trunk != null && trunk.offer(frame);
  }

  /**
   * Takes a frame that any node handles. One node gets it after the other, so that who asks again
   * does not meet the same one that did not answer. (The number of a connection says nothing more:
   * it rises as the turns do, and both together can come to the same node each time.) A sign-up
   * goes to one that has granted credit for it, or never did grant any, and spends it; not to one
   * that sends them back ({@link #sentBack}).
   *
   * @return the node; empty if no trunk is open, or if the one whose turn it is is full; for a
   *     sign-up if none takes it now: see {@link TrunkListener#credited}
   */
  public Optional<IncarnationId> offerToAny(GatewayFrame frame) {
    int choices = forAny.size();
    if (choices == 0) {
      return Optional.empty();
    }
    int first = (int) Long.remainderUnsigned(turn++, choices);
    if (!frame.hasSignUp()) {
      Trunk trunk = forAny.get(first);
      return trunk.offer(frame) ? Optional.of(trunk.node()) : Optional.empty();
    }
    for (int i = 0; i < choices; i++) {
      Trunk trunk = forAny.get((first + i) % choices);
      if (trunk.offer(frame)) {
        return Optional.of(trunk.node());
      }
    }
    return Optional.empty();
  }

  /**
   * Whether any node that is not passed over has granted credit for a sign-up, or never did grant
   * any.
   */
  public boolean takesSignUp() {
    for (Trunk trunk : forAny) {
      if (trunk.takesSignUp()) {
        return true;
      }
    }
    return false;
  }

  /**
   * The line may have changed, or its parts have moved on: the nodes are told, at once if people
   * begin to stand in line or nobody does any more, else within 100 ms. To be called more often
   * than that while anybody waits.
   */
  public void lineChanged() {
    assert loop.inEventLoop();
    boolean isAny = asks();
    long turn = settings.nowMs().getAsLong() / Line.PART_MS;
    if (isAny != isAnyInLine || (isAny && turn != toldTurn)) {
      isAnyInLine = isAny;
      toldTurn = turn;
      forAny.forEach(Trunk::lineChanged);
    }
  }

  /**
   * Whether credits are wanted for who is in line. Not if nobody may go on: they would be lost to
   * others, and be held against the trunk.
   */
  private boolean asks() {
    return line.isOpen() && !line.isEmpty();
  }

  /** A node has sent a sign-up back: if it does so in a row it is passed over for a while. */
  public void sentBack(IncarnationId node) {
    Trunk trunk = byNode.get(node);
    if (trunk != null) {
      trunk.sentBack();
    }
  }

  /** A node has carried a sign-up out, or refused it for good. */
  public void carriedOut(IncarnationId node) {
    Trunk trunk = byNode.get(node);
    if (trunk != null) {
      trunk.carriedOut();
    }
  }

  /**
   * So many sessions are attached here and not told to go: the nodes are told within 2 s, by {@link
   * #sweep}.
   *
   * @param counts whether others may be sent here
   */
  public void clients(int sessions, boolean counts) {
    said =
        counts && settings.population().isReady() ? OptionalInt.of(sessions) : OptionalInt.empty();
  }

  // Called by trunks.

  /** What the nodes are told of the sessions here, if they are told. */
  OptionalInt clients() {
    return said;
  }

  /** A node says what all gateways have. */
  void tier(Trunk trunk, Tier tier) {
    listener.tier(trunk.node(), tier);
  }

  /** Of users, within a class. */
  Levels levels() {
    return homes.levels();
  }

  /** Who stand in line whom this trunk may take. */
  Optional<Part> partFor(Trunk trunk) {
    int index = !asks() || trunk.isPassedOver() ? -1 : forAny.indexOf(trunk);
    return index < 0
        ? Optional.empty()
        : Optional.of(line.part(index, forAny.size(), settings.nowMs().getAsLong()))
            .filter(part -> part.signUps() > 0);
  }

  /** A node has said what it grants. */
  void granted(boolean signUpWasTaken) {
    if (!signUpWasTaken && takesSignUp()) {
      listener.credited();
    }
  }

  /** A node says that it does without more, or less; or what trunks there are has changed. */
  void brownOutChanged() {
    boolean now = !forAny.isEmpty();
    for (Trunk trunk : forAny) {
      now &= trunk.brownOut().isAtLeast(BrownOut.SIGN_UPS_WAIT);
    }
    if (now != signUpsWait) {
      signUpsWait = now;
      listener.signUpsWait(now);
    }
  }

  /** These have waited for credit too long. */
  void shed(Trunk trunk, List<GatewayFrame> frames) {
    frames.forEach(frame -> listener.shed(trunk.node(), frame));
  }

  /** Number of the newest view. */
  long viewNumber() {
    return homes.view().number();
  }

  /** A node says what view it knows, perhaps one that is known, or none. */
  void heard(View view) {
    if (!homes.learn(view)) {
      return;
    }
    log.info("{}, loop {}", view, settings.eventLoop());
    settings.metrics().view(view.number());
    directory.changed(view, settings.nowMs().getAsLong());
    count();
    listener.viewChanged();
    steer();
  }

  /** Whether a trunk may open, which leads to this node. */
  boolean takes(NodeAddress address, IncarnationId node) {
    return directory.opened(address, node);
  }

  void opened(Trunk trunk) {
    boolean wasTaken = takesSignUp();
    byNode.put(trunk.node(), trunk);
    count();
    listener.trunkOpened(trunk.node());
    if (asks()) {
      trunk.lineChanged();
    }
    granted(wasTaken);
    steer();
  }

  void lost(Trunk trunk, List<GatewayFrame> neverSent) {
    directory.lost(trunk.address());
    forget(trunk);
    listener.trunkLost(trunk.node());
    giveBack(neverSent);
    steer();
  }

  /** It was open, and was closed because {@link #steer} or {@link #close} wanted it. */
  void closed(Trunk trunk, List<GatewayFrame> neverSent) {
    forget(trunk);
    if (!neverSent.isEmpty() || trunk.isOwed(settings.nowMs().getAsLong())) {
      listener.trunkLost(trunk.node());
    } else {
      listener.trunkClosed(trunk.node());
    }
    giveBack(neverSent);
  }

  void failed(String why) {
    watch.trunkFailed(why);
    steer();
  }

  void received(Trunk trunk, DeliveryFrame frame) {
    listener.fromNode(trunk.node(), frame);
  }

  private void forget(Trunk trunk) {
    byNode.remove(trunk.node(), trunk);
    count();
  }

  /**
   * Whose attach or sign-up waited there has heard of it by the loss, and may be elsewhere by now.
   */
  private void giveBack(List<GatewayFrame> neverSent) {
    for (GatewayFrame frame : neverSent) {
      if (!frame.hasAttach() && !frame.hasSignUp()) {
        listener.notForwarded(frame);
      }
    }
  }

  private void steer() {
    if (isEnding) {
      return;
    }
    for (TrunkDirectory.Step step : directory.steps(settings.nowMs().getAsLong())) {
      switch (step) {
        case TrunkDirectory.Step.Close(NodeAddress address) -> end(address);
        case TrunkDirectory.Step.Open(NodeAddress address) -> begin(address);
      }
    }
    int before = wanted;
    wanted = directory.wantedTrunks();
    settings.metrics().trunksWanted(wanted - before);
  }

  private void begin(NodeAddress address) {
    Trunk trunk = new Trunk(address, loop, tick, settings, this);
    byAddress.put(address, trunk);
    trunk.open();
  }

  private void end(NodeAddress address) {
    Optional.ofNullable(byAddress.remove(address))
        .ifPresent(
            trunk -> {
              log.info("trunk to {} not needed any more, loop {}", address, settings.eventLoop());
              var _ = trunk.close();
            });
  }

  private void count() {
    homes.reach(byNode.keySet());
    List<Trunk> members = new ArrayList<>();
    byNode.forEach(
        (node, trunk) -> {
          if (homes.view().members().containsKey(node)) {
            members.add(trunk);
          }
        });
    List<Trunk> forAnyBefore = forAny;
    forAny = members.isEmpty() ? List.copyOf(byNode.values()) : members;
    if (asks()) {
      // By a view a trunk that was open may be asked from now on.
      forAny.stream().filter(each -> !forAnyBefore.contains(each)).forEach(Trunk::lineChanged);
    }
    brownOutChanged();
    Reach before = reach;
    reach = new Reach(byNode.size(), members.size(), viewNumber());
    watch.reached(before, reach);
  }
}
