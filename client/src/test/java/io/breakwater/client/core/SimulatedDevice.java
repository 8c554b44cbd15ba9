package io.breakwater.client.core;

import com.google.protobuf.ByteString;
import io.breakwater.client.model.ModelServer;
import io.breakwater.client.store.MemoryDeviceStore;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.ServerFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A device on virtual time, with a network that delays and cuts, and crashes at any step. */
final class SimulatedDevice {
  final Credentials credentials;
  final List<ReceivedMessage> received = new ArrayList<>();
  final Map<Origin, MessageId> acceptedEvents = new HashMap<>();
  final Map<Origin, MessageId> seenBefore = new HashMap<>();
  final List<Origin> taken = new ArrayList<>();
  final List<Origin> refused = new ArrayList<>();
  final List<Event> events = new ArrayList<>();

  private final VirtualTime time;
  private final ModelServer server;
  private final SplittableRandom random;
  private final MemoryDeviceStore store = new MemoryDeviceStore();
  private final double crash;
  private @Nullable DeviceMachine machine;
  private @Nullable Wire wire;
  private long wokenAtMs = Long.MAX_VALUE;
  boolean faulty = true;

  SimulatedDevice(
      VirtualTime time,
      ModelServer server,
      SplittableRandom random,
      Credentials credentials,
      double crash) {
    this.time = time;
    this.server = server;
    this.random = random;
    this.credentials = credentials;
    this.crash = crash;
  }

  void start() {
    if (machine == null) {
      machine =
          new DeviceMachine(
              DeviceConfig.DEFAULTS.withHeartbeatS(20).withWindowMessages(8),
              credentials,
              store.load(),
              random.split());
      machine.start(time.nowMs());
      settle();
    }
  }

  void crashNow() {
    if (machine != null) {
      machine = null;
      cut();
      time.after(random.nextLong(5_000), this::start);
    }
  }

  void cut() {
    Wire broken = wire;
    if (broken != null) {
      wire = null;
      broken.cut("cut");
    }
  }

  void send(UserId peer, ByteString payload) {
    if (machine == null) {
      return;
    }
    MessageId before = highestSeen(peer);
    long clientId = machine.send(peer, payload, time.nowMs());
    Origin origin = origin(peer, clientId);
    if (settle()) {
      taken.add(origin);
      seenBefore.put(origin, before);
      if (!payload.isEmpty() && payload.byteAt(0) == ModelServer.REFUSED) {
        refused.add(origin);
      }
    }
  }

  private Origin origin(UserId peer, long clientId) {
    return new Origin(
        new Origin.Stream(
            credentials.user(),
            credentials.device(),
            ModelServer.conversation(credentials.user(), peer)),
        clientId);
  }

  private MessageId highestSeen(UserId peer) {
    ConversationId conversation = ModelServer.conversation(credentials.user(), peer);
    MessageId highest = MessageId.NONE;
    for (ReceivedMessage message : received) {
      if (message.origin().stream().conversation().equals(conversation)) {
        highest = highest.max(message.messageId());
      }
    }
    for (Map.Entry<Origin, MessageId> entry : acceptedEvents.entrySet()) {
      if (entry.getKey().stream().conversation().equals(conversation)) {
        highest = highest.max(entry.getValue());
      }
    }
    return highest;
  }

  boolean isIdle() {
    return machine != null && machine.isAttached() && machine.outboxMessages() == 0;
  }

  int outboxMessages() {
    return store.load().outbox().size();
  }

  long lastEntry() {
    return store.load().cursor().entryId();
  }

  Counters counters() {
    return machine == null ? new Counters(0, 0, 0, 0, 0, 0, 0) : machine.counters();
  }

  /** Carries out what follows; false if the device crashed before the changes were durable. */
  private boolean settle() {
    DeviceMachine current = machine;
    while (current != null && current == machine) {
      Step step = current.drain();
      if (step.isEmpty()) {
        break;
      }
      if (faulty && random.nextDouble() < crash) {
        crashNow();
        return false;
      }
      store.write(step.changes());
      received.addAll(step.changes().received());
      if (faulty && random.nextDouble() < crash) {
        crashNow();
        return true;
      }
      step.changes().cursor().ifPresent(cursor -> current.stored(cursor, time.nowMs()));
      step.outputs().forEach(this::carryOut);
    }
    scheduleTick();
    return true;
  }

  private void carryOut(Output output) {
    if (output instanceof Output.Connect connect) {
      wire = new Wire(connect.connection());
    } else if (output instanceof Output.Transmit transmit) {
      if (wire != null && wire.number == transmit.connection()) {
        wire.toServer(transmit.frame());
      }
    } else if (output instanceof Output.Close) {
      cut();
    } else if (output instanceof Output.Notify notify) {
      events.add(notify.event());
      if (notify.event() instanceof Event.Accepted accepted) {
        acceptedEvents.put(origin(accepted.peer(), accepted.clientId()), accepted.messageId());
      }
    }
  }

  private void scheduleTick() {
    if (machine != null) {
      long wakeUpMs = machine.wakeUpMs();
      if (wakeUpMs != Long.MAX_VALUE && (wakeUpMs < wokenAtMs || wokenAtMs <= time.nowMs())) {
        wokenAtMs = Math.max(wakeUpMs, time.nowMs() + 1);
        time.at(wokenAtMs, this::tick);
      }
    }
  }

  private void tick() {
    if (machine != null) {
      wokenAtMs = Long.MAX_VALUE;
      machine.tick(time.nowMs());
      settle();
    }
  }

  /** One connection: in order both ways, until it is cut. */
  private final class Wire implements ModelServer.Connection {
    final long number;
    private final @Nullable DeviceMachine owner = machine;
    private boolean broken;
    private long toServerAtMs;
    private long toDeviceAtMs;

    Wire(long number) {
      this.number = number;
      boolean fails = faulty && random.nextInt(4) == 0;
      time.after(
          1 + random.nextLong(50),
          () -> {
            if (fails) {
              report("refused");
            } else if (isCurrent() && machine != null) {
              machine.connected(number, time.nowMs());
              settle();
            }
          });
    }

    private boolean isCurrent() {
      return !broken && owner == machine;
    }

    void toServer(ClientFrame frame) {
      toServerAtMs = Math.max(toServerAtMs, time.nowMs() + delay());
      time.at(
          toServerAtMs,
          () -> {
            if (!broken) {
              server.received(this, frame);
            }
          });
    }

    @Override
    public void write(ServerFrame frame) {
      toDeviceAtMs = Math.max(toDeviceAtMs, time.nowMs() + delay());
      time.at(
          toDeviceAtMs,
          () -> {
            if (isCurrent() && machine != null) {
              machine.received(number, frame, time.nowMs());
              settle();
            }
          });
    }

    private long delay() {
      return 1 + random.nextLong(random.nextInt(20) == 0 ? 300 : 20);
    }

    @Override
    public void close() {
      time.at(toDeviceAtMs, () -> cut("closed by the server"));
    }

    void cut(String why) {
      if (!broken) {
        broken = true;
        server.disconnected(this);
        report(why);
      }
    }

    private void report(String why) {
      time.after(
          random.nextLong(20),
          () -> {
            if (machine != null && owner == machine) {
              machine.disconnected(number, why, time.nowMs());
              settle();
            }
          });
    }
  }
}
