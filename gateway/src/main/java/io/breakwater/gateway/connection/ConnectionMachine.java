package io.breakwater.gateway.connection;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.common.priority.Priority;
import io.breakwater.common.secret.SecretHash;
import io.breakwater.gateway.line.Ticket;
import io.breakwater.gateway.line.Waiting;
import io.breakwater.gateway.line.Work;
import io.breakwater.gateway.rate.ConnectionRates;
import io.breakwater.gateway.rate.Excess;
import io.breakwater.proto.client.Ack;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Hello;
import io.breakwater.proto.client.LinkDevice;
import io.breakwater.proto.client.LookUp;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignUp;
import io.breakwater.proto.client.Sync;
import io.breakwater.proto.trunk.AckFrom;
import io.breakwater.proto.trunk.Attach;
import io.breakwater.proto.trunk.AttachRefused;
import io.breakwater.proto.trunk.Attached;
import io.breakwater.proto.trunk.Detach;
import io.breakwater.proto.trunk.Ended;
import io.breakwater.proto.trunk.GatewayFrame;
import io.breakwater.proto.trunk.PingFrom;
import io.breakwater.proto.trunk.SendFrom;
import io.breakwater.proto.trunk.SyncFrom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The life of one connection: what it may say, when, and what becomes of its session when trunks
 * come and go. Deterministic, and confined to the connection's event loop.
 *
 * <pre>
 *  AWAIT_HELLO --SignUp--> SIGNING_UP --+    {@link Newcomer}: in line, or under way
 *       |                               |
 *       +------------Hello--------------+--> ATTACHING &lt;--trunk opened / lost, home moved--> WAITING
 *                                                |
 *                                            Attached: Welcome
 *                                                v
 *  DETACHED &lt;--trunk lost, home moved,---------- ATTACHED &lt;--Attached: Reattached-- REATTACHING
 *     |        attach refused for now               |                                 ^   ^
 *     |                                             +------the home does not know it--+   |
 *     +--------------trunk opened, or the time has come-----------------------------------+
 * </pre>
 *
 * While a session is detached nothing is delivered to the client, who does not know it. So one
 * whose home cannot be reached is closed before long: another gateway may reach it.
 *
 * <p>A session is attached at one node, the home by the view that was known when it attached. When
 * its home moves to another node, what the first one still says of the session counts no more: it
 * is detached, and attaches at the new home. Only answers pass from anywhere.
 *
 * <p>Several attaches may be on their way to one node, when its users moved away and back before it
 * answered. It carries out each, and what it attached last is what it holds: so the newest
 * generation that the home names counts, whatever was asked first.
 *
 * <p>Every phase leads to OVER, once the client has been told why. An attach that is on its way
 * when the connection ends leads there through LEAVING, which waits for the generation that the
 * home must be told to detach.
 */
public final class ConnectionMachine {
  private enum Phase {
    /** Nothing has been said yet. */
    AWAIT_HELLO,
    /** Signing up, in line or not, or signed up and about to say hello. */
    SIGNING_UP,
    /** Hello was good; the trunk to the home is down. */
    WAITING,
    /** The first attach is on its way. */
    ATTACHING,
    ATTACHED,
    /** Welcomed, but the home does not hold the session now. */
    DETACHED,
    /** Welcomed, and attaching again. */
    REATTACHING,
    /** The client is gone; an attach is still on its way. */
    LEAVING,
    OVER
  }

  private static final List<Output> NOTHING = List.of();
  private static final long NEVER = Long.MAX_VALUE;

  /**
   * How long a client may be owed an answer by another node than its home, ms: it asks again by
   * itself at last 88 s after it asked before.
   */
  private static final int ANSWERS_DUE_MS = 100_000;

  /**
   * A home that does not know the session although it has attached it lately is not asked again at
   * once, ms.
   */
  private static final int UNKNOWN_AGAIN_MS = 1_000;

  /** Who broke the protocol stays away for so long at least, ms, whatever it did before. */
  private static final int MALFORMED_AWAY_MS = 30_000;

  /** A client that has said nothing for so long is not in the middle of something, ms. */
  private static final int QUIET_MS = 5_000;

  /** Stands for "nobody" before Hello. */
  private static final UserId NOBODY = new UserId(0, 0);

  private final EdgeRules rules;
  private final ConnectionRates rates;
  private final long connection;
  private Phase phase = Phase.AWAIT_HELLO;
  private UserId user = NOBODY;
  private int device;
  private ByteString tokenHash = ByteString.EMPTY;
  private long generation;

  /**
   * The node that holds the session, or the last one that was asked to; none if it cannot matter.
   */
  private @Nullable IncarnationId holder;

  /** Highest that the device said it has stored; none if it never said. */
  private @Nullable Cursor stored;

  /** A Sync that came while the home did not hold the session, or too soon after another. */
  private @Nullable Cursor syncFrom;

  private final AttachesDue attachesDue = new AttachesDue();

  /** The latest sign-up; none before, and once it is answered. */
  private @Nullable Newcomer newcomer;

  private int idleMs;
  private long lastFrameAtMs;

  /** Whether it ended before its client had said anything. */
  private boolean isUnheard;

  /** Until then the client was told not to send again what was refused. */
  private long sendsReturnAtMs;

  /** Until then another node than the home may owe the client an answer. */
  private long answersDueUntilMs;

  /** When a home said last that it does not know the session. */
  private long unknownAtMs;

  /** When a session is closed unless its home can be reached then, or has answered before. */
  private long unreachedUntilMs = NEVER;

  /** How long that was when it began. */
  private int unreachedForMs;

  /** Whether no delivery node was reached when that was looked at last. */
  private boolean reachedNone;

  /** Of the phase: when waiting for the home ends, or when to attach again. */
  private long deadlineMs = NEVER;

  /**
   * A connection that was just accepted.
   *
   * @param connection not 0; unique on its event loop
   * @param nowMs monotonic clock, as in {@link #on}
   */
  public ConnectionMachine(long connection, EdgeRules rules, long nowMs) {
    this.connection = connection;
    this.rules = rules;
    this.rates = new ConnectionRates(rules.rates());
    this.idleMs = rules.limits().firstFrameMs();
    this.lastFrameAtMs = nowMs;
    this.sendsReturnAtMs = nowMs;
    this.answersDueUntilMs = nowMs;
    this.unknownAtMs = nowMs - UNKNOWN_AGAIN_MS;
  }

  /** The id of this connection on the trunks. */
  public long connection() {
    return connection;
  }

  /** The client's address is known, as {@link io.breakwater.gateway.rate.SharedRates} keys it. */
  public void comesFrom(long address) {
    rates.comesFrom(address);
  }

  /** Bytes of the largest frame that the client may send now. */
  public int maxFrameBytes() {
    return isWelcomed() ? Wire.MAX_FRAME_BYTES : Wire.MAX_FRAME_BYTES_BEFORE_WELCOME;
  }

  /** Whether the client may be told what the delivery tier has for it. */
  public boolean takesRelays() {
    return phase != Phase.LEAVING && phase != Phase.OVER;
  }

  /**
   * Whether the client is to be told what a node has for it. Entries, and how far they go, come
   * from the home that holds the session alone, and not before it says so: what a home said of an
   * earlier attach may have gaps by now, while this one begins at the client's cursor. Answers come
   * from anywhere.
   *
   * @param relay bytes of a ServerFrame
   */
  public boolean takesRelay(IncarnationId node, ByteString relay) {
    boolean isHeld = phase == Phase.ATTACHED && node.equals(holder);
    return takesRelays() && (isHeld || !isOfSession(relay));
  }

  /**
   * Whether what a node has for the client may be the answer to its sign-up: then it comes as
   * {@link Input.SignUpAnswered}, since it may be none for the client.
   */
  public boolean readsRelay(ByteString relay) {
    int field = fieldOf(relay);
    return newcomer != null
        && (field == ServerFrame.SIGNED_UP_FIELD_NUMBER || field == ServerFrame.ERROR_FIELD_NUMBER);
  }

  /**
   * What a node has for the client: as it came, but for a message that it refuses for now, which
   * may come again when all that were refused are spread widely enough.
   *
   * @param relay bytes of a ServerFrame
   */
  public ByteString relayed(ByteString relay, long nowMs) {
    return fieldOf(relay) == ServerFrame.SEND_REFUSED_FIELD_NUMBER
        ? sendRefused(relay, nowMs)
        : relay;
  }

  private ByteString sendRefused(ByteString relay, long nowMs) {
    ServerFrame frame;
    try {
      frame = ServerFrame.parseFrom(relay);
    } catch (InvalidProtocolBufferException e) {
      return relay;
    }
    SendRefused refused = frame.getSendRefused();
    if (refused.getFinal() || !isPassing(refused.getReason())) {
      return relay;
    }
    if (refused.getReason() == Reason.OVERLOADED) {
      rules.returns().sends().shed(nowMs);
    }
    int returnAfterMs = sendAgainAfterMs(nowMs);
    return Integer.compareUnsigned(refused.getReturnAfterMs(), returnAfterMs) >= 0
        ? relay
        : frame.toBuilder()
            .setSendRefused(refused.toBuilder().setReturnAfterMs(returnAfterMs))
            .build()
            .toByteString();
  }

  /** By its first field, which is its only one: most of what comes from elsewhere are answers. */
  private static boolean isOfSession(ByteString relay) {
    int field = fieldOf(relay);
    return field == ServerFrame.DELIVER_FIELD_NUMBER
        || field == ServerFrame.SYNCED_FIELD_NUMBER
        || field == ServerFrame.TOO_LONG_FIELD_NUMBER;
  }

  /** Its tag is a varint; fields above 15, as Error is, have two bytes of it. */
  private static int fieldOf(ByteString relay) {
    if (relay.isEmpty()) {
      return 0;
    }
    int tag = relay.byteAt(0);
    if (tag < 0 && relay.size() > 1) {
      tag = (tag & 0x7F) | (relay.byteAt(1) << 7);
    }
    return WireFormat.getTagFieldNumber(tag);
  }

  /** Whether its home holds the session. */
  public boolean isAttached() {
    return phase == Phase.ATTACHED;
  }

  /** Whether its client has said nothing for a while. */
  public boolean isQuiet(long nowMs) {
    return nowMs - lastFrameAtMs >= QUIET_MS;
  }

  /** How far a client is that arrives. */
  public enum Arriving {
    /** It has not said what it wants, or never did. */
    UNHEARD,
    /** Its Hello was good, and its home is asked. */
    HEARD,
    /** Its Hello was good, and its home cannot be reached now. */
    WAITING,
    /** It has a session, is in line or under way, or was told why not. */
    ANSWERED
  }

  /** How far its client is. */
  public Arriving arriving() {
    return switch (phase) {
      case AWAIT_HELLO -> Arriving.UNHEARD;
      case ATTACHING -> Arriving.HEARD;
      case WAITING -> Arriving.WAITING;
      case SIGNING_UP, ATTACHED, DETACHED, REATTACHING -> Arriving.ANSWERED;
      case LEAVING, OVER -> isUnheard ? Arriving.UNHEARD : Arriving.ANSWERED;
    };
  }

  /** Whether nothing will ever come out of this machine any more. */
  public boolean isOver() {
    return phase == Phase.OVER;
  }

  /** Whether the session would attach if it got its turn at this node. */
  public boolean awaits(IncarnationId node) {
    return isWaiting() && isHome(node);
  }

  /** The node at which it waits for its turn, if it does and a view is known. */
  public Optional<IncarnationId> awaited() {
    return isWaiting() ? rules.homes().homeOf(user) : Optional.empty();
  }

  /** Not while a home has said when to come back. */
  private boolean isWaiting() {
    return phase == Phase.WAITING || (phase == Phase.DETACHED && deadlineMs == NEVER);
  }

  private boolean isWelcomed() {
    return switch (phase) {
      case ATTACHED, DETACHED, REATTACHING -> true;
      case AWAIT_HELLO, SIGNING_UP, WAITING, ATTACHING, LEAVING, OVER -> false;
    };
  }

  private boolean isHome(IncarnationId node) {
    return rules.homes().homeOf(user).filter(node::equals).isPresent();
  }

  /**
   * Decides.
   *
   * @param nowMs monotonic clock, milliseconds; never runs backwards
   */
  public List<Output> on(Input input, long nowMs) {
    return switch (input) {
      case Input.Received received -> received(received.frame(), received.bytes(), nowMs);
      case Input.Unreadable unreadable -> malformed(unreadable.detail(), nowMs);
      case Input.CrowdedOut _ -> crowdedOut(nowMs);
      case Input.Crowded crowded -> crowded(crowded.bytes(), nowMs);
      case Input.Sign _ -> sign(nowMs);
      case Input.Attached attached -> attached(attached.node(), attached.answer(), nowMs);
      case Input.AttachRefused refused -> attachRefused(refused.node(), refused.answer(), nowMs);
      case Input.Ended ended -> ended(ended.node(), ended.end(), nowMs);
      case Input.NotForwarded notForwarded -> notForwarded(notForwarded.frame(), nowMs);
      case Input.Shed shed -> shed(shed.node(), shed.frame(), nowMs);
      case Input.Taken taken -> taken(taken.node(), taken.frame());
      case Input.SignUpAnswered answered -> signUpAnswered(answered, nowMs);
      case Input.Turn _ -> turn(nowMs);
      case Input.PlaceDue _ -> newcomer == null ? NOTHING : newcomer.tell();
      case Input.GaveWay _ -> newcomer == null ? NOTHING : settled(newcomer.gaveWay(nowMs), nowMs);
      case Input.PlaceTaken(Waiting place) ->
          newcomer == null ? NOTHING : settled(newcomer.placeTaken(place), nowMs);
      case Input.ViewChanged _ -> viewChanged(nowMs);
      case Input.TrunkOpened opened -> trunkOpened(opened.node(), nowMs);
      case Input.TrunkLost lost -> trunkLost(lost.node(), nowMs);
      case Input.Swept swept -> swept(swept.frameStartedAtMs(), nowMs);
      case Input.Draining draining -> draining(draining.returnAfterMs());
      case Input.Drained _ -> closed(nowMs);
      case Input.SocketClosed _ -> closed(nowMs);
    };
  }

  // What the client says.

  private List<Output> received(ClientFrame frame, int bytes, long nowMs) {
    lastFrameAtMs = nowMs;
    if (!takesRelays()) {
      return NOTHING;
    }
    boolean isInOrder = isWelcomed() || frame.hasHello() || frame.hasSignUp();
    // The sign-up that was asked for work has been taken from its address already.
    boolean isPaid = newcomer != null && newcomer.isAnsweredBy(frame);
    Optional<Excess> excess =
        isInOrder && !isPaid ? rates.take(frame, bytes, nowMs) : rates.takeFrame(bytes, nowMs);
    if (excess.isPresent()) {
      return tooFast(frame, excess.get(), nowMs);
    }
    return switch (phase) {
      case AWAIT_HELLO, SIGNING_UP -> beforeHello(frame, nowMs);
      case WAITING, ATTACHING -> unexpected(frame, "nothing before the answer to HELLO", nowMs);
      case ATTACHED, DETACHED, REATTACHING -> inSession(frame, nowMs);
      case LEAVING, OVER -> NOTHING;
    };
  }

  private List<Output> sign(long nowMs) {
    return takesRelays()
        ? rates.takeSign(nowMs).map(excess -> endTooFast(excess, nowMs)).orElse(NOTHING)
        : NOTHING;
  }

  private List<Output> tooFast(ClientFrame frame, Excess excess, long nowMs) {
    return switch (excess.limit()) {
      case ADDRESS_CONNECTIONS, ADDRESS_HELLOS, ADDRESS_SIGN_UPS, DEVICE_FRAMES ->
          endTooFast(excess, nowMs);
      case DEVICE_PINGS -> exceeded(excess, Frames.pongWithoutHead(rules.serverTimeMs()));
      case DEVICE_SYNCS -> {
        remember(frame.getSync().getCursor());
        syncFrom = frame.getSync().getCursor();
        yield List.of(new Output.Exceeded(excess.limit()));
      }
      case DEVICE_PAYLOAD_BYTES ->
          isAnswered(frame) ? refuseTooFast(frame, excess, nowMs) : endTooFast(excess, nowMs);
      case ACCOUNT_SENDS, DEVICE_SENDS, DEVICE_LOOK_UPS, DEVICE_LINKS ->
          refuseTooFast(frame, excess, nowMs);
    };
  }

  /** Whether a refusal of this frame can name it. No honest frame of another kind is large. */
  private static boolean isAnswered(ClientFrame frame) {
    return switch (frame.getBodyCase()) {
      case SEND, LOOK_UP, LINK_DEVICE, REVOKE_DEVICE -> true;
      case HELLO, SIGN_UP, ACK, SYNC, PING, BODY_NOT_SET -> false;
    };
  }

  private List<Output> refuseTooFast(ClientFrame frame, Excess excess, long nowMs) {
    int returnAfterMs = excess.waitMs() + rules.returns().sends().spread(nowMs);
    return exceeded(excess, Frames.tooFast(frame, excess, returnAfterMs));
  }

  private static List<Output> exceeded(Excess excess, ServerFrame answer) {
    return List.of(new Output.Exceeded(excess.limit()), new Output.ToClient(answer));
  }

  private List<Output> endTooFast(Excess excess, long nowMs) {
    int returnAfterMs = excess.waitMs() + rules.returns().connections().spread(nowMs);
    List<Output> outputs =
        new ArrayList<>(exceeded(excess, Frames.tooFast(excess, returnAfterMs, 0)));
    return leave(outputs, nowMs);
  }

  /**
   * When a message or a request may come again. A client counts once until then: one that goes on
   * sends nobody else away for longer.
   */
  private int sendAgainAfterMs(long nowMs) {
    if (nowMs < sendsReturnAtMs) {
      return rules.returns().sends().spread(nowMs);
    }
    int afterMs = rules.returns().sends().tell(nowMs);
    sendsReturnAtMs = nowMs + afterMs;
    return afterMs;
  }

  private List<Output> beforeHello(ClientFrame frame, long nowMs) {
    return switch (frame.getBodyCase()) {
      case HELLO -> hello(frame.getHello(), nowMs);
      case SIGN_UP -> signUp(frame.getSignUp(), nowMs);
      case SEND, ACK, SYNC, PING, LOOK_UP, LINK_DEVICE, REVOKE_DEVICE, BODY_NOT_SET ->
          unexpected(frame, "HELLO or SIGN_UP", nowMs);
    };
  }

  private List<Output> inSession(ClientFrame frame, long nowMs) {
    return switch (frame.getBodyCase()) {
      case SEND -> send(frame.getSend(), nowMs);
      case ACK -> ack(frame.getAck(), nowMs);
      case SYNC -> sync(frame.getSync(), nowMs);
      case PING -> ping(nowMs);
      case LOOK_UP -> lookUp(frame.getLookUp(), nowMs);
      case LINK_DEVICE -> linkDevice(frame.getLinkDevice(), nowMs);
      case REVOKE_DEVICE ->
          toHolder(
              toMyHome(Priority.CONTROL).setRevokeDevice(frame.getRevokeDevice()).build(), nowMs);
      case HELLO, SIGN_UP, BODY_NOT_SET -> unexpected(frame, "a frame of a session", nowMs);
    };
  }

  private List<Output> unexpected(ClientFrame frame, String expected, long nowMs) {
    return malformed("frame: " + frame.getBodyCase() + " (expected: " + expected + ')', nowMs);
  }

  private List<Output> signUp(SignUp request, long nowMs) {
    if (request.getSignUpId().size() != Wire.ID_BYTES) {
      return malformed(wrongSize("sign-up id", request.getSignUpId(), Wire.ID_BYTES), nowMs);
    }
    phase = Phase.SIGNING_UP;
    idleMs = rules.limits().signUpIdleMs();
    Newcomer before = newcomer;
    if (before != null) {
      before.leavePlace();
    }
    Ticket ticket = Newcomer.read(rules, request);
    Work work = Newcomer.workOf(rules, request, ticket);
    Newcomer next = Newcomer.of(rules, connection, request, ticket, work, before);
    newcomer = next;
    List<Output> outputs = new ArrayList<>(4);
    if (ticket instanceof Ticket.Refused(Ticket.Fault fault)) {
      outputs.add(new Output.TicketRefused(fault));
    }
    switch (work) {
      case Work.None _ -> {}
      case Work.Done _ -> outputs.add(new Output.WorkDone());
      case Work.Refused(Work.Fault fault) -> outputs.add(new Output.WorkRefused(fault));
    }
    outputs.addAll(next.begin(nowMs));
    if (before != null) {
      next.follows(before);
    }
    return settled(outputs, nowMs);
  }

  /** Who was told to come back later, or displaced, is not kept. */
  private List<Output> settled(List<Output> outputs, long nowMs) {
    return newcomer != null && newcomer.isTurnedAway()
        ? leave(new ArrayList<>(outputs), nowMs)
        : outputs;
  }

  private List<Output> taken(IncarnationId node, GatewayFrame frame) {
    return newcomer != null && frame.hasSignUp() ? newcomer.taken(node) : NOTHING;
  }

  /** The client was silent as long as it was in line: it need not say anything there. */
  private List<Output> turn(long nowMs) {
    lastFrameAtMs = nowMs;
    return newcomer == null ? NOTHING : newcomer.turn(nowMs);
  }

  private List<Output> signUpAnswered(Input.SignUpAnswered answered, long nowMs) {
    ServerFrame answer = answered.answer();
    Newcomer asked = newcomer;
    if (asked == null) {
      return takesRelays() ? toClient(answer) : NOTHING;
    }
    if (answered.isSentBack()) {
      return settled(asked.sentBack(answer.getError(), nowMs), nowMs);
    }
    asked.leave();
    newcomer = null;
    return toClient(answer);
  }

  private List<Output> hello(Hello hello, long nowMs) {
    if (hello.getVersion() != Wire.VERSION) {
      return refuseForGood(
          Reason.UNSUPPORTED_VERSION,
          "version: "
              + Integer.toUnsignedString(hello.getVersion())
              + " (expected: "
              + Wire.VERSION
              + ')',
          nowMs);
    }
    if (hello.getUser().size() != Wire.ID_BYTES) {
      return malformed(wrongSize("user id", hello.getUser(), Wire.ID_BYTES), nowMs);
    }
    UserId presented = UserId.of(hello.getUser().asReadOnlyByteBuffer());
    Optional<SecretHash> hash =
        rules
            .mint()
            .verify(presented, new DeviceId(hello.getDevice()), hello.getToken().toByteArray());
    if (hash.isEmpty() || !rules.mint().isOurs(presented)) {
      rates.forged(nowMs);
      return refuseForGood(
          Reason.UNAUTHENTICATED,
          "token: not made for this user and device by this service",
          nowMs);
    }
    noNewcomer();
    user = presented;
    device = hello.getDevice();
    rates.belongsTo(user, device);
    tokenHash = ByteString.copyFrom(hash.get().bytes());
    stored = hello.hasCursor() ? hello.getCursor() : null;
    idleMs = idleLimitMs(hello.getHeartbeatS());
    deadlineMs = nowMs + rules.limits().attachMs();
    return firstAttach(nowMs);
  }

  /** 1.5 times the heartbeat, which is brought into its range first. */
  private static int idleLimitMs(int heartbeatS) {
    long asked = Integer.toUnsignedLong(heartbeatS);
    return Math.clamp(asked, Wire.MIN_HEARTBEAT_S, Wire.MAX_HEARTBEAT_S) * 1_500;
  }

  private List<Output> send(Send send, long nowMs) {
    Optional<Reason> fault = faultOf(send);
    if (fault.isPresent()) {
      return toClient(Frames.sendRejected(send, fault.get()));
    }
    UserId to = UserId.of(send.getTo().asReadOnlyByteBuffer());
    if (!rules.homes().homeOf(to).equals(rules.homes().homeOf(user))) {
      answersDueUntilMs = nowMs + ANSWERS_DUE_MS;
    } else if (phase != Phase.ATTACHED) {
      // That home may hold a newer session of this device, or have signed it out: it decides first.
      return toClient(Frames.sendDelayed(send, Reason.UNAVAILABLE, sendAgainAfterMs(nowMs)));
    }
    GatewayFrame frame =
        Frames.forHome(connection, to, Priority.SEND)
            .setLevel(level())
            .setSend(
                SendFrom.newBuilder()
                    .setSender(ByteString.copyFrom(user.bytes()))
                    .setDevice(device)
                    .setSend(send))
            .build();
    return List.of(new Output.ToHome(to, frame));
  }

  /** What no retry can cure; costs no database. */
  private Optional<Reason> faultOf(Send send) {
    if (send.getClientId() < 1
        || send.getPrev() < 0
        || send.getPrev() >= send.getClientId()
        || (!send.getAfter().isEmpty() && send.getAfter().size() != Wire.ID_BYTES)) {
      return Optional.of(Reason.MALFORMED);
    }
    if (send.getPayload().size() > Wire.MAX_PAYLOAD_BYTES) {
      return Optional.of(Reason.TOO_LARGE);
    }
    if (send.getTo().size() != Wire.ID_BYTES
        || !rules.recipients().isOurs(UserId.of(send.getTo().asReadOnlyByteBuffer()))) {
      return Optional.of(Reason.NOT_FOUND);
    }
    return Optional.empty();
  }

  private List<Output> ack(Ack ack, long nowMs) {
    remember(ack.getCursor());
    if (phase != Phase.ATTACHED) {
      return NOTHING;
    }
    AckFrom body = AckFrom.newBuilder().setDevice(device).setCursor(ack.getCursor()).build();
    return toHolder(toMyHome(Priority.CONTROL).setAck(body).build(), nowMs);
  }

  private List<Output> sync(Sync sync, long nowMs) {
    remember(sync.getCursor());
    return syncFrom(sync.getCursor(), nowMs);
  }

  private List<Output> syncFrom(Cursor from, long nowMs) {
    SyncFrom body = SyncFrom.newBuilder().setDevice(device).setCursor(from).build();
    return toHolder(toMyHome(Priority.FIRST_SYNC).setSync(body).build(), nowMs);
  }

  private List<Output> syncThatWaited(long nowMs) {
    Cursor from = syncFrom;
    syncFrom = null;
    return from == null ? NOTHING : syncFrom(from, nowMs);
  }

  private void remember(Cursor cursor) {
    if (stored == null || Long.compareUnsigned(cursor.getEntryId(), stored.getEntryId()) > 0) {
      stored = cursor;
    }
  }

  private List<Output> ping(long nowMs) {
    return toHolder(
        toMyHome(Priority.CONTROL).setPing(PingFrom.newBuilder().setDevice(device)).build(), nowMs);
  }

  private List<Output> lookUp(LookUp lookUp, long nowMs) {
    answersDueUntilMs = nowMs + ANSWERS_DUE_MS;
    return List.of(
        new Output.ToAny(
            Frames.forAny(connection, Priority.LOOK_UP)
                .setLevel(level())
                .setLookUp(lookUp)
                .build()));
  }

  private List<Output> linkDevice(LinkDevice link, long nowMs) {
    if (link.getLinkId().size() != Wire.ID_BYTES) {
      return toClient(
          Frames.error(
              Reason.MALFORMED,
              wrongSize("link id", link.getLinkId(), Wire.ID_BYTES),
              0,
              link.getRequest()));
    }
    return toHolder(toMyHome(Priority.SIGN_UP).setLinkDevice(link).build(), nowMs);
  }

  private GatewayFrame.Builder toMyHome(Priority priority) {
    return Frames.forHome(connection, user, priority).setLevel(level());
  }

  /** Of this user, within whatever class: of who sends, not of who is sent to. */
  private int level() {
    return rules.homes().levels().of(user);
  }

  /** To the own home if it holds the session; else it is answered here. */
  private List<Output> toHolder(GatewayFrame frame, long nowMs) {
    return phase == Phase.ATTACHED ? List.of(new Output.ToHome(user, frame)) : kept(frame, nowMs);
  }

  // What the trunk does.

  /** An attach that waited at a node which is not asked any more matters no more. */
  private List<Output> shed(IncarnationId node, GatewayFrame frame, long nowMs) {
    if (frame.hasSend()) {
      rules.returns().sends().shed(nowMs);
    }
    if (frame.hasAttach() && !node.equals(holder)) {
      attachesDue.answered(node);
      return NOTHING;
    }
    return notForwarded(frame, nowMs);
  }

  private List<Output> notForwarded(GatewayFrame frame, long nowMs) {
    if (!takesRelays()) {
      if (phase == Phase.LEAVING && frame.hasAttach() && holder != null) {
        attachesDue.answered(holder);
        phase = isAttachDue(nowMs) ? Phase.LEAVING : Phase.OVER;
      }
      return NOTHING;
    }
    return switch (frame.getBodyCase()) {
      case ATTACH -> attachNotForwarded(nowMs);
      case SIGN_UP -> newcomer == null ? NOTHING : settled(newcomer.notForwarded(nowMs), nowMs);
      case SEND,
          SYNC,
          PING,
          LOOK_UP,
          LINK_DEVICE,
          REVOKE_DEVICE,
          ACK,
          DETACH,
          HELLO,
          BODY_NOT_SET ->
          kept(frame, nowMs);
    };
  }

  /** Answers by itself what went nowhere. */
  private List<Output> kept(GatewayFrame frame, long nowMs) {
    return switch (frame.getBodyCase()) {
      case SEND ->
          toClient(
              Frames.sendDelayed(
                  frame.getSend().getSend(), Reason.UNAVAILABLE, sendAgainAfterMs(nowMs)));
      case SYNC -> {
        syncFrom = frame.getSync().getCursor();
        yield NOTHING;
      }
      case PING -> toClient(Frames.pongWithoutHead(rules.serverTimeMs()));
      case LOOK_UP -> requestDelayed(frame.getLookUp().getRequest(), nowMs);
      case LINK_DEVICE -> requestDelayed(frame.getLinkDevice().getRequest(), nowMs);
      case REVOKE_DEVICE -> requestDelayed(frame.getRevokeDevice().getRequest(), nowMs);
      case ATTACH, SIGN_UP, ACK, DETACH, HELLO, BODY_NOT_SET -> NOTHING;
    };
  }

  private List<Output> attachNotForwarded(long nowMs) {
    if (holder != null) {
      attachesDue.answered(holder);
    }
    if (rules.homes().reachesHomeOf(user)) {
      return attachShed(nowMs);
    }
    if (phase == Phase.ATTACHING) {
      phase = Phase.WAITING;
      holder = null;
    } else if (phase == Phase.REATTACHING) {
      detached(nowMs);
    }
    return NOTHING;
  }

  /** The home can be reached, and had no room for it within the time. */
  private List<Output> attachShed(long nowMs) {
    rules.returns().connections().pressed(nowMs);
    if (phase == Phase.ATTACHING && !isAttachDue(nowMs)) {
      return close(
          Frames.error(
              Reason.OVERLOADED,
              "too many attach at once",
              rules.returns().connections().tell(nowMs)),
          nowMs);
    }
    if (phase == Phase.REATTACHING && !isAttachDue(nowMs)) {
      int againMs = rules.returns().connections().tell(nowMs);
      detachedUntil(nowMs + Math.min(rules.detachedMs(), againMs));
    }
    return NOTHING;
  }

  private List<Output> requestDelayed(int request, long nowMs) {
    return toClient(unavailable(sendAgainAfterMs(nowMs), request));
  }

  private static ServerFrame unavailable(int returnAfterMs, int request) {
    return Frames.error(
        Reason.UNAVAILABLE, "the delivery tier cannot be reached", returnAfterMs, request);
  }

  private List<Output> trunkOpened(IncarnationId node, long nowMs) {
    if (!awaits(node)) {
      return NOTHING;
    }
    return phase == Phase.WAITING ? firstAttach(nowMs) : reattach(nowMs);
  }

  private List<Output> firstAttach(long nowMs) {
    holder = rules.homes().homeOf(user).orElse(null);
    phase = holder == null ? Phase.WAITING : Phase.ATTACHING;
    return holder == null ? NOTHING : List.of(attach(nowMs));
  }

  private List<Output> reattach(long nowMs) {
    holder = rules.homes().homeOf(user).orElse(null);
    phase = Phase.REATTACHING;
    deadlineMs = nowMs + rules.limits().attachMs();
    return List.of(attach(nowMs));
  }

  /** No node holds the session, or it does not matter any more: any home may be asked. */
  private void detached(long nowMs) {
    holder = null;
    phase = Phase.DETACHED;
    deadlineMs = NEVER;
    if (unreachedUntilMs == NEVER) {
      unreachedForMs = rules.detachedMs();
      unreachedUntilMs = nowMs + unreachedForMs;
    }
  }

  /** The home asks for time, or should have some. */
  private void detachedUntil(long attachAgainAtMs) {
    phase = Phase.DETACHED;
    deadlineMs = attachAgainAtMs;
    unreachedUntilMs = NEVER;
  }

  private List<Output> viewChanged(long nowMs) {
    if (holder == null || isHome(holder)) {
      return NOTHING;
    }
    switch (phase) {
      case ATTACHING -> {
        holder = null;
        phase = Phase.WAITING;
      }
      case ATTACHED, REATTACHING, DETACHED -> detached(nowMs);
      // Whoever carries out the attach must be told to detach, home or not.
      case AWAIT_HELLO, SIGNING_UP, WAITING, LEAVING, OVER -> {}
    }
    return NOTHING;
  }

  private List<Output> trunkLost(IncarnationId node, long nowMs) {
    if (newcomer != null) {
      return settled(newcomer.trunkLost(node, nowMs), nowMs);
    }
    attachesDue.lost(node);
    if (!node.equals(holder)) {
      // A session that is about to attach at its home will be told so then.
      return isWelcomed() && !isHome(node) && nowMs < answersDueUntilMs
          ? answersLost(nowMs)
          : NOTHING;
    }
    switch (phase) {
      case ATTACHING -> {
        holder = null;
        phase = Phase.WAITING;
      }
      // A refusal said when to come back; a home that has come back since knows nothing of it.
      case ATTACHED, REATTACHING, DETACHED -> detached(nowMs);
      case LEAVING -> phase = Phase.OVER;
      case AWAIT_HELLO, SIGNING_UP, WAITING, OVER -> {}
    }
    return NOTHING;
  }

  /**
   * What another node had to answer may be lost: the client is told as it is when its home changes,
   * and gets from its home what goes with that. Whose answers they were is not known here, since
   * answers pass unread; so a client that is owed nothing may be told too: it does nothing.
   */
  private List<Output> answersLost(long nowMs) {
    answersDueUntilMs = nowMs;
    List<Output> outputs = new ArrayList<>(2);
    outputs.add(new Output.ToClient(Frames.answersLost(rules.serverTimeMs())));
    outputs.addAll(syncFrom(stored == null ? Cursor.getDefaultInstance() : stored, nowMs));
    return outputs;
  }

  private Output attach(long nowMs) {
    if (holder != null) {
      attachesDue.asked(holder, nowMs + 2L * rules.limits().attachMs(), nowMs);
    }
    Attach.Builder body =
        Attach.newBuilder().setDevice(device).setTokenHash(tokenHash).setGeneration(generation);
    if (stored != null) {
      body.setCursor(stored);
    }
    return new Output.ToHome(user, toMyHome(Priority.RESUME).setAttach(body).build());
  }

  // What the home says.

  private List<Output> attached(IncarnationId node, Attached answer, long nowMs) {
    attachesDue.answered(node);
    if (!holds(node)) {
      return NOTHING;
    }
    return switch (phase) {
      case WAITING, ATTACHING -> {
        hold(node, answer);
        yield toClient(Frames.welcome(answer));
      }
      case REATTACHING, DETACHED -> {
        if (!isNewest(answer)) {
          yield NOTHING;
        }
        hold(node, answer);
        List<Output> outputs = new ArrayList<>(toClient(Frames.reattached(answer)));
        outputs.addAll(syncThatWaited(nowMs));
        yield outputs;
      }
      case ATTACHED -> {
        if (isNewest(answer)) {
          hold(node, answer);
        }
        yield NOTHING;
      }
      case LEAVING -> {
        generation = answer.getGeneration();
        phase = isAttachDue(nowMs) ? Phase.LEAVING : Phase.OVER;
        yield List.of(detach(node));
      }
      case AWAIT_HELLO, SIGNING_UP, OVER -> NOTHING;
    };
  }

  /**
   * Whether an attach that this node has carried out counts: it was asked last, or it is home again
   * to a session that waits for its turn to ask.
   */
  private boolean holds(IncarnationId node) {
    return holder == null ? isWaiting() && isHome(node) : node.equals(holder);
  }

  /** An answer that was overtaken by a newer one is about a session that is gone. */
  private boolean isNewest(Attached answer) {
    return Long.compareUnsigned(answer.getGeneration(), generation) >= 0;
  }

  private void hold(IncarnationId node, Attached answer) {
    holder = node;
    generation = answer.getGeneration();
    phase = Phase.ATTACHED;
    deadlineMs = NEVER;
    unreachedUntilMs = NEVER;
  }

  /** Whether the node that holds the session, or was asked to, may still answer an attach. */
  private boolean isAttachDue(long nowMs) {
    return attachesDue.isAnyOf(holder, nowMs);
  }

  private List<Output> attachRefused(IncarnationId node, AttachRefused answer, long nowMs) {
    attachesDue.answered(node);
    if (!node.equals(holder)) {
      return NOTHING;
    }
    return switch (phase) {
      // The answer to a later attach is on its way: it counts.
      case ATTACHING ->
          isPassing(answer.getReason()) && isAttachDue(nowMs)
              ? NOTHING
              : close(errorOf(answer, nowMs), nowMs);
      case REATTACHING -> {
        if (isPassing(answer.getReason())) {
          detachedUntil(nowMs + Math.min(rules.detachedMs(), returnAfterMs(answer, nowMs)));
          yield NOTHING;
        }
        yield close(errorOf(answer, nowMs), nowMs);
      }
      case LEAVING -> {
        phase = isAttachDue(nowMs) ? Phase.LEAVING : Phase.OVER;
        yield NOTHING;
      }
      case AWAIT_HELLO, SIGNING_UP, WAITING, ATTACHED, DETACHED, OVER -> NOTHING;
    };
  }

  /** Whether the home only asks for time: then the client need not lose its socket. */
  private static boolean isPassing(Reason reason) {
    return reason == Reason.UNAVAILABLE || reason == Reason.OVERLOADED;
  }

  private ServerFrame errorOf(AttachRefused answer, long nowMs) {
    Reason reason = answer.getReason();
    return Frames.error(
        reason == Reason.UNRECOGNIZED ? Reason.UNAVAILABLE : reason,
        answer.getDetail(),
        reason == Reason.UNAUTHENTICATED ? 0 : returnAfterMs(answer, nowMs));
  }

  /** What the home asks for, unless all who are to come back need longer. */
  private int returnAfterMs(AttachRefused answer, long nowMs) {
    if (answer.getReason() == Reason.OVERLOADED) {
      rules.returns().connections().pressed(nowMs);
    }
    long askedMs = Integer.toUnsignedLong(answer.getReturnAfterMs());
    return (int)
        Math.min(Integer.MAX_VALUE, Math.max(askedMs, rules.returns().connections().tell(nowMs)));
  }

  private List<Output> ended(IncarnationId node, Ended end, long nowMs) {
    if (!node.equals(holder)) {
      // The answer to an attach, if one is due there: nothing else of the session is asked there.
      attachesDue.answered(node);
      return NOTHING;
    }
    if (!isAboutThis(end)) {
      return NOTHING;
    }
    return switch (phase) {
      case ATTACHED, REATTACHING -> endedHere(node, end, nowMs);
      case LEAVING -> {
        // The answer to the attach: anything else is about a frame that was before it.
        if (end.getCause() == Ended.Cause.DISPLACED || end.getCause() == Ended.Cause.REVOKED) {
          attachesDue.answered(node);
          phase = isAttachDue(nowMs) ? Phase.LEAVING : Phase.OVER;
        }
        yield NOTHING;
      }
      case ATTACHING -> {
        // Nothing else was asked there.
        attachesDue.answered(node);
        yield NOTHING;
      }
      case AWAIT_HELLO, SIGNING_UP, WAITING, DETACHED, OVER -> NOTHING;
    };
  }

  private List<Output> endedHere(IncarnationId node, Ended end, long nowMs) {
    return switch (end.getCause()) {
      case DISPLACED -> endedForGood(node, Frames.displaced(), nowMs);
      case REVOKED ->
          endedForGood(
              node,
              Frames.error(Reason.UNAUTHENTICATED, "token: this device was signed out", 0),
              nowMs);
      // Several frames may have met a home that does not know the session: one attach is enough.
      case UNKNOWN, CAUSE_UNSPECIFIED, UNRECOGNIZED ->
          phase == Phase.ATTACHED ? unknown(nowMs) : NOTHING;
    };
  }

  /** Perhaps the answer to an attach; one that is carried out later is answered the same way. */
  private List<Output> endedForGood(IncarnationId node, ServerFrame lastWord, long nowMs) {
    if (phase == Phase.REATTACHING) {
      attachesDue.answered(node);
    }
    return close(lastWord, nowMs);
  }

  /** Who forgets it again and again, since it knows another view, is not asked all the time. */
  private List<Output> unknown(long nowMs) {
    boolean isAgain = nowMs - unknownAtMs < UNKNOWN_AGAIN_MS;
    unknownAtMs = nowMs;
    if (!isAgain) {
      return reattach(nowMs);
    }
    detachedUntil(nowMs + rules.returns().connections().spread(nowMs));
    return NOTHING;
  }

  /** A home that does not know the session cannot name its generation: then it says 0. */
  private boolean isAboutThis(Ended end) {
    return end.getGeneration() == generation
        || (end.getCause() == Ended.Cause.UNKNOWN && end.getGeneration() == 0);
  }

  // What time does.

  private List<Output> swept(long frameStartedAtMs, long nowMs) {
    if (phase == Phase.LEAVING && nowMs >= deadlineMs) {
      phase = Phase.OVER;
      return List.of(new Output.Unanswered());
    }
    if (!takesRelays()) {
      return NOTHING;
    }
    if (frameStartedAtMs != Input.Swept.NO_FRAME
        && nowMs - frameStartedAtMs >= rules.limits().startedFrameMs()) {
      return timedOut(
          "started frame",
          nowMs - frameStartedAtMs,
          rules.limits().startedFrameMs(),
          againAfterMs(nowMs),
          nowMs);
    }
    if (newcomer != null && newcomer.isInLine()) {
      return inLine(newcomer, nowMs);
    }
    if (newcomer != null) {
      List<Output> overdue = newcomer.workOverdue(nowMs);
      if (!overdue.isEmpty()) {
        return settled(overdue, nowMs);
      }
    }
    if (nowMs - lastFrameAtMs >= idleMs) {
      return timedOut(
          phase == Phase.AWAIT_HELLO ? "first frame" : "silence",
          nowMs - lastFrameAtMs,
          idleMs,
          rules.returns().connections().spread(nowMs),
          nowMs);
    }
    if (nowMs >= deadlineMs) {
      return deadlinePassed(nowMs);
    }
    if (phase == Phase.DETACHED && isUnreachedTooLong(nowMs)) {
      return unreached(nowMs);
    }
    return phase == Phase.ATTACHED && syncFrom != null && rates.takeSync(nowMs).isEmpty()
        ? syncThatWaited(nowMs)
        : NOTHING;
  }

  /**
   * Who is in line need not say anything: what it is told keeps the connection open. It is sent
   * elsewhere when no delivery node was reached from here for as long as a session would wait.
   */
  private List<Output> inLine(Newcomer waits, long nowMs) {
    if (rules.homes().reachesAny()) {
      unreachedUntilMs = NEVER;
      return NOTHING;
    }
    if (unreachedUntilMs == NEVER) {
      int forMs = rules.detachedMs();
      unreachedUntilMs = nowMs + forMs + rules.furtherMs(forMs);
    }
    if (nowMs < unreachedUntilMs) {
      return NOTHING;
    }
    List<Output> outputs = new ArrayList<>(3);
    outputs.add(new Output.Unreached());
    outputs.addAll(waits.elsewhere(rules.returnAfterDetachedMs(nowMs)));
    return leave(outputs, nowMs);
  }

  /**
   * Nodes are reached one after the other when the tier comes back: then a home has its time anew.
   */
  private boolean isUnreachedTooLong(long nowMs) {
    boolean reachesNone = !rules.homes().reachesAny();
    if (reachedNone && !reachesNone && unreachedUntilMs != NEVER) {
      unreachedForMs = rules.detachedMs();
      unreachedUntilMs = nowMs + unreachedForMs;
    }
    reachedNone = reachesNone;
    return nowMs >= unreachedUntilMs
        && nowMs - unreachedUntilMs >= rules.furtherMs(unreachedForMs)
        && !rules.homes().reachesHomeOf(user);
  }

  private List<Output> timedOut(
      String what, long afterMs, int limitMs, int returnAfterMs, long nowMs) {
    isUnheard = phase == Phase.AWAIT_HELLO;
    String detail = what + ": " + afterMs + " ms (expected: below " + limitMs + ')';
    return refuse(Reason.TIMED_OUT, detail, returnAfterMs, nowMs);
  }

  private List<Output> deadlinePassed(long nowMs) {
    if (phase == Phase.DETACHED) {
      return reattach(nowMs);
    }
    List<Output> outputs = new ArrayList<>(3);
    int returnAfterMs = rules.returns().connections().tell(nowMs);
    outputs.add(new Output.ToClient(unavailable(returnAfterMs, 0)));
    return leave(outputs, nowMs);
  }

  private List<Output> unreached(long nowMs) {
    List<Output> outputs = new ArrayList<>(3);
    outputs.add(new Output.Unreached());
    outputs.add(
        new Output.ToClient(
            Frames.error(
                Reason.UNAVAILABLE,
                "your delivery node cannot be reached from here",
                rules.returnAfterDetachedMs(nowMs))));
    return leave(outputs, nowMs);
  }

  // The end.

  /** Who is in line takes its place along: its ticket is good anywhere. */
  private List<Output> draining(int returnAfterMs) {
    if (!takesRelays()) {
      return NOTHING;
    }
    List<Output> outputs = new ArrayList<>(2);
    if (newcomer != null) {
      outputs.addAll(newcomer.tell(returnAfterMs));
    }
    outputs.add(new Output.ToClient(Frames.goAway(returnAfterMs)));
    return outputs;
  }

  private void noNewcomer() {
    if (newcomer != null) {
      newcomer.leave();
      newcomer = null;
      unreachedUntilMs = NEVER;
    }
  }

  /** Nothing is wrong with the frame: it may come again. Strangers are not of the herd. */
  private List<Output> crowded(int bytes, long nowMs) {
    String detail = "unfinished frame: no room for " + bytes + " bytes of it now";
    boolean isStranger = phase == Phase.AWAIT_HELLO || phase == Phase.SIGNING_UP;
    int afterMs =
        isStranger
            ? rules.returns().connections().spread(nowMs)
            : rules.returns().connections().tell(nowMs);
    return refuse(Reason.OVERLOADED, detail, afterMs, nowMs);
  }

  private List<Output> closed(long nowMs) {
    if (!takesRelays()) {
      return NOTHING;
    }
    isUnheard = phase == Phase.AWAIT_HELLO;
    return leave(new ArrayList<>(2), nowMs);
  }

  /** Who is not of the herd: many are nobody who would come back. */
  private List<Output> crowdedOut(long nowMs) {
    String detail = "too many connections say nothing";
    return refuse(Reason.OVERLOADED, detail, rules.returns().connections().spread(nowMs), nowMs);
  }

  /** A bug of the client, or of a release: then all who have it do it at once. */
  private List<Output> malformed(String detail, long nowMs) {
    return refuse(Reason.MALFORMED, detail, MALFORMED_AWAY_MS + againAfterMs(nowMs), nowMs);
  }

  /** Who had a session comes back; strangers may be nobody who would. */
  private int againAfterMs(long nowMs) {
    return isWelcomed()
        ? rules.returns().connections().tell(nowMs)
        : rules.returns().connections().spread(nowMs);
  }

  /** It is not to come back as it is. */
  private List<Output> refuseForGood(Reason reason, String detail, long nowMs) {
    return refuse(reason, detail, 0, nowMs);
  }

  /** The client is told why, the home that the session is gone. */
  private List<Output> refuse(Reason reason, String detail, int returnAfterMs, long nowMs) {
    if (!takesRelays()) {
      return NOTHING;
    }
    List<Output> outputs = new ArrayList<>(3);
    outputs.add(new Output.ToClient(Frames.error(reason, detail, returnAfterMs)));
    return leave(outputs, nowMs);
  }

  /**
   * The connection ends by this side's will, or has ended: the home is told, now or when it can be.
   */
  private List<Output> leave(List<Output> outputs, long nowMs) {
    if (phase == Phase.ATTACHED && holder != null) {
      outputs.add(detach(holder));
    }
    gone(nowMs);
    outputs.add(new Output.Close());
    return outputs;
  }

  /** The last word, when no home holds the session (any more). */
  private List<Output> close(ServerFrame lastWord, long nowMs) {
    gone(nowMs);
    return List.of(new Output.ToClient(lastWord), new Output.Close());
  }

  /** A detach that arrives while an attach waits for the account would find no session. */
  private void gone(long nowMs) {
    noNewcomer();
    if (holder == null) {
      holder = rules.homes().homeOf(user).orElse(null);
    }
    phase = isAttachDue(nowMs) ? Phase.LEAVING : Phase.OVER;
    deadlineMs = nowMs + rules.limits().attachMs();
  }

  private Output detach(IncarnationId node) {
    Detach body = Detach.newBuilder().setDevice(device).setGeneration(generation).build();
    return new Output.ToNode(node, toMyHome(Priority.CONTROL).setDetach(body).build());
  }

  private static List<Output> toClient(ServerFrame frame) {
    return List.of(new Output.ToClient(frame));
  }

  private static String wrongSize(String what, ByteString value, int expected) {
    return what + " size: " + value.size() + " bytes (expected: " + expected + ')';
  }
}
