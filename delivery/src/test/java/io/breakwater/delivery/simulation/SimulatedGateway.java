package io.breakwater.delivery.simulation;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.breakwater.common.id.DeviceId;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A gateway: as little as a gateway may be. */
final class SimulatedGateway {
  private static final long LOOK_FOR_NODE_MS = 200;

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
  private @Nullable Trunk trunk;
  private long nextConnection = 1;
  private long nextTrunk;
  private boolean down;

  SimulatedGateway(World world, int index) {
    this.world = world;
    this.index = index;
    dice = world.dice.another();
    nextTrunk = 1_000L * index + 1;
    world.time.in(dice.between(0L, LOOK_FOR_NODE_MS), this::lookForNode);
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
    if (trunk != null) {
      trunk.closedByGateway();
      trunk = null;
    }
    world.time.in(dice.between(100L, 3_000L), () -> down = false);
  }

  void heal() {
    down = false;
  }

  /** The trunk is lost, and what is on its way. */
  void breakTrunk() {
    if (trunk != null) {
      world.trace(() -> "gateway " + index + " loses its trunk");
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

  private void lookForNode() {
    SimulatedNode node = world.current;
    if (!down && node != null && node.isOpen()) {
      if (trunk == null) {
        open(node);
      } else if (trunk.node != node && (world.healed || dice.chance(0.3))) {
        trunk.closedByGateway();
        trunk = null;
        open(node);
      }
    }
    world.time.in(LOOK_FOR_NODE_MS, this::lookForNode);
  }

  private void open(SimulatedNode node) {
    Trunk opened = new Trunk(world, nextTrunk++, this, node);
    trunk = opened;
    opened.toNode(each -> each.trunkOpened(opened));
    for (Connection connection : connections.values()) {
      if (connection.phase == Phase.ATTACHED || connection.phase == Phase.REATTACHING) {
        reattach(connection);
      } else if (connection.phase == Phase.ATTACHING) {
        attach(connection);
      }
    }
  }

  void trunkLost(Trunk lost) {
    if (lost == trunk) {
      trunk = null;
      for (Connection connection : connections.values()) {
        if (connection.phase == Phase.ATTACHED) {
          connection.phase = Phase.REATTACHING;
        }
      }
    }
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
    if (connection.generation != 0 && trunk != null) {
      Detach detach =
          Detach.newBuilder()
              .setDevice(connection.deviceId)
              .setGeneration(connection.generation)
              .build();
      trunk.toNode(
          node -> node.atHomeOf(connection.user, lane -> lane.detach(connection.user, detach)));
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
                node.atHomeOf(
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
                node.atHomeOf(
                    connection.user,
                    lane -> lane.sync(from.id, connection.id, connection.user, sync)));
      }
      case PING -> {
        boolean forwarded =
            forward(
                connection,
                (node, from) ->
                    node.atHomeOf(
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
                node.atHomeOf(
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
                node.atHomeOf(
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
    Trunk to = trunk;
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
    if (trunk == null) {
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

  private void attach(Connection connection) {
    Trunk to = trunk;
    if (to != null) {
      Attach attach =
          Attach.newBuilder()
              .setDevice(connection.deviceId)
              .setTokenHash(connection.tokenHash)
              .setGeneration(connection.generation)
              .setCursor(connection.cursor)
              .build();
      to.toNode(
          node ->
              node.atHomeOf(
                  connection.user,
                  lane -> lane.attach(to.id, connection.id, 0, connection.user, attach)));
    }
  }

  private void reattach(Connection connection) {
    connection.phase = Phase.REATTACHING;
    attach(connection);
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
    boolean forwarded =
        forward(
            connection,
            (node, over) ->
                node.atHomeOf(to, lane -> lane.send(over.id, connection.id, 0, to, from)));
    if (forwarded && !world.healed && dice.chance(world.plan.lateFrames())) {
      // What a gateway reads from a connection after a long stall; its device has gone on
      // elsewhere.
      world.happened(Sometimes.LATE_SEND);
      long leaptMs = world.leaptMs();
      world.time.in(
          dice.between(500L, 20_000L),
          () -> {
            Trunk over = trunk;
            // No connection is read for days.
            if (over != null && leaptMs == world.leaptMs()) {
              over.toNode(node -> node.atHomeOf(to, lane -> lane.send(over.id, 0, 0, to, from)));
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
    if (from != trunk) {
      return;
    }
    switch (frame.getBodyCase()) {
      case ATTACHED -> {
        if (connection == null) {
          // It went while it was attaching: the home drops it when it hears of a newer one.
          return;
        }
        attached(connection, frame.getAttached());
      }
      case ATTACH_REFUSED -> {
        if (connection != null) {
          attachRefused(connection, frame.getAttachRefused());
        }
      }
      case RELAY -> {
        ServerFrame relayed = parse(frame.getRelay());
        boolean isDropped = relayed.hasTooLong() && world.sabotages.contains(Sabotage.NO_TOO_LONG);
        if (connection != null && !isDropped) {
          connection.write(relayed);
        }
      }
      case ENDED -> {
        if (connection != null) {
          ended(connection, frame.getEnded());
        }
      }
      case HELLO, VIEW, BODY_NOT_SET ->
          throw new AssertionError("no such frame from a lane: " + frame);
    }
  }

  /** The device on a connection, if a frame that comes over this trunk reaches it. */
  Optional<Oracle.Reader> holder(Trunk over, long connection) {
    Connection holder = over == trunk ? connections.get(connection) : null;
    return holder == null || holder.phase == Phase.NEW
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
    if (refused.getReason() == Reason.UNAVAILABLE && connection.phase == Phase.REATTACHING) {
      world.time.in(
          refused.getReturnAfterMs(),
          () -> {
            if (connection.phase == Phase.REATTACHING) {
              attach(connection);
            }
          });
    } else {
      refuse(connection, refused.getReason(), refused.getReturnAfterMs());
    }
  }

  private void ended(Connection connection, Ended ended) {
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
        if ((mine || ended.getGeneration() == 0) && connection.phase == Phase.ATTACHED) {
          reattach(connection);
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
