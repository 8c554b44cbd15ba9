package io.breakwater.gateway.connection;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.common.id.ShardMap;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.CredentialMint;
import io.breakwater.common.secret.Credentials;
import io.breakwater.gateway.home.Homes;
import io.breakwater.gateway.home.NodeAddress;
import io.breakwater.gateway.home.View;
import io.breakwater.gateway.line.LineLimits;
import io.breakwater.gateway.line.TicketMint;
import io.breakwater.gateway.line.WaitingRoom;
import io.breakwater.gateway.line.WorkMint;
import io.breakwater.gateway.rate.RateLimits;
import io.breakwater.gateway.rate.SharedRates;
import io.breakwater.gateway.returning.ReturnLimits;
import io.breakwater.gateway.returning.Returns;
import io.breakwater.proto.client.Ack;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Hello;
import io.breakwater.proto.client.LinkDevice;
import io.breakwater.proto.client.LookUp;
import io.breakwater.proto.client.Ping;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.RevokeDevice;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignUp;
import io.breakwater.proto.client.Sync;
import io.breakwater.proto.client.WorkDemand;
import io.breakwater.proto.trunk.AttachRefused;
import io.breakwater.proto.trunk.Attached;
import io.breakwater.proto.trunk.Ended;
import io.breakwater.proto.trunk.GatewayFrame;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;

/** A machine, a clock that the test moves, and nodes of which one is home to each user. */
final class MachineFixture {
  static final long CONNECTION = 9;
  static final long WALL_MS = 1_700_000_000_000L;

  static final byte[] SECRET = secret((byte) 1);
  static final CredentialMint MINT = new CredentialMint(SECRET);

  /** Of another cluster. */
  static final CredentialMint FOREIGN_MINT = new CredentialMint(secret((byte) 2));

  /** Ann's home, in the view that is known first. */
  static final IncarnationId HERE = new IncarnationId(1, 1);

  /** The other member of that view, and Ann's home when it is alone. */
  static final IncarnationId THERE = new IncarnationId(2, 2);

  /** No member of the first view. */
  static final IncarnationId ELSEWHERE = new IncarnationId(3, 3);

  /** Lives here. */
  static final Credentials ANN = user(0, HERE);

  /** Lives with her, and moves with her between these three. */
  static final Credentials NEIGHBOUR = user(1_000, HERE);

  /** Lives there, and stays if he can. */
  static final Credentials BOB = user(0, THERE);

  long nowMs = 5_000;
  long wallMs = WALL_MS;
  final Homes homes = new Homes();
  final WaitingRoom room;
  final EdgeRules rules;
  final ConnectionMachine machine;

  /** Without rates. */
  MachineFixture() {
    this(RateLimits.OFF);
  }

  MachineFixture(RateLimits rates) {
    this(rates, 1);
  }

  /** Without rates, by other random numbers. */
  MachineFixture(long seed) {
    this(RateLimits.OFF, seed);
  }

  private MachineFixture(RateLimits rates, long seed) {
    this(rates, seed, LineLimits.DEFAULT);
  }

  /** Whose waiting room has so many places. */
  static MachineFixture withPlaces(int places) {
    return new MachineFixture(RateLimits.OFF, 1, new LineLimits(places, 3_000));
  }

  /** Whose waiting room has so many places, and asks for so much work where it is full. */
  static MachineFixture withWork(int places, int bits) {
    return withWork(places, bits, RateLimits.OFF);
  }

  /** The same, with rates. */
  static MachineFixture withWork(int places, int bits, RateLimits rates) {
    return new MachineFixture(rates, 1, new LineLimits(places, 3_000, bits));
  }

  private MachineFixture(RateLimits rates, long seed, LineLimits lineLimits) {
    room = new WaitingRoom(lineLimits, 2, new SplittableRandom(seed));
    moved(HERE, THERE);
    rules =
        new EdgeRules(
            MINT,
            new Recipients(MINT),
            homes,
            () -> EdgeLimits.DEFAULT,
            room.line(0),
            new TicketMint(SECRET),
            new WorkMint(SECRET),
            new SharedRates(rates, new SplittableRandom(1)),
            new Returns(() -> ReturnLimits.DEFAULT, 1, new SplittableRandom(seed), nowMs),
            () -> Instant.ofEpochMilli(wallMs),
            new SplittableRandom(seed));
    machine = new ConnectionMachine(CONNECTION, rules, nowMs);
  }

  /** Another connection of the same event loop. */
  MachineFixture(EdgeRules rules) {
    room = new WaitingRoom(LineLimits.DEFAULT, 2, new SplittableRandom(1));
    moved(HERE, THERE);
    this.rules = rules;
    machine = new ConnectionMachine(CONNECTION, rules, nowMs);
  }

  private static byte[] secret(byte fill) {
    byte[] secret = new byte[32];
    java.util.Arrays.fill(secret, fill);
    return secret;
  }

  private static Credentials user(int from, IncarnationId home) {
    ShardMap three = new ShardMap(List.of(HERE, THERE, ELSEWHERE));
    ShardMap two = new ShardMap(List.of(THERE, ELSEWHERE));
    for (int i = from; ; i++) {
      Credentials candidate = MINT.signUp(ByteBuffer.allocate(16).putInt(i).array());
      Shard shard = Shard.of(candidate.user());
      if (three.ownerOf(shard).equals(home) && two.ownerOf(shard).equals(THERE)) {
        return candidate;
      }
    }
  }

  /** From now on these are the members; the machine is not told yet. */
  void moved(IncarnationId... members) {
    LinkedHashMap<IncarnationId, NodeAddress> addresses = new LinkedHashMap<>();
    for (IncarnationId member : members) {
      addresses.put(member, new NodeAddress("node-" + member.low(), 7410));
    }
    if (!homes.learn(new View(homes.view().number() + 1, addresses))) {
      throw new AssertionError("not taken");
    }
  }

  /** A view with these members is learned. */
  List<Output> viewOf(IncarnationId... members) {
    moved(members);
    return on(new Input.ViewChanged());
  }

  // Inputs.

  List<Output> on(Input input) {
    return machine.on(input, nowMs);
  }

  List<Output> receive(ClientFrame frame) {
    return on(received(frame));
  }

  List<Output> after(long ms) {
    nowMs += ms;
    wallMs += ms;
    return on(new Input.Swept(Input.Swept.NO_FRAME));
  }

  /** As a client of another language would do it, from docs/protocol.md. */
  static long solve(WorkDemand demand) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (long nonce = 0; ; nonce++) {
        sha.update(demand.getChallenge().toByteArray());
        sha.update(ByteBuffer.allocate(8).putLong(0, nonce));
        if (ByteBuffer.wrap(sha.digest()).getLong() >>> (64 - demand.getBits()) == 0) {
          return nonce;
        }
      }
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  static Input received(ClientFrame frame) {
    return new Input.Received(frame, frame.getSerializedSize());
  }

  MachineFixture attaching() {
    receive(hello(ANN));
    return this;
  }

  MachineFixture attached(long generation) {
    attaching();
    on(attachedAs(generation));
    return this;
  }

  MachineFixture detached(long generation) {
    attached(generation);
    on(new Input.TrunkLost(HERE));
    return this;
  }

  MachineFixture reattaching(long generation) {
    detached(generation);
    on(new Input.TrunkOpened(HERE));
    return this;
  }

  static Input attachedAs(long generation) {
    return attachedAs(HERE, generation);
  }

  static Input attachedAs(IncarnationId node, long generation) {
    return new Input.Attached(
        node,
        Attached.newBuilder()
            .setGeneration(generation)
            .setMailboxHead(55)
            .setServerTimeMs(WALL_MS + 7)
            .setRetryForMs(86_400_000)
            .build());
  }

  static Input refusedFor(Reason reason, int returnAfterMs) {
    return refusedFor(HERE, reason, returnAfterMs);
  }

  static Input refusedFor(IncarnationId node, Reason reason, int returnAfterMs) {
    return new Input.AttachRefused(
        node,
        AttachRefused.newBuilder()
            .setReason(reason)
            .setReturnAfterMs(returnAfterMs)
            .setDetail("as the home says")
            .build());
  }

  static Input ended(Ended.Cause cause, long generation) {
    return ended(HERE, cause, generation);
  }

  static Input ended(IncarnationId node, Ended.Cause cause, long generation) {
    return new Input.Ended(
        node, Ended.newBuilder().setCause(cause).setGeneration(generation).build());
  }

  // Frames of a client.

  static Hello.Builder helloOf(Credentials who) {
    return Hello.newBuilder()
        .setVersion(1)
        .setUser(ByteString.copyFrom(who.user().bytes()))
        .setDevice(who.device().value())
        .setToken(ByteString.copyFrom(who.token().bytes()))
        .setHeartbeatS(60);
  }

  static ClientFrame frame(Hello.Builder hello) {
    return ClientFrame.newBuilder().setHello(hello).build();
  }

  static ClientFrame hello(Credentials who) {
    return frame(helloOf(who));
  }

  static ClientFrame signUp() {
    return ClientFrame.newBuilder()
        .setSignUp(
            SignUp.newBuilder().setSignUpId(ByteString.copyFrom(new byte[16])).setHandle("ann"))
        .build();
  }

  static Send.Builder sendTo(Credentials to, long clientId) {
    return Send.newBuilder()
        .setClientId(clientId)
        .setTo(ByteString.copyFrom(to.user().bytes()))
        .setPayload(ByteString.copyFromUtf8("hello"));
  }

  static ClientFrame frame(Send.Builder send) {
    return ClientFrame.newBuilder().setSend(send).build();
  }

  static ClientFrame ack(long entryId) {
    return ClientFrame.newBuilder().setAck(Ack.newBuilder().setCursor(cursor(entryId))).build();
  }

  static ClientFrame sync(long entryId) {
    return ClientFrame.newBuilder().setSync(Sync.newBuilder().setCursor(cursor(entryId))).build();
  }

  /** A field of a later release, or of nobody. */
  static UnknownFieldSet unknown(int bytes) {
    return UnknownFieldSet.newBuilder()
        .addField(
            15,
            UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.copyFrom(new byte[bytes]))
                .build())
        .build();
  }

  static Cursor cursor(long entryId) {
    return Cursor.newBuilder().setEntryId(entryId).setTimeMs(WALL_MS).build();
  }

  static ClientFrame ping() {
    return ClientFrame.newBuilder().setPing(Ping.getDefaultInstance()).build();
  }

  static ClientFrame lookUp(int request) {
    return ClientFrame.newBuilder()
        .setLookUp(LookUp.newBuilder().setRequest(request).setHandle("bob"))
        .build();
  }

  static ClientFrame linkDevice(int request) {
    return ClientFrame.newBuilder()
        .setLinkDevice(
            LinkDevice.newBuilder()
                .setRequest(request)
                .setLinkId(ByteString.copyFrom(new byte[16])))
        .build();
  }

  static ClientFrame revokeDevice(int request) {
    return ClientFrame.newBuilder()
        .setRevokeDevice(RevokeDevice.newBuilder().setRequest(request))
        .build();
  }

  // Outputs.

  static List<ServerFrame> toClient(List<Output> outputs) {
    return outputs.stream()
        .filter(Output.ToClient.class::isInstance)
        .map(output -> ((Output.ToClient) output).frame())
        .toList();
  }

  static ServerFrame onlyToClient(List<Output> outputs) {
    if (outputs.size() == 1 && outputs.getFirst() instanceof Output.ToClient(ServerFrame frame)) {
      return frame;
    }
    throw new AssertionError("not one frame to the client: " + outputs);
  }

  static GatewayFrame onlyToHome(List<Output> outputs) {
    if (outputs.size() == 1
        && outputs.getFirst() instanceof Output.ToHome(UserId user, GatewayFrame frame)
        && frame.getUser().equals(ByteString.copyFrom(user.bytes()))) {
      return frame;
    }
    throw new AssertionError("not one frame to a home: " + outputs);
  }

  /** The only output: to a node, home or not. */
  static GatewayFrame onlyToNode(IncarnationId to, List<Output> outputs) {
    if (outputs.size() == 1
        && outputs.getFirst() instanceof Output.ToNode(IncarnationId node, GatewayFrame frame)
        && node.equals(to)) {
      return frame;
    }
    throw new AssertionError("not one frame to " + to + ": " + outputs);
  }

  static GatewayFrame onlyToAny(List<Output> outputs) {
    if (outputs.size() == 1 && outputs.getFirst() instanceof Output.ToAny(GatewayFrame frame)) {
      return frame;
    }
    throw new AssertionError("not one frame to any node: " + outputs);
  }

  static boolean closes(List<Output> outputs) {
    return outputs.contains(new Output.Close());
  }

  static List<GatewayFrame> detaches(List<Output> outputs) {
    return outputs.stream()
        .filter(Output.ToNode.class::isInstance)
        .map(output -> ((Output.ToNode) output).frame())
        .filter(GatewayFrame::hasDetach)
        .toList();
  }
}
