package io.breakwater.delivery.simulation;

import com.google.protobuf.ByteString;
import io.breakwater.client.core.Changes;
import io.breakwater.client.core.DeviceConfig;
import io.breakwater.client.core.DeviceMachine;
import io.breakwater.client.core.Event;
import io.breakwater.client.core.OutboxFullException;
import io.breakwater.client.core.OutgoingMessage;
import io.breakwater.client.core.Output;
import io.breakwater.client.core.Position;
import io.breakwater.client.core.ReceivedMessage;
import io.breakwater.client.core.Step;
import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.Origin;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.Credentials;
import io.breakwater.proto.client.ServerFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** An application with the production client core in it; it may be killed at any step. */
final class SimulatedDevice {
  /** A clock that differs from all others. */
  private static final long CLOCK_MS = 77_000;

  private final World world;
  private final Dice dice;
  private final Credentials credentials;
  private final Oracle.Reader reader;
  private final Persisted disk = new Persisted();
  private final Map<ConversationId, MessageId> seen = new HashMap<>();
  private final List<ReceivedMessage> toReply = new ArrayList<>();
  private final DeviceRequests requests;
  private @Nullable DeviceMachine machine;
  private SimulatedGateway.@Nullable Connection connection;

  /** Which start of the application this is: what an earlier one scheduled is void. */
  private int life;

  private boolean wantsOnline;
  private boolean stepping;
  private long wakeUpAtMs = Long.MAX_VALUE;
  private long connectionBase;
  private boolean absent;
  private boolean turnedAway;

  private SimulatedDevice(World world, Credentials credentials) {
    this.world = world;
    this.credentials = credentials;
    dice = world.dice.another();
    reader = new Oracle.Reader(credentials.user(), credentials.device());
    requests = new DeviceRequests(world, this);
  }

  /** One that was there before anything happened. */
  static SimulatedDevice first(World world, Credentials credentials) {
    SimulatedDevice device = new SimulatedDevice(world, credentials);
    world.oracle.reader(device.reader);
    return device;
  }

  /** One that another device has linked. */
  static SimulatedDevice linked(World world, Credentials credentials, Position start) {
    SimulatedDevice device = new SimulatedDevice(world, credentials);
    world.oracle.linkedReader(device.reader, start.entryId());
    device.disk.apply(Changes.startingAt(start));
    return device;
  }

  UserId user() {
    return credentials.user();
  }

  DeviceId id() {
    return credentials.device();
  }

  private long nowMs() {
    return world.time.nowMs() + world.leaptMs() + CLOCK_MS;
  }

  @Override
  public String toString() {
    return Oracle.name(credentials.user()) + '/' + credentials.device();
  }

  // ---- the application's life

  /** The application is started, from what it has on its disk. */
  void launch() {
    if (machine == null) {
      life++;
      machine =
          new DeviceMachine(
              DeviceConfig.DEFAULTS.withHeartbeatS(10).withWindowMessages(world.plan.sendWindow()),
              new io.breakwater.client.core.Credentials(
                  clientId(credentials.user()),
                  credentials.device().value(),
                  ByteString.copyFrom(credentials.token().bytes())),
              disk.state(),
              dice.generator());
      if (wantsOnline) {
        input(DeviceMachine::start);
      }
      requests.launched();
    }
  }

  /** The application is killed; what it has on its disk stays. */
  void kill() {
    if (machine == null) {
      return;
    }
    world.trace(() -> this + " application is killed");
    machine = null;
    life++;
    if (connection != null) {
      connection.broken();
      connection = null;
    }
    // Numbers of connections of the next life must not be mistaken for those of this one.
    connectionBase += 1_000_000;
    world.time.in(world.healed ? 10 : dice.between(10L, 3_000L), this::launch);
  }

  void goOnline() {
    if (absent) {
      return;
    }
    wantsOnline = true;
    input(DeviceMachine::start);
  }

  void goOffline() {
    wantsOnline = false;
    input(DeviceMachine::stop);
  }

  /** Stays offline, whoever wants it online, until it returns. */
  void leave() {
    goOffline();
    absent = true;
  }

  void comeBack() {
    absent = false;
    goOnline();
  }

  /** Days have passed at once. */
  void daysPassed() {
    wakeUpAtMs = Long.MAX_VALUE;
    input(DeviceMachine::tick);
  }

  /** Whether somebody wants it signed out. */
  boolean isRevokeAsked() {
    return world.oracle.devices.isRevokeAsked(reader);
  }

  /** Whether the server refuses its token for good. */
  boolean isTurnedAway() {
    return turnedAway;
  }

  boolean isIdle() {
    return turnedAway
        || (disk.outboxMessages() == 0
            && requests.isIdle()
            && world.oracle.devices.revokedAtMs(reader).isEmpty());
  }

  /** Makes a further device of its user. */
  void link() {
    requests.link();
  }

  /** Signs a device of its user out. */
  void revoke(DeviceId which) {
    requests.revoke(which);
  }

  /** Asks something of the server, if the application runs. */
  void ask(BiConsumer<DeviceMachine, Long> question) {
    if (!turnedAway) {
      input(question);
    }
  }

  /** Writes a message, as somebody would who has seen what is on the screen. */
  void send(UserId to, String text) {
    DeviceMachine running = machine;
    if (running != null) {
      ByteString payload = ByteString.copyFromUtf8(text);
      input(
          (each, nowMs) -> {
            try {
              each.send(clientId(to), payload, nowMs);
            } catch (OutboxFullException e) {
              world.trace(() -> this + " outbox is full");
            }
          });
    }
  }

  /** A received message that waits for a reply. */
  Optional<ReceivedMessage> nextToReply() {
    return toReply.isEmpty() ? Optional.empty() : Optional.of(toReply.removeFirst());
  }

  // ---- the connection

  void received(long number, ServerFrame frame) {
    input((each, nowMs) -> each.received(number - connectionBase, frame, nowMs));
  }

  void disconnected(long number) {
    if (number > connectionBase) {
      input((each, nowMs) -> each.disconnected(number - connectionBase, "gone", nowMs));
    }
  }

  private void connect(long number) {
    int inLife = life;
    SimulatedGateway gateway = dice.pick(world.gateways);
    world.time.in(
        dice.between(0L, 20L),
        () -> {
          if (life != inLife) {
            return;
          }
          var connected = gateway.connect(this, connectionBase + number);
          if (connected.isPresent()) {
            connection = connected.get();
            input((each, nowMs) -> each.connected(number, nowMs));
          } else {
            input((each, nowMs) -> each.disconnected(number, "refused", nowMs));
          }
        });
  }

  // ---- the machine

  private void input(BiConsumer<DeviceMachine, Long> input) {
    DeviceMachine running = machine;
    if (running == null) {
      return;
    }
    input.accept(running, nowMs());
    if (!stepping) {
      stepping = true;
      steps(running);
      stepping = false;
    }
    scheduleWakeUp();
  }

  private void steps(DeviceMachine running) {
    for (Step step = running.drain();
        machine == running && !(step.changes().isEmpty() && step.outputs().isEmpty());
        step = running.drain()) {
      if (dies()) {
        return;
      }
      persist(step);
      if (dies()) {
        return;
      }
      int inLife = life;
      step.changes().cursor().ifPresent(cursor -> stored(running, cursor, inLife));
      for (Output output : step.outputs()) {
        carryOut(output);
      }
    }
  }

  private boolean dies() {
    if (!world.healed && dice.chance(world.plan.appCrashes())) {
      kill();
      return true;
    }
    return false;
  }

  /** At once, or after a while if the application is slow. */
  private void stored(DeviceMachine running, Position cursor, int inLife) {
    if (!world.healed && dice.chance(world.plan.slowReaders())) {
      world.time.in(
          dice.between(10L, 4_000L),
          () -> {
            if (life == inLife) {
              input((each, nowMs) -> each.stored(cursor, nowMs));
            }
          });
    } else {
      running.stored(cursor, nowMs());
    }
  }

  private void persist(Step step) {
    Changes changes = step.changes();
    for (Output output : step.outputs()) {
      if (output instanceof Output.Notify notify) {
        learnFirst(notify.event());
      }
    }
    disk.apply(changes);
    for (OutgoingMessage message : changes.put()) {
      UserId to = serverId(message.peer());
      ConversationId conversation = ConversationId.direct(credentials.user(), to);
      world.oracle.sent(
          new Oracle.Sending(
              new Origin(
                  credentials.user(), credentials.device(), conversation, message.clientId()),
              to,
              message.payload(),
              seen.getOrDefault(conversation, MessageId.NONE),
              world.time.nowMs()));
    }
    for (ReceivedMessage message : changes.received()) {
      Origin origin = serverOrigin(message.origin());
      MessageId id = serverId(message.messageId());
      world.trace(
          () -> this + " stores entry " + message.entryId() + ", " + world.oracle.describe(origin));
      world.oracle.received(reader, message.entryId(), origin, id, message.payload());
      saw(origin.conversation(), id);
      if (!origin.sender().equals(credentials.user()) && dice.chance(world.plan.replies())) {
        toReply.add(message);
      }
    }
    for (Output output : step.outputs()) {
      if (output instanceof Output.Notify notify) {
        learn(notify.event());
      }
    }
  }

  /** Events that are about what the disk shows before the changes of their step. */
  private void learnFirst(Event event) {
    switch (event) {
      case Event.Unknown unknown -> {
        Origin origin = mine(unknown.peer(), unknown.clientId());
        world.trace(() -> this + " gives up " + world.oracle.describe(origin));
        world.oracle.givenUp(origin, disk.firstTriedMs(unknown.peer(), unknown.clientId()));
      }
      case Event.TooLong tooLong -> {
        world.trace(() -> this + " is told too long: " + tooLong.retainedSinceMs());
        world.oracle.tooLong(reader, tooLong.retainedSinceMs());
      }
      default -> {
        // About the changes.
      }
    }
  }

  /** Events say what the changes of their step mean; the application may die before it hears. */
  private void learn(Event event) {
    switch (event) {
      case Event.Accepted accepted -> {
        Origin origin = mine(accepted.peer(), accepted.clientId());
        MessageId id = serverId(accepted.messageId());
        world.trace(() -> this + " is told of acceptance: " + world.oracle.describe(origin));
        world.oracle.accepted(origin, id);
        saw(origin.conversation(), id);
      }
      case Event.Refused refused -> {
        world.trace(() -> this + " is refused " + refused);
        world.oracle.refused(mine(refused.peer(), refused.clientId()));
      }
      case Event.Repeated repeated ->
          world.oracle.repeated(
              reader, serverOrigin(repeated.origin()), serverId(repeated.messageId()));
      case Event.Stopped stopped -> {
        world.trace(() -> this + " was turned away: " + stopped);
        world.oracle.devices.turnedAway(reader);
        turnedAway = true;
        requests.giveUp();
      }
      case Event.Attached _ -> world.oracle.attached(reader);
      case Event.Linked linked -> requests.linked(linked);
      case Event.Revoked revoked -> requests.revoked(revoked);
      case Event.RequestFailed failed -> requests.failed(failed);
      case Event.DeviceAdded added ->
          world.oracle.devices.heardOfLink(reader, new DeviceId(added.device()));
      case Event.DeviceRemoved removed ->
          world.oracle.devices.heardOfRevoke(reader, new DeviceId(removed.device()));
      default -> {
        // Says nothing of a message.
      }
    }
  }

  private Origin mine(io.breakwater.client.core.UserId peer, long clientId) {
    return new Origin(
        credentials.user(),
        credentials.device(),
        ConversationId.direct(credentials.user(), serverId(peer)),
        clientId);
  }

  private void saw(ConversationId conversation, MessageId id) {
    seen.merge(conversation, id, (a, b) -> a.isAfter(b) ? a : b);
  }

  private void carryOut(Output output) {
    switch (output) {
      case Output.Connect connect -> connect(connect.connection());
      case Output.Transmit transmit -> {
        if (connection != null) {
          connection.transmit(transmit.frame());
        }
      }
      case Output.Close _ -> {
        if (connection != null) {
          connection.closedByDevice();
          connection = null;
        }
      }
      case Output.Work _, Output.StopWork _ ->
          throw new AssertionError("a device with an account is asked for work");
      case Output.Notify notify -> world.trace(() -> this + " " + notify.event());
    }
  }

  private void scheduleWakeUp() {
    DeviceMachine running = machine;
    if (running == null) {
      return;
    }
    long atMs = running.wakeUpMs();
    if (atMs == Long.MAX_VALUE || atMs >= wakeUpAtMs) {
      return;
    }
    wakeUpAtMs = atMs;
    world.time.at(
        Math.max(atMs - CLOCK_MS - world.leaptMs(), world.time.nowMs()),
        () -> {
          if (wakeUpAtMs == atMs) {
            wakeUpAtMs = Long.MAX_VALUE;
            input(DeviceMachine::tick);
          }
        });
  }

  private static io.breakwater.client.core.UserId clientId(UserId user) {
    return new io.breakwater.client.core.UserId(user.high(), user.low());
  }

  private static UserId serverId(io.breakwater.client.core.UserId user) {
    return new UserId(user.high(), user.low());
  }

  private static MessageId serverId(io.breakwater.client.core.MessageId id) {
    return new MessageId(id.high(), id.low());
  }

  private static Origin serverOrigin(io.breakwater.client.core.Origin origin) {
    return new Origin(
        serverId(origin.stream().sender()),
        new DeviceId(origin.stream().senderDevice()),
        new ConversationId(
            origin.stream().conversation().high(), origin.stream().conversation().low()),
        origin.clientId());
  }
}
