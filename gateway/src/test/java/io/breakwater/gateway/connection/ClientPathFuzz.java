package io.breakwater.gateway.connection;

import com.google.protobuf.Message;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.gateway.framing.FrameDecoder;
import io.breakwater.gateway.framing.FrameSink;
import io.breakwater.gateway.framing.InboundRoom;
import io.breakwater.gateway.metrics.GatewayMetrics;
import io.breakwater.proto.client.Ack;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Queued;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.WorkDemand;
import io.breakwater.proto.trunk.Ended;
import io.breakwater.proto.trunk.GatewayFrame;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that lies between a client's bytes and a home: frames, protobuf, the connection's machine.
 * The input is a list of things that happen: a byte that says what, and for the client's bytes one
 * more that says how many follow.
 */
final class ClientPathFuzz {
  private static final int MAX_SERVER_FRAME_BYTES = 131_072;

  /** What the gateway adds to a frame at most: who, where, which connection. */
  private static final int ENVELOPE_BYTES = 128;

  private static final InboundRoom ROOM =
      new InboundRoom(1 << 20, new GatewayMetrics(new SimpleMeterRegistry()));

  private ClientPathFuzz() {}

  static List<byte[]> seeds() {
    byte[] hello = says(MachineFixture.hello(MachineFixture.ANN));
    byte[] attached = {1};
    return List.of(
        script(hello, attached, says(MachineFixture.ping()), says(MachineFixture.ack(7))),
        script(
            hello,
            attached,
            says(MachineFixture.frame(MachineFixture.sendTo(MachineFixture.BOB, 1))),
            new byte[] {4},
            says(MachineFixture.frame(MachineFixture.sendTo(MachineFixture.NEIGHBOUR, 2))),
            new byte[] {5, 1}),
        script(hello, attached, says(MachineFixture.sync(3)), new byte[] {3, 2, 8, 9, 5, 1}),
        script(hello, attached, says(fatAck()), new byte[] {4, 5, 1}),
        script(
            says(MachineFixture.signUp()),
            hello,
            attached,
            says(MachineFixture.lookUp(1)),
            says(MachineFixture.linkDevice(2)),
            says(MachineFixture.revokeDevice(3))),
        script(new byte[] {10}, says(MachineFixture.signUp()), new byte[] {11}, new byte[] {6, 99}),
        script(
            new byte[] {10},
            says(MachineFixture.signUp()),
            new byte[] {10, 10, 10, 10, 10, 10, 10, 11, 11, 3},
            hello,
            attached),
        script(new byte[] {10}, says(MachineFixture.signUp()), new byte[] {6, 120, 6, 120}),
        script(new byte[] {10}, says(MachineFixture.signUp()), new byte[] {12}));
  }

  private static ClientFrame fatAck() {
    Ack.Builder ack = Ack.newBuilder().setUnknownFields(MachineFixture.unknown(50));
    ack.setCursor(
        MachineFixture.cursor(9).toBuilder().setUnknownFields(MachineFixture.unknown(50)));
    return ClientFrame.newBuilder().setAck(ack).build();
  }

  private static byte[] script(byte[]... steps) {
    ByteArrayOutputStream script = new ByteArrayOutputStream();
    for (byte[] step : steps) {
      script.writeBytes(step);
    }
    return script.toByteArray();
  }

  private static byte[] says(ClientFrame frame) {
    byte[] body = frame.toByteArray();
    return ByteBuffer.allocate(6 + body.length)
        .put((byte) 0)
        .put((byte) (4 + body.length))
        .putInt(body.length)
        .put(body)
        .array();
  }

  static void fuzzerTestOneInput(byte[] input) {
    new Life().run(ByteBuffer.wrap(input));
  }

  private static final class Life implements FrameSink {
    private final MachineFixture life = MachineFixture.withWork(8, 6);
    private final FrameDecoder decoder = new FrameDecoder(ROOM);
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private boolean isWelcomed;
    private boolean isClosed;
    private IncarnationId asked = MachineFixture.HERE;
    private boolean attachOutstanding;
    private boolean homeHolds;
    private long generation;

    /** What was asked for last; none: nothing was. */
    private @Nullable WorkDemand demanded;

    /** In line, too. */
    private long strangers;

    /** Of the frames that came. */
    private int largestBytes;

    void run(ByteBuffer script) {
      while (script.hasRemaining()) {
        step(script.get() & 0xFF, script);
      }
      on(new Input.SocketClosed());
      isClosed = true;
      life.nowMs += 8_000;
      on(new Input.Swept(Input.Swept.NO_FRAME));
      check(life.machine.isOver(), "is not over when all is over");
      decoder.release();
      check(allocator.metric().usedDirectMemory() == 0, "bytes leak");
      check(allocator.metric().usedHeapMemory() == 0, "bytes leak");
    }

    private void step(int what, ByteBuffer script) {
      switch (what % 13) {
        case 0 -> clientSays(script);
        case 1 -> answerAttach(true);
        case 2 -> answerAttach(false);
        case 3 -> on(new Input.Draining(5));
        case 4 -> trunkLost();
        case 5 -> on(new Input.TrunkOpened(home()));
        case 6 -> pass(script.hasRemaining() ? script.get() & 0xFF : 0);
        case 7 -> sessionEnds(what);
        case 8 -> anotherTrunkLost();
        case 10 -> lineGrows();
        case 11 -> workIsDone();
        case 12 -> on(new Input.GaveWay());
        default -> homeMoves();
      }
    }

    private void clientSays(ByteBuffer script) {
      int bytes = script.hasRemaining() ? Math.min(script.get() & 0xFF, script.remaining()) : 0;
      ByteBuf in = Unpooled.wrappedBuffer(script.slice(script.position(), bytes));
      script.position(script.position() + bytes);
      decoder.read(in, allocator, this);
    }

    private void answerAttach(boolean isGood) {
      if (attachOutstanding) {
        attachOutstanding = false;
        homeHolds = isGood;
        generation = isGood && generation == 0 ? 1 : generation;
        on(
            isGood
                ? MachineFixture.attachedAs(asked, generation)
                : MachineFixture.refusedFor(asked, Reason.UNAVAILABLE, 50));
      }
    }

    /** So that work is asked for, and more when it grows. */
    private void lineGrows() {
      life.rules.line().join(--strangers, MachineFixture.WALL_MS - 5, life.nowMs);
    }

    private void workIsDone() {
      WorkDemand demand = demanded;
      if (demand != null) {
        ClientFrame.Builder work = MachineFixture.signUp().toBuilder();
        work.getSignUpBuilder()
            .getWorkBuilder()
            .setChallenge(demand.getChallenge())
            .setNonce(MachineFixture.solve(demand));
        Input input = MachineFixture.received(work.build());
        largestBytes = Math.max(largestBytes, work.build().getSerializedSize());
        on(input);
      }
    }

    private void trunkLost() {
      attachOutstanding = false;
      homeHolds = false;
      on(new Input.TrunkLost(asked));
    }

    private void anotherTrunkLost() {
      if (!asked.equals(MachineFixture.ELSEWHERE)) {
        on(new Input.TrunkLost(MachineFixture.ELSEWHERE));
      }
    }

    private IncarnationId home() {
      return life.homes.homeOf(MachineFixture.ANN.user()).orElseThrow();
    }

    private void homeMoves() {
      if (home().equals(MachineFixture.HERE)) {
        life.moved(MachineFixture.THERE, MachineFixture.ELSEWHERE);
      } else {
        life.moved(MachineFixture.HERE, MachineFixture.THERE);
      }
      if (!isClosed) {
        attachOutstanding = false;
        homeHolds = false;
      }
      on(new Input.ViewChanged());
    }

    private void pass(int tenths) {
      life.nowMs += 100L * tenths;
      on(new Input.Swept(decoder.isInsideFrame() ? life.nowMs - 50 : Input.Swept.NO_FRAME));
    }

    private void sessionEnds(int what) {
      if (homeHolds) {
        homeHolds = false;
        on(
            MachineFixture.ended(
                asked, what >= 128 ? Ended.Cause.DISPLACED : Ended.Cause.UNKNOWN, generation));
      }
    }

    @Override
    public int maxFrameBytes() {
      int max = life.machine.maxFrameBytes();
      check(isWelcomed || max == 4_096, "takes large frames before it has welcomed");
      return max;
    }

    @Override
    public void frame(ByteBuf body) {
      largestBytes = Math.max(largestBytes, body.readableBytes());
      Input input = Input.of(body.nioBuffer());
      on(input);
      check(isClosed || input instanceof Input.Received, "goes on after what is no frame");
    }

    @Override
    public void unreadable(String detail) {
      on(new Input.Unreadable(detail));
      check(isClosed, "goes on after a wrong length");
    }

    @Override
    public void crowded(int bytes) {
      throw new AssertionError("no room for " + bytes + " bytes");
    }

    @Override
    public boolean wantsMore() {
      return !isClosed;
    }

    private void on(Input input) {
      List<Output> outputs = life.on(input);
      check(outputs.size() <= 5, "does much: " + outputs);
      boolean wasClosed = isClosed;
      for (Output output : outputs) {
        switch (output) {
          case Output.ToClient(ServerFrame frame) -> {
            check(!wasClosed, "speaks after the end");
            check(frame.getSerializedSize() <= MAX_SERVER_FRAME_BYTES, "says too much");
            isWelcomed |= frame.hasWelcome();
            queued(frame.getQueued());
          }
          case Output.ToHome(UserId user, GatewayFrame frame) -> toHome(user, frame);
          case Output.ToNode(IncarnationId node, GatewayFrame frame) -> {
            check(frame.hasDetach(), "tells a node that may not be home " + frame);
            check(node.equals(asked), "detaches where it did not attach");
            checkSize(frame);
            homeHolds &= attachOutstanding;
          }
          case Output.ToAny(GatewayFrame frame) -> {
            check(frame.hasSignUp() || frame.hasLookUp(), "asks anybody for " + frame);
            checkSize(frame);
          }
          case Output.Unreached _ -> check(isWelcomed, "gives up a home that it never had");
          case Output.Unanswered _ -> attachOutstanding = false;
          case Output.Exceeded _,
              Output.GiveWay _,
              Output.RoomFull _,
              Output.SentBack _,
              Output.Waited _,
              Output.TicketRefused _,
              Output.WorkDemanded _,
              Output.WorkDone _,
              Output.WorkRefused _ -> {}
          case Output.Close _ -> {
            check(!wasClosed, "closes twice");
            isClosed = true;
          }
        }
      }
      check(!isClosed || !life.machine.takesRelays(), "takes relays after the end");
    }

    private void queued(Queued frame) {
      check(!frame.hasWork() || frame.getTicket().isEmpty(), "gives a ticket before the work");
      check(frame.getWork().getBits() <= 6, "asks for too much");
      if (frame.hasWork()) {
        demanded = frame.getWork();
      }
    }

    private void toHome(UserId user, GatewayFrame frame) {
      check(MachineFixture.MINT.isOurs(user), "a user that nobody made");
      check(frame.getUser().size() == 16 && frame.getConnection() == 9, "a wrong envelope");
      checkSize(frame);
      switch (frame.getBodyCase()) {
        case ATTACH -> {
          check(!attachOutstanding, "attaches twice");
          check(frame.getAttach().getTokenHash().size() == 32, "a wrong hash");
          attachOutstanding = true;
          asked = life.homes.homeOf(user).orElseThrow();
        }
        case SEND -> {
          var send = frame.getSend().getSend();
          check(isWelcomed, "sends before it has welcomed");
          check(send.getClientId() > 0 && send.getPrev() >= 0, "ids below 1");
          check(send.getPrev() < send.getClientId(), "a predecessor that comes later");
          check(send.getAfter().isEmpty() || send.getAfter().size() == 16, "a wrong after");
          check(send.getPayload().size() <= 65_536, "a large payload");
        }
        case LINK_DEVICE -> check(frame.getLinkDevice().getLinkId().size() == 16, "a link id");
        default -> check(homeHolds, "a frame for a home that does not hold it: " + frame);
      }
    }

    /** What passes a limit of bytes must not grow behind it. */
    private void checkSize(GatewayFrame frame) {
      check(frame.getSerializedSize() <= largestBytes + ENVELOPE_BYTES, "makes more of " + frame);
      check(knowsAll(frame), "passes on what it does not know: " + frame);
    }

    private static boolean knowsAll(Message message) {
      return message.getUnknownFields().asMap().isEmpty()
          && message.getAllFields().values().stream()
              .allMatch(value -> !(value instanceof Message inner) || knowsAll(inner));
    }

    private void check(boolean holds, String otherwise) {
      if (!holds) {
        throw new AssertionError("the gateway " + otherwise);
      }
    }
  }
}
