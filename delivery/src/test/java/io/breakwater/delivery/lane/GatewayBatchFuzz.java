package io.breakwater.delivery.lane;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.lane.Bench.Kind;
import io.breakwater.delivery.lane.Bench.Member;
import io.breakwater.delivery.trunk.TrunkInput;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.LinkDevice;
import io.breakwater.proto.client.RevokeDevice;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.AckFrom;
import io.breakwater.proto.trunk.Attach;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.Detach;
import io.breakwater.proto.trunk.GatewayBatch;
import io.breakwater.proto.trunk.GatewayFrame;
import io.breakwater.proto.trunk.PingFrom;
import io.breakwater.proto.trunk.SendFrom;
import io.breakwater.proto.trunk.SyncFrom;
import java.util.ArrayList;
import java.util.List;

/**
 * A gateway that says anything. A lane that throws ends its process, so nothing that comes from a
 * gateway may make it throw, at once or later: when storage answers, or time passes. The first byte
 * says which answers of storage come late; the rest is a {@code GatewayBatch}, in which the
 * priority of a frame (which a lane does not read) is how long after the frame before it comes, in
 * ms.
 */
final class GatewayBatchFuzz {
  private static final int MOST_FRAMES = 64;
  private static final int MOST_MS = 3_000;

  /** The largest frame that a client takes. */
  private static final int CLIENT_FRAME_BYTES = 131_072;

  private static final Kind[] MAY_BE_LATE = {
    Kind.BLOCK, Kind.DEVICES_READ, Kind.MAILBOX_READ, Kind.ORIGINS_READ, Kind.DEVICE, Kind.COPY
  };

  private GatewayBatchFuzz() {}

  static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    GatewayBatch batch;
    try {
      batch = GatewayBatch.parseFrom(ByteString.copyFrom(input, 1, input.length - 1));
    } catch (InvalidProtocolBufferException e) {
      // gRPC ends the trunk.
      return;
    }
    Bench bench = inhabited();
    List<Kind> late = new ArrayList<>();
    for (int i = 0; i < MAY_BE_LATE.length; i++) {
      if ((input[0] >> i & 1) != 0) {
        late.add(MAY_BE_LATE[i]);
        bench.hold(MAY_BE_LATE[i]);
      }
    }
    for (GatewayFrame frame :
        batch.getFramesList().subList(0, Math.min(MOST_FRAMES, batch.getFramesCount()))) {
      bench.pass(Integer.remainderUnsigned(frame.getPriority(), MOST_MS));
      hand(bench, frame);
    }
    late.forEach(bench::release);
    bench.pass(20_000);
    bench.lane.hurry();
    bench.pass(5_000);
    check(bench);
  }

  private static Bench inhabited() {
    Bench bench = new Bench();
    Member alice = bench.signUp();
    bench.anotherDevice(alice);
    bench.signUp();
    return bench;
  }

  private static void hand(Bench bench, GatewayFrame frame) {
    switch (frame.getBodyCase()) {
      case HELLO, SIGN_UP, LOOK_UP, BODY_NOT_SET -> {
        // Not for a lane.
      }
      case ATTACH, DETACH, SEND, ACK, SYNC, PING, LINK_DEVICE, REVOKE_DEVICE ->
          bench.input(() -> TrunkInput.hand(bench.lane, Bench.TRUNK, bench.mint, frame));
    }
  }

  /** Whatever was said, what comes out can be read by a client, and is paid for. */
  private static void check(Bench bench) {
    for (DeliveryFrame frame : bench.frames) {
      if (frame.hasRelay()) {
        ServerFrame relayed = Bench.parse(frame.getRelay());
        if (relayed.getSerializedSize() > CLIENT_FRAME_BYTES) {
          throw new AssertionError("a relay of " + relayed.getSerializedSize() + " bytes");
        }
      }
    }
    LaneStats stats = bench.lane.stats();
    if (stats.tailEntries < 0 || stats.tailBytes < 0 || stats.waitingBytes != 0) {
      throw new AssertionError(
          "tail of " + stats.tailEntries + ", waiting for nothing " + stats.waitingBytes);
    }
  }

  // ---- what a gateway says

  static List<byte[]> seeds() {
    Bench bench = new Bench();
    Member alice = bench.signUp();
    Member second = bench.anotherDevice(alice);
    Member bob = bench.signUp();
    return List.of(
        input(0, attach(alice, 1), attach(second, 2), attach(bob, 3)),
        input(
            0,
            attach(alice, 1),
            attach(bob, 3),
            send(alice, bob, 1, 0),
            send(alice, bob, 2, 1),
            send(bob, alice, 1, 0),
            to(bob).setAck(AckFrom.newBuilder().setDevice(device(bob)).setCursor(cursor(1_003)))),
        input(
            0xFF,
            send(alice, bob, 3, 2),
            send(alice, bob, 2, 0),
            to(bob)
                .setSend(
                    SendFrom.newBuilder()
                        .setSender(bytes(alice.user()))
                        .setDevice(device(alice))
                        .setSend(
                            Send.newBuilder()
                                .setClientId(9)
                                .setRetry(true)
                                .setFirstTriedMs(1_699_999_999_000L)
                                .setAfter(ByteString.copyFrom(new byte[16]))))),
        // What no gateway passes on. Found out only when the account was read, each ended the lane,
        // or reached a client that could not read it.
        input(
            0xFF,
            send(bob, Send.newBuilder().setClientId(1).setAfter(ByteString.copyFromUtf8("5")))),
        input(0xFF, send(bob, Send.newBuilder().setRetry(true)), send(alice, bob, 1, 0)),
        input(
            0xFF,
            attach(bob, 3),
            send(
                bob,
                Send.newBuilder()
                    .setClientId(1)
                    .setFirstTriedMs(1_700_000_000_000L)
                    .setPayload(ByteString.copyFrom(new byte[CLIENT_FRAME_BYTES])))),
        input(
            2,
            attach(alice, 1),
            to(alice).setConnection(1).setLinkDevice(link()),
            to(alice)
                .setConnection(1)
                .setRevokeDevice(
                    RevokeDevice.newBuilder().setRequest(4).setDevice(device(second)))),
        input(
            0,
            attach(alice, 1),
            to(alice)
                .setConnection(1)
                .setSync(SyncFrom.newBuilder().setDevice(device(alice)).setCursor(cursor(7))),
            to(alice).setConnection(1).setPing(PingFrom.newBuilder().setDevice(device(alice))),
            to(alice)
                .setDetach(Detach.newBuilder().setDevice(device(alice)).setGeneration(1_001))));
  }

  private static byte[] input(int late, GatewayFrame.Builder... frames) {
    GatewayBatch.Builder batch = GatewayBatch.newBuilder();
    for (GatewayFrame.Builder frame : frames) {
      batch.addFrames(frame.setPriority(10));
    }
    return ByteString.copyFrom(new byte[] {(byte) late})
        .concat(batch.build().toByteString())
        .toByteArray();
  }

  private static GatewayFrame.Builder to(Member member) {
    return GatewayFrame.newBuilder().setUser(bytes(member.user()));
  }

  private static GatewayFrame.Builder attach(Member member, long connection) {
    return to(member)
        .setConnection(connection)
        .setAttach(
            Attach.newBuilder()
                .setDevice(device(member))
                .setTokenHash(ByteString.copyFrom(member.credentials().token().hash().bytes())));
  }

  private static GatewayFrame.Builder send(Member from, Member to, long clientId, long prev) {
    return to(to)
        .setConnection(9)
        .setSend(
            SendFrom.newBuilder()
                .setSender(bytes(from.user()))
                .setDevice(device(from))
                .setSend(
                    Send.newBuilder()
                        .setClientId(clientId)
                        .setPrev(prev)
                        .setFirstTriedMs(1_700_000_000_000L)
                        .setTo(bytes(to.user()))
                        .setPayload(ByteString.copyFromUtf8("hello"))));
  }

  private static GatewayFrame.Builder send(Member to, Send.Builder send) {
    return to(to)
        .setConnection(9)
        .setSend(
            SendFrom.newBuilder()
                .setSender(ByteString.copyFrom(new byte[16]))
                .setDevice(3)
                .setSend(send));
  }

  private static LinkDevice.Builder link() {
    return LinkDevice.newBuilder().setRequest(3).setLinkId(ByteString.copyFrom(new byte[16]));
  }

  private static Cursor.Builder cursor(long entryId) {
    return Cursor.newBuilder().setEntryId(entryId).setTimeMs(1_700_000_000_000L);
  }

  private static int device(Member member) {
    return member.device().value();
  }

  private static ByteString bytes(UserId user) {
    return ByteString.copyFrom(user.bytes());
  }
}
