package io.breakwater.client.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.breakwater.proto.client.Deliver;
import io.breakwater.proto.client.DeviceLinked;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Found;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ResendFrom;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.Sent;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.Welcome;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A server that says anything. The device never throws, never spins, answers each request of its
 * application once, and counts its outbox right. The input is a list of steps: a byte that says
 * what, and for a frame two more with its length.
 */
final class ServerFramesFuzz {
  private static final UserId ME = new UserId(1, 1);
  private static final UserId PEER = new UserId(2, 2);
  private static final int DEVICE = 7;

  /** Longer than any request lives. */
  private static final long LONG_MS = 600_000;

  /** At one moment: a connection is given up, and the next one is to be opened at once. */
  private static final int MOST_TICKS = 3;

  private ServerFramesFuzz() {}

  static void fuzzerTestOneInput(byte[] input) {
    new Life().run(ByteBuffer.wrap(input));
  }

  private static final class Life {
    private final DeviceMachine machine =
        new DeviceMachine(
            DeviceConfig.DEFAULTS,
            new Credentials(ME, DEVICE, ByteString.copyFrom(new byte[48])),
            new DeviceState(Position.START, List.of(), List.of(), List.of()),
            new SplittableRandom(1));

    /** What answers each, but for a failure. */
    private final Map<Integer, Class<? extends Event>> asked = new HashMap<>();

    private final Set<Integer> answered = new HashSet<>();
    private long nowMs = 1_000;
    private long connection;
    private long messages;

    void run(ByteBuffer script) {
      machine.start(nowMs);
      drain();
      while (script.hasRemaining()) {
        step(script.get() & 0xFF, script);
        drain();
      }
      for (int i = 0; i < 3; i++) {
        nowMs += LONG_MS;
        tick();
      }
      if (!answered.equals(asked.keySet())) {
        throw new AssertionError("asked " + asked + ", answered " + answered);
      }
    }

    private void step(int what, ByteBuffer script) {
      switch (what % 8) {
        case 0, 1 -> frame(script);
        case 2 -> machine.connected(connection, nowMs);
        case 3 -> machine.disconnected(connection, "broken", nowMs);
        case 4 -> {
          nowMs += 50L * what;
          tick();
        }
        case 5 -> send();
        case 6 -> ask(what);
        default -> machine.start(nowMs);
      }
    }

    private void frame(ByteBuffer script) {
      int bytes =
          script.remaining() < 2 ? 0 : Math.min(script.getShort() & 0xFFFF, script.remaining());
      ByteBuffer body = script.slice();
      body.limit(Math.min(bytes, body.remaining()));
      script.position(script.position() + body.remaining());
      try {
        machine.received(connection, ServerFrame.parseFrom(body), nowMs);
      } catch (InvalidProtocolBufferException e) {
        machine.disconnected(connection, "no frame", nowMs);
      }
    }

    private void send() {
      try {
        machine.send(PEER, ByteString.copyFromUtf8("hello"), nowMs);
      } catch (IllegalArgumentException e) {
        // The server may take less than that.
        if (!String.valueOf(e.getMessage()).startsWith("payload: 5 bytes")) {
          throw e;
        }
      }
    }

    private void ask(int what) {
      switch (what / 8 % 3) {
        case 0 -> asked.put(machine.lookUp("bob" + what, nowMs), Event.Found.class);
        case 1 -> {
          ByteString linkId = ByteString.copyFrom(new byte[16]);
          asked.put(machine.link(linkId, nowMs), Event.Linked.class);
        }
        default -> asked.put(machine.revoke(what, nowMs), Event.Revoked.class);
      }
    }

    /** Time passes as the client's thread lets it. */
    private void tick() {
      for (int i = 0; i < MOST_TICKS; i++) {
        machine.tick(nowMs);
        drain();
        if (machine.wakeUpMs() > nowMs) {
          return;
        }
      }
      throw new AssertionError("spins: wakes at " + machine.wakeUpMs() + ", now " + nowMs);
    }

    private void drain() {
      for (Step step = machine.drain(); !step.isEmpty(); step = machine.drain()) {
        messages += step.changes().put().size() - step.changes().removed().size();
        step.changes().cursor().ifPresent(cursor -> machine.stored(cursor, nowMs));
        step.outputs().forEach(this::carryOut);
      }
      if (messages != machine.outboxMessages()) {
        throw new AssertionError(
            "outbox: " + machine.outboxMessages() + " (expected: " + messages + ')');
      }
    }

    private void carryOut(Output output) {
      if (output instanceof Output.Connect connect) {
        connection = connect.connection();
      } else if (output instanceof Output.Transmit transmit
          && transmit.connection() != connection) {
        throw new AssertionError("writes to a connection that is gone");
      } else if (output instanceof Output.Notify notify) {
        notified(notify.event());
      }
    }

    private void notified(Event event) {
      if (event instanceof Event.Found found) {
        answer(found.request(), event);
      } else if (event instanceof Event.Linked linked) {
        answer(linked.request(), event);
      } else if (event instanceof Event.Revoked revoked) {
        answer(revoked.request(), event);
      } else if (event instanceof Event.RequestFailed failed) {
        answer(failed.request(), event);
      }
    }

    private void answer(int request, Event event) {
      Class<? extends Event> expected = asked.get(request);
      boolean isAnswer =
          event instanceof Event.RequestFailed || (expected != null && expected.isInstance(event));
      if (!isAnswer || !answered.add(request)) {
        throw new AssertionError("request " + request + " is answered twice, or by " + event);
      }
    }
  }

  // What a server says.

  static List<byte[]> seeds() {
    ByteString id = ByteString.copyFrom(new byte[16]);
    byte[] connected = {2};
    byte[] sends = {5};
    byte[] welcome =
        says(
            ServerFrame.newBuilder()
                .setWelcome(
                    Welcome.newBuilder().setServerTimeMs(9).setMailboxHead(4).setRetryForMs(99)));
    byte[] deliver =
        says(
            ServerFrame.newBuilder()
                .setDeliver(
                    Deliver.newBuilder()
                        .addEntries(
                            Entry.newBuilder()
                                .setEntryId(4)
                                .setMessage(
                                    Message.newBuilder()
                                        .setMessageId(id)
                                        .setConversation(id)
                                        .setSender(PEER.bytes())
                                        .setSenderDevice(3)
                                        .setClientId(1)
                                        .setTo(ME.bytes())))));
    byte[] sent =
        says(
            ServerFrame.newBuilder()
                .setSent(Sent.newBuilder().setTo(PEER.bytes()).setClientId(1).setMessageId(id)));
    byte[] again =
        says(
            ServerFrame.newBuilder()
                .setResendFrom(
                    ResendFrom.newBuilder().setTo(PEER.bytes()).setClientId(2).setFrom(1)));
    byte[] refused =
        says(
            ServerFrame.newBuilder()
                .setSendRefused(
                    SendRefused.newBuilder()
                        .setTo(PEER.bytes())
                        .setClientId(2)
                        .setReason(Reason.UNAVAILABLE)
                        .setReturnAfterMs(100)));
    byte[] found =
        says(
            ServerFrame.newBuilder()
                .setFound(Found.newBuilder().setRequest(1).setHandle("bob6").setUser(id)));
    byte[] linked =
        says(
            ServerFrame.newBuilder()
                .setDeviceLinked(
                    DeviceLinked.newBuilder()
                        .setRequest(1)
                        .setUser(id)
                        .setToken(ByteString.copyFrom(new byte[48]))));
    return List.of(
        script(connected, welcome, deliver, new byte[] {4}),
        script(sends, connected, welcome, sends, sent, again, refused, new byte[] {12}),
        script(connected, welcome, new byte[] {6}, found),
        script(connected, welcome, new byte[] {14}, linked));
  }

  private static byte[] says(ServerFrame.Builder frame) {
    byte[] body = frame.build().toByteArray();
    return ByteBuffer.allocate(3 + body.length)
        .put((byte) 0)
        .putShort((short) body.length)
        .put(body)
        .array();
  }

  private static byte[] script(byte[]... steps) {
    ByteArrayOutputStream script = new ByteArrayOutputStream();
    for (byte[] step : steps) {
      script.writeBytes(step);
    }
    return script.toByteArray();
  }
}
