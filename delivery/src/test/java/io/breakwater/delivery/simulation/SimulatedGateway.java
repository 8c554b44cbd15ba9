package io.breakwater.delivery.simulation;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.Credentials;
import io.breakwater.common.secret.SecretHash;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Displaced;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Hello;
import io.breakwater.proto.client.LinkDevice;
import io.breakwater.proto.client.Pong;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Reattached;
import io.breakwater.proto.client.RevokeDevice;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.Welcome;
import io.breakwater.proto.trunk.AckFrom;
import io.breakwater.proto.trunk.Attach;
import io.breakwater.proto.trunk.AttachRefused;
import io.breakwater.proto.trunk.Attached;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.Detach;
import io.breakwater.proto.trunk.Ended;
import io.breakwater.proto.trunk.SendFrom;
import io.breakwater.proto.trunk.SyncFrom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A gateway: as little as a gateway may be. */
final class SimulatedGateway {
  private static final long LOOK_MS = 200;

  private enum Phase {
    NEW,
    ATTACHING,
    ATTACHED,
    REATTACHING,
    GONE
  }

  /** A connection of a device. */
  final class Connection {
    private final long id = nextConnection++;
    private final SimulatedDevice device;
    private final long number;
    private final Pipe toGateway;
    private final Pipe toDevice;
    private Phase phase = Phase.NEW;
    private UserId user = new UserId(0, 0);
    private int deviceId;
    private ByteString tokenHash = ByteString.EMPTY;
    private Cursor cursor = Cursor.getDefaultInstance();
    private long generation;

    /** The trunk by which it is attached, or about to be; none while it waits. */
    private @Nullable Trunk over;

    /** When to attach again, if it waits. */
    private long attachAtMs;

    /** Trunks by which its answers may come. */
    private final Set<Trunk> asked = new HashSet<>();

    Connection(SimulatedDevice device, long number) {
      this.device = device;
      this.number = number;
      toGateway = new Pipe(world.time, dice.another(), world.plan.slowestLinkMs());
      toDevice = new Pipe(world.time, dice.another(), world.plan.slowestLinkMs());
    }

    /** From the device. */
    void transmit(ClientFrame frame) {
      toGateway.send(() -> received(this, frame));
    }

    /** The device has closed it. */
    void closedByDevice() {
      toDevice.cut();
      toGateway.send(() -> gone(this));
    }

    /** The network drops it, and what is on its way. */
    void broken() {
      toDevice.cut();
      toGateway.cut();
      world.time.in(dice.between(0L, 1_500L), () -> gone(this));
      world.time.in(dice.between(0L, 1_500L), () -> device.disconnected(number));
    }

    private void write(ServerFrame frame) {
      toDevice.send(() -> device.received(number, frame));
    }

    private void close() {
      toGateway.cut();
      toDevice.send(() -> device.disconnected(number));
      gone(this);
    }
  }

  private final World world;
  private final Dice dice;
  private final int index;
  private final Map<Long, Connection> connections = new LinkedHashMap<>();
  private final Map<IncarnationId, Trunk> trunks = new LinkedHashMap<>();
  private final Map<IncarnationId, Long> cutUntilMs = new LinkedHashMap<>();
  private KnownView view = KnownView.NONE;
  private long nextConnection = 1;
  private boolean down;

  SimulatedGateway(World world, int index) {
    this.world = world;
    this.index = index;
    dice = world.dice.another();
    world.time.in(dice.between(0L, LOOK_MS), this::look);
  }

  // ---- the process

  /** The process dies with all its connections, and is back after a while. */
  void crash() {
    if (down) {
      return;
    }
    world.trace(() -> "gateway " + index + " is killed");
    down = true;
    for (Connection connection : List.copyOf(connections.values())) {
      connection.phase = Phase.GONE;
      connection.toGateway.cut();
      connection.toDevice.send(() -> connection.device.disconnected(connection.number));
    }
    connections.clear();
    trunks.values().forEach(Trunk::closedByGateway);
    trunks.clear();
    view = KnownView.NONE;
    world.time.in(dice.between(100L, 3_000L), () -> down = false);
  }

  void heal() {
    down = false;
    cutUntilMs.clear();
  }

  /** Nobody can connect to whoever runs there any more; trunks break. */
  void closed(int place) {
    trunks.values().stream()
        .filter(trunk -> trunk.node.place == place)
        .toList()
        .forEach(Trunk::broken);
  }

  /** A trunk is lost, and what is on its way. */
  void breakTrunk() {
    if (!trunks.isEmpty()) {
      Trunk trunk = dice.pick(List.copyOf(trunks.values()));
      world.trace(() -> "gateway " + index + " loses its trunk to " + trunk.node);
      trunk.broken();
    }
  }

  /** A node cannot be reached from here for a while. */
  void cutFrom(SimulatedNode node, long forMs) {
    world.trace(() -> "gateway " + index + " is cut off from " + node + " for " + forMs + " ms");
    cutUntilMs.put(node.id, world.time.nowMs() + forMs);
    Trunk trunk = trunks.get(node.id);
    if (trunk != null) {
      trunk.broken();
    }
  }

  /** One of the connections is lost. */
  void breakConnection() {
    if (!connections.isEmpty()) {
      Connection connection = dice.pick(new ArrayList<>(connections.values()));
      world.trace(() -> "gateway " + index + " loses a connection of " + connection.device);
      connection.broken();
    }
  }

  /** Opens trunks to the members of the view, and lets what waits attach. */
  private void look() {
    if (!down) {
      for (IncarnationId member : view.members()) {
        open(world.node(member));
      }
      if (view.members().stream().noneMatch(trunks::containsKey)) {
        // By a name that leads to any of them.
        List<SimulatedNode> all = world.nodes();
        if (!all.isEmpty()) {
          open(dice.pick(all));
        }
      }
      attachWaiting();
    }
    world.time.in(LOOK_MS, this::look);
  }

  private void open(SimulatedNode node) {
    if (trunks.containsKey(node.id)
        || !node.isListening()
        || node.isReplaced()
        || node.isPaused()
        || world.isClosed(node.place)
        || world.time.nowMs() < cutUntilMs.getOrDefault(node.id, 0L)) {
      return;
    }
    Trunk opened = new Trunk(world, world.nextTrunk(), this, node);
    trunks.put(node.id, opened);
    opened.toNode(each -> each.trunkOpened(opened));
  }

  private void attachWaiting() {
    for (Connection connection : List.copyOf(connections.values())) {
      boolean isWaiting =
          connection.phase == Phase.ATTACHING || connection.phase == Phase.REATTACHING;
      if (isWaiting && connection.over == null && world.time.nowMs() >= connection.attachAtMs) {
        attach(connection);
      }
    }
  }

  /** A node knows this view. */
  void learn(KnownView known) {
    if (down || known.number() <= view.number()) {
      return;
    }
    view = known;
    for (Connection connection : List.copyOf(connections.values())) {
      Trunk over = connection.over;
      boolean isMoved =
          over != null && view.homeOf(connection.user).filter(over.node.id::equals).isEmpty();
      if (isMoved) {
        detach(connection);
        waitToAttach(connection, 0);
      }
    }
    attachWaiting();
  }

  private void waitToAttach(Connection connection, long forMs) {
    connection.over = null;
    connection.attachAtMs = world.time.nowMs() + forMs;
    if (connection.phase == Phase.ATTACHED) {
      connection.phase = Phase.REATTACHING;
    }
  }

  private Optional<Trunk> trunkToHomeOf(UserId user) {
    return view.homeOf(user).map(trunks::get);
  }

  void trunkLost(Trunk lost) {
    if (!trunks.remove(lost.node.id, lost)) {
      return;
    }
    for (Connection connection : List.copyOf(connections.values())) {
      boolean wasAsked = connection.asked.remove(lost);
      if (connection.over == lost) {
        waitToAttach(connection, 0);
      } else if (wasAsked && connection.phase == Phase.ATTACHED) {
        answersLost(connection);
      }
    }
  }

  /** What another node than its home had to answer may be lost. */
  private void answersLost(Connection connection) {
    connection.write(
        ServerFrame.newBuilder()
            .setReattached(Reattached.newBuilder().setServerTimeMs(wallMs()))
            .build());
    SyncFrom sync =
        SyncFrom.newBuilder().setDevice(connection.deviceId).setCursor(connection.cursor).build();
    forward(
        connection,
        (node, from) ->
            node.laneInput(
                connection.user, lane -> lane.sync(from.id, connection.id, connection.user, sync)));
  }

  // ---- devices

  /** A device wants a connection; none if the gateway is down. */
  Optional<Connection> connect(SimulatedDevice device, long number) {
    if (down) {
      return Optional.empty();
    }
    Connection connection = new Connection(device, number);
    connections.put(connection.id, connection);
    return Optional.of(connection);
  }

  private void gone(Connection connection) {
    if (connection.phase == Phase.GONE) {
      return;
    }
    connection.phase = Phase.GONE;
    connections.remove(connection.id);
    detach(connection);
  }

  private void detach(Connection connection) {
    Trunk over = connection.over;
    if (connection.generation != 0 && over != null) {
      Detach detach =
          Detach.newBuilder()
              .setDevice(connection.deviceId)
              .setGeneration(connection.generation)
              .build();
      UserId user = connection.user;
      over.toNode(node -> node.laneInput(user, lane -> lane.detach(user, detach)));
    }
  }

  private void received(Connection connection, ClientFrame frame) {
    if (connection.phase == Phase.GONE) {
      return;
    }
    switch (frame.getBodyCase()) {
      case HELLO -> hello(connection, frame.getHello());
      case SEND -> send(connection, frame.getSend());
      case ACK -> {
        connection.cursor = frame.getAck().getCursor();
        AckFrom ack =
            AckFrom.newBuilder()
                .setDevice(connection.deviceId)
                .setCursor(connection.cursor)
                .build();
        forward(
            connection,
            (node, from) ->
                node.laneInput(
                    connection.user,
                    lane -> lane.ack(from.id, connection.id, connection.user, ack)));
      }
      case SYNC -> {
        SyncFrom sync =
            SyncFrom.newBuilder()
                .setDevice(connection.deviceId)
                .setCursor(frame.getSync().getCursor())
                .build();
        forward(
            connection,
            (node, from) ->
                node.laneInput(
                    connection.user,
                    lane -> lane.sync(from.id, connection.id, connection.user, sync)));
      }
      case PING -> {
        boolean forwarded =
            forward(
                connection,
                (node, from) ->
                    node.laneInput(
                        connection.user,
                        lane ->
                            lane.ping(
                                from.id,
                                connection.id,
                                connection.user,
                                new DeviceId(connection.deviceId))));
        if (!forwarded) {
          connection.write(
              ServerFrame.newBuilder()
                  .setPong(Pong.newBuilder().setServerTimeMs(wallMs()))
                  .build());
        }
      }
      case LINK_DEVICE -> link(connection, frame.getLinkDevice());
      case REVOKE_DEVICE -> revoke(connection, frame.getRevokeDevice());
      case SIGN_UP, LOOK_UP, BODY_NOT_SET ->
          throw new AssertionError("the simulated application does not send " + frame);
    }
  }

  private void link(Connection connection, LinkDevice link) {
    byte[] linkId = link.getLinkId().toByteArray();
    if (world.sabotages.contains(Sabotage.LINK_ID_IGNORED)) {
      linkId = dice.bytes(linkId.length);
    }
    Credentials credentials = world.mint.link(connection.user, linkId);
    boolean forwarded =
        forward(
            connection,
            (node, from) ->
                node.laneInput(
                    connection.user,
                    lane ->
                        lane.link(
                            from.id,
                            connection.id,
                            connection.user,
                            link.getRequest(),
                            credentials)));
    if (!forwarded) {
      requestDelayed(connection, link.getRequest());
    }
  }

  private void revoke(Connection connection, RevokeDevice revoke) {
    boolean forwarded =
        forward(
            connection,
            (node, from) ->
                node.laneInput(
                    connection.user,
                    lane ->
                        lane.revoke(
                            from.id,
                            connection.id,
                            connection.user,
                            revoke.getRequest(),
                            new DeviceId(revoke.getDevice()))));
    if (!forwarded) {
      requestDelayed(connection, revoke.getRequest());
    }
  }

  private void requestDelayed(Connection connection, int request) {
    connection.write(
        ServerFrame.newBuilder()
            .setError(
                Error.newBuilder()
                    .setRequest(request)
                    .setReason(Reason.UNAVAILABLE)
                    .setDetail("not now")
                    .setReturnAfterMs(returnAfterMs()))
            .build());
  }

  private interface Forward {
    void run(SimulatedNode node, Trunk from);
  }

  private boolean forward(Connection connection, Forward frame) {
    Trunk to = connection.over;
    if (connection.phase != Phase.ATTACHED || to == null) {
      return false;
    }
    to.toNode(node -> frame.run(node, to));
    return true;
  }

  private void hello(Connection connection, Hello hello) {
    connection.user = UserId.of(hello.getUser().asReadOnlyByteBuffer());
    connection.deviceId = hello.getDevice();
    Optional<SecretHash> token =
        world.mint.verify(
            connection.user, new DeviceId(connection.deviceId), hello.getToken().toByteArray());
    if (token.isEmpty()) {
      refuse(connection, Reason.UNAUTHENTICATED, 0);
      return;
    }
    connection.tokenHash = ByteString.copyFrom(token.get().bytes());
    connection.cursor = hello.getCursor();
    if (trunkToHomeOf(connection.user).isEmpty()) {
      refuse(connection, Reason.UNAVAILABLE, returnAfterMs());
      return;
    }
    connection.phase = Phase.ATTACHING;
    attach(connection);
  }

  private int returnAfterMs() {
    return dice.between(100, 1_000);
  }

  private void refuse(Connection connection, Reason reason, int returnAfterMs) {
    connection.write(
        ServerFrame.newBuilder()
            .setError(
                Error.newBuilder()
                    .setReason(reason)
                    .setDetail("refused")
                    .setReturnAfterMs(returnAfterMs))
            .build());
    connection.close();
  }

  /** At its home, if that can be reached; else it waits for that. */
  private void attach(Connection connection) {
    Trunk to = trunkToHomeOf(connection.user).orElse(null);
    connection.over = to;
    if (to != null) {
      long known = view.number();
      Attach attach =
          Attach.newBuilder()
              .setDevice(connection.deviceId)
              .setTokenHash(connection.tokenHash)
              .setGeneration(connection.generation)
              .setCursor(connection.cursor)
              .build();
      UserId user = connection.user;
      world.trace(() -> "gateway " + index + " attaches " + connection.device + " at " + to.node);
      to.toNode(node -> node.attach(to, connection.id, known, user, attach));
    }
  }

  private void send(Connection connection, Send send) {
    UserId to = UserId.of(send.getTo().asReadOnlyByteBuffer());
    if (send.getRetry()) {
      world.oracle.retried(connection.user, to, send);
    }
    SendFrom from =
        SendFrom.newBuilder()
            .setSender(ByteString.copyFrom(connection.user.bytes()))
            .setDevice(connection.deviceId)
            .setSend(send)
            .build();
    Trunk home = trunkToHomeOf(to).orElse(null);
    boolean forwarded = false;
    if (home != null && connection.phase == Phase.ATTACHED) {
      forwarded = true;
      long known = view.number();
      connection.asked.add(home);
      home.toNode(node -> node.send(home, connection.id, known, to, from));
    }
    if (forwarded && !world.healed && dice.chance(world.plan.lateFrames())) {
      // What a gateway reads from a connection after a long stall; its device has gone on
      // elsewhere.
      world.happened(Sometimes.LATE_SEND);
      long leaptMs = world.leaptMs();
      world.time.in(
          dice.between(500L, 20_000L),
          () -> {
            Trunk over = trunkToHomeOf(to).orElse(null);
            // No connection is read for days.
            if (over != null && leaptMs == world.leaptMs()) {
              long known = view.number();
              over.toNode(node -> node.send(over, 0, known, to, from));
            }
          });
    }
    if (!forwarded) {
      connection.write(
          ServerFrame.newBuilder()
              .setSendRefused(
                  SendRefused.newBuilder()
                      .setTo(send.getTo())
                      .setClientId(send.getClientId())
                      .setReason(Reason.UNAVAILABLE)
                      .setReturnAfterMs(returnAfterMs()))
              .build());
    }
  }

  // ---- nodes

  void fromNode(Trunk from, DeliveryFrame frame) {
    Connection connection = connections.get(frame.getConnection());
    // It went while it was attaching: the home drops it when it hears of a newer one.
    if (connection == null || trunks.get(from.node.id) != from) {
      return;
    }
    // What a node says that is not its home any more counts no more; but for answers to sends.
    boolean isFromHome = connection.over == from;
    switch (frame.getBodyCase()) {
      case ATTACHED -> {
        boolean isWaiting =
            connection.phase == Phase.ATTACHING || connection.phase == Phase.REATTACHING;
        if (isFromHome && isWaiting) {
          attached(connection, frame.getAttached());
        }
      }
      case ATTACH_REFUSED -> {
        if (isFromHome) {
          attachRefused(connection, frame.getAttachRefused());
        }
      }
      case RELAY -> {
        ServerFrame relayed = parse(frame.getRelay());
        boolean isDropped = relayed.hasTooLong() && world.sabotages.contains(Sabotage.NO_TOO_LONG);
        // What was said of an earlier attach to the same home may have gaps by now.
        boolean isHeld = isFromHome && (connection.phase == Phase.ATTACHED || !isFeed(relayed));
        if (!isDropped && (isHeld || isAnswer(relayed))) {
          connection.write(relayed);
        }
      }
      case ENDED -> {
        if (isFromHome) {
          ended(connection, frame.getEnded());
        }
      }
      case HELLO, VIEW, CREDITS, TIER, BODY_NOT_SET ->
          throw new AssertionError("no such frame from a lane: " + frame);
    }
  }

  private static boolean isFeed(ServerFrame frame) {
    return frame.hasDeliver() || frame.hasSynced() || frame.hasTooLong();
  }

  private static boolean isAnswer(ServerFrame frame) {
    return frame.hasSent() || frame.hasSendRefused() || frame.hasResendFrom();
  }

  /** The device on a connection, if a frame that comes over this trunk reaches it. */
  Optional<Oracle.Reader> holder(Trunk over, long connection) {
    Connection holder = connections.get(connection);
    return holder == null || holder.phase == Phase.NEW || holder.over != over
        ? Optional.empty()
        : Optional.of(new Oracle.Reader(holder.user, new DeviceId(holder.deviceId)));
  }

  static ServerFrame parse(ByteString relay) {
    try {
      return ServerFrame.parseFrom(relay);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("a frame that a lane made", e);
    }
  }

  private void attached(Connection connection, Attached attached) {
    boolean again = connection.phase == Phase.REATTACHING;
    connection.phase = Phase.ATTACHED;
    connection.generation = attached.getGeneration();
    connection.write(
        again
            ? ServerFrame.newBuilder()
                .setReattached(
                    Reattached.newBuilder()
                        .setServerTimeMs(attached.getServerTimeMs())
                        .setMailboxHead(attached.getMailboxHead()))
                .build()
            : ServerFrame.newBuilder()
                .setWelcome(
                    Welcome.newBuilder()
                        .setServerTimeMs(attached.getServerTimeMs())
                        .setMailboxHead(attached.getMailboxHead())
                        .setMaxPayloadBytes(65_536)
                        .setWindow(world.plan.limits().windowEntries())
                        .setRetryForMs(retryForMs(attached.getRetryForMs())))
                .build());
  }

  private long retryForMs(long announced) {
    if (world.sabotages.contains(Sabotage.RETRIES_FOREVER)) {
      return 0;
    }
    return world.sabotages.contains(Sabotage.GIVES_UP_EARLY) ? 1_000 : announced;
  }

  private void attachRefused(Connection connection, AttachRefused refused) {
    world.trace(
        () -> "gateway " + index + " is refused " + connection.device + ": " + refused.getDetail());
    if (refused.getReason() == Reason.UNAVAILABLE && connection.phase == Phase.REATTACHING) {
      waitToAttach(connection, refused.getReturnAfterMs());
    } else {
      refuse(connection, refused.getReason(), refused.getReturnAfterMs());
    }
  }

  private void ended(Connection connection, Ended ended) {
    world.trace(
        () ->
            "gateway "
                + index
                + " is told of the end of "
                + connection.device
                + ": "
                + ended.getCause());
    boolean mine = ended.getGeneration() == connection.generation;
    switch (ended.getCause()) {
      case DISPLACED -> {
        if (mine) {
          connection.write(
              ServerFrame.newBuilder().setDisplaced(Displaced.getDefaultInstance()).build());
          connection.close();
        }
      }
      case REVOKED -> {
        if (mine) {
          refuse(connection, Reason.UNAUTHENTICATED, 0);
        }
      }
      case UNKNOWN -> {
        if (mine || ended.getGeneration() == 0) {
          // Its home may have moved, and the news be on its way.
          waitToAttach(connection, dice.between(0L, 300L));
        }
      }
      case CAUSE_UNSPECIFIED, UNRECOGNIZED ->
          throw new AssertionError("no such cause from a lane: " + ended);
    }
  }

  private long wallMs() {
    return world.wallMs();
  }
}
