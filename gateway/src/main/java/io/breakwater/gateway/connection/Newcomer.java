package io.breakwater.gateway.connection;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.priority.Priority;
import io.breakwater.gateway.line.Admission;
import io.breakwater.gateway.line.Line;
import io.breakwater.gateway.line.Ticket;
import io.breakwater.gateway.line.TicketMint;
import io.breakwater.gateway.line.Waiting;
import io.breakwater.gateway.line.Work;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.SignUp;
import io.breakwater.proto.trunk.GatewayFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A sign-up of a connection, from the client's frame to its answer: in line, or under way at a
 * node. A sign-up is safe to repeat, also if it was answered: user and token are the same whoever
 * carries it out. So one that may be lost returns to its place, as does one for which delivery has
 * no time. Confined to the connection's event loop.
 */
final class Newcomer {
  /**
   * So long the answer to a sign-up whose turn it is may come, ms: longer than it takes to notice
   * that a node is gone without a word.
   */
  private static final int DUE_MS = 20_000;

  /** How often delivery may send it back until the client is asked to come back later. */
  private static final int SENT_BACK_MAX = 5;

  /** What delivery may ask for: a ticket holds for longer, ms. */
  private static final int RETURN_AFTER_MAX_MS = TicketMint.LAPSE_MS / 2;

  /**
   * So long the answer to a demand for work may come, ms: before clients that do not know what they
   * were asked for take the silence for a broken connection.
   */
  private static final int WORK_MS = 20_000;

  /** By so much the clock of the gateway that it comes from may be ahead of this one's. */
  private static final int CLOCKS_MS = 2_000;

  /** Says nothing to a client that has none. */
  private static final byte[] NO_TICKET = {};

  private static final List<Output> NOTHING = List.of();

  /** What it has to do for a place. */
  private enum Claim {
    /** Nothing so far. */
    NONE,
    /** It is at work, as was asked first on this connection, or for more: that has one answer. */
    ASKED,
    /** It is at work, and was asked for it before: what brings it is a sign-up as any other. */
    ASKED_AGAIN,
    /** Nothing: it has, or had, a place here. */
    EXCUSED
  }

  private final EdgeRules rules;
  private final GatewayFrame frame;
  private final ByteString id;

  /** When it came first, ms since 1970 UTC. */
  private final long arrivedMs;

  /** Its place; none while it is under way. */
  private @Nullable Waiting place;

  /** The node that was asked to carry it out. */
  private @Nullable IncarnationId at;

  /** Until then the node's answer matters. */
  private long dueUntilMs;

  private int sentBack;

  /** Whether it has left its place because it was its turn. */
  private boolean hadTurn;

  /** What it brought instead of a ticket. */
  private final Work work;

  private Claim claim = Claim.NONE;

  /** Of the work that it did, here or elsewhere; its tickets say so. */
  private int workBits;

  /** Until then the work is to be done; 0: it was not asked for on this connection. */
  private long workUntilMs;

  /** What that time is for. */
  private int bitsAsked;

  /** Whether it came with a ticket that is good: its time of arrival is kept. */
  private boolean hasTicket;

  /** When it is to come back as it was told last, ms since 1970 UTC; or any time before now. */
  private long dueAtMs;

  private boolean isWaitCounted;
  private boolean isTurnedAway;

  private Newcomer(EdgeRules rules, GatewayFrame frame, ByteString id, long arrivedMs, Work work) {
    this.work = work;
    this.rules = rules;
    this.frame = frame;
    this.id = id;
    this.arrivedMs = arrivedMs;
  }

  /**
   * A sign-up that has just come.
   *
   * @param request with an id of the right size
   * @param work that it brought
   * @param before what the connection said before it; its place is kept if it is the same sign-up
   */
  static Newcomer of(
      EdgeRules rules,
      long connection,
      SignUp request,
      Ticket ticket,
      Work work,
      @Nullable Newcomer before) {
    boolean isExcused = false;
    boolean hasTicket = false;
    long dueAtMs = 0;
    int workBits = work instanceof Work.Done(int bits) ? bits : 0;
    long arrivedMs = rules.serverTimeMs();
    if (before != null && before.id.equals(request.getSignUpId())) {
      arrivedMs = Math.min(arrivedMs, before.arrivedMs);
      isExcused = before.claim == Claim.EXCUSED;
      hasTicket = before.hasTicket;
      dueAtMs = before.dueAtMs;
      workBits = Math.max(workBits, before.workBits);
    }
    if (ticket instanceof Ticket.Good(long first, int bits, long seenMs)) {
      hasTicket = true;
      dueAtMs = Math.max(dueAtMs, seenMs);
      arrivedMs = Math.min(arrivedMs, first);
      workBits = Math.max(workBits, bits);
    }
    // Who knows the id is the same person: a phone whose earlier connection is not known to be
    // dead.
    Optional<Long> there = rules.line().takeOver(request.getSignUpId());
    Newcomer newcomer =
        new Newcomer(
            rules,
            Frames.forAny(connection, Priority.SIGN_UP)
                .setSignUp(request.toBuilder().clearTicket().clearWork())
                .build(),
            request.getSignUpId(),
            Math.min(arrivedMs, there.orElse(Long.MAX_VALUE)),
            work);
    newcomer.claim = isExcused || there.isPresent() ? Claim.EXCUSED : Claim.NONE;
    newcomer.hasTicket = hasTicket;
    newcomer.dueAtMs = dueAtMs;
    newcomer.workBits = workBits;
    if (before != null) {
      newcomer.workUntilMs = before.workUntilMs;
      newcomer.bitsAsked = before.bitsAsked;
    }
    return newcomer;
  }

  /** What its ticket is worth. */
  static Ticket read(EdgeRules rules, SignUp request) {
    return rules
        .tickets()
        .read(
            request.getSignUpId().toByteArray(),
            request.getTicket().toByteArray(),
            rules.serverTimeMs());
  }

  /** What work it brings, where that matters. */
  static Work workOf(EdgeRules rules, SignUp request, Ticket ticket) {
    Line line = rules.line();
    int before = ticket instanceof Ticket.Good good ? good.workBits() : 0;
    if (!request.hasWork() || !line.asksForWork() || (before > 0 && line.workBits(before) == 0)) {
      return new Work.None();
    }
    Work work =
        rules
            .work()
            .read(
                request.getSignUpId().toByteArray(),
                request.getWork().getChallenge().toByteArray(),
                request.getWork().getNonce(),
                rules.serverTimeMs());
    return work instanceof Work.Done(int bits) && line.workBits(bits) > 0
        ? new Work.Refused(Work.Fault.RAISED)
        : work;
  }

  boolean isInLine() {
    return place != null;
  }

  private boolean isAtWork() {
    return claim == Claim.ASKED || claim == Claim.ASKED_AGAIN;
  }

  /**
   * Whether the client was told to come back later, or that a later connection is served: this one
   * is to be closed.
   */
  boolean isTurnedAway() {
    return isTurnedAway;
  }

  /** Goes straight on if nobody is in line; where nobody takes it, it is told so. */
  List<Output> begin(long nowMs) {
    dueUntilMs = nowMs + DUE_MS;
    return goOn(nowMs);
  }

  private List<Output> goOn(long nowMs) {
    return rules.line().letsPass() ? forward() : queue(nowMs);
  }

  private List<Output> forward() {
    at = null;
    return List.of(new Output.ToAny(frame));
  }

  /** No trunk took it. */
  List<Output> notForwarded(long nowMs) {
    return isInLine() ? NOTHING : queue(nowMs);
  }

  /** This node has it now. */
  List<Output> taken(IncarnationId node) {
    at = node;
    boolean isCounted = isWaitCounted;
    isWaitCounted |= hadTurn;
    return isWaitCounted && !isCounted
        ? List.of(new Output.Waited(Math.max(0, rules.serverTimeMs() - arrivedMs)))
        : NOTHING;
  }

  /** It is first, and a trunk would take it. */
  List<Output> turn(long nowMs) {
    Waiting left = place;
    if (left == null) {
      return NOTHING;
    }
    place = null;
    rules.line().turn(left);
    hadTurn = true;
    dueUntilMs = nowMs + DUE_MS;
    return forward();
  }

  /** The trunk to this node is lost, and perhaps its answer with it. */
  List<Output> trunkLost(IncarnationId node, long nowMs) {
    return !isInLine() && node.equals(at) && nowMs < dueUntilMs ? goOn(nowMs) : NOTHING;
  }

  /** A node has no time for it. */
  List<Output> sentBack(Error answer, long nowMs) {
    if (isInLine() || isAtWork()) {
      // An earlier attempt, which was given up.
      return NOTHING;
    }
    sentBack++;
    List<Output> outputs = new ArrayList<>(3);
    outputs.add(new Output.SentBack());
    outputs.addAll(
        sentBack <= SENT_BACK_MAX
            ? queue(nowMs)
            : turnAway(Math.max(comeBackMs(nowMs), returnAfterMs(answer))));
    return outputs;
  }

  private static int returnAfterMs(Error answer) {
    return (int) Math.min(RETURN_AFTER_MAX_MS, Integer.toUnsignedLong(answer.getReturnAfterMs()));
  }

  /** Nobody waits for it any more, or not here. */
  void leave() {
    if (isAtWork()) {
      claim = Claim.NONE;
      rules.line().endWork(frame.getConnection());
    }
    leavePlace();
  }

  /** Another sign-up came on the connection; it is at work for as long as this one was. */
  void leavePlace() {
    if (place != null) {
      rules.line().leave(place);
      place = null;
    }
  }

  /** This has begun, and is at work since the one before it was, or not any more. */
  void follows(Newcomer before) {
    if (before.isAtWork() && !isAtWork()) {
      rules.line().endWork(frame.getConnection());
    }
  }

  /** To its place, which is by arrival. */
  private List<Output> queue(long nowMs) {
    at = null;
    if (hadTurn) {
      hadTurn = false;
      rules.line().cameBack();
    }
    int bits = claim == Claim.EXCUSED ? 0 : rules.line().workBits(workBits);
    if (bits > 0) {
      return isInVain() ? List.of(unworked(nowMs)) : demand(bits, nowMs);
    }
    claim = Claim.EXCUSED;
    return switch (rules.line().join(frame.getConnection(), arrivedMs, nowMs)) {
      case Admission.Admitted(Waiting admitted) -> {
        place = admitted;
        yield holds(admitted) ? tell() : displaced();
      }
      case Admission.Preferred(Waiting preferred, long givesWay) -> {
        place = preferred;
        List<Output> outputs = new ArrayList<>(holds(preferred) ? tell() : displaced());
        outputs.add(new Output.GiveWay(givesWay));
        yield outputs;
      }
      case Admission.Full() -> full(nowMs);
    };
  }

  /** Whether its work is no work, and not merely of another time. */
  private boolean isInVain() {
    return work instanceof Work.Refused(Work.Fault fault)
        && fault != Work.Fault.LAPSED
        && fault != Work.Fault.RAISED;
  }

  /** Whether it has done its work, and is asked for more than ever on this connection. */
  private boolean isRaisedTo(int bits) {
    return work instanceof Work.Refused(Work.Fault fault)
        && fault == Work.Fault.RAISED
        && bits > bitsAsked;
  }

  /*
   * Who did not work gets no ticket: it would keep its place before those who do. Who has one already is given another
   * one like it when it is sent away, which excuses from as little. Who is asked when the room is full may find no place
   * after its work, but has a ticket then that says so.
   *
   * Asking again gives no more time, or nobody would ever have to work. But dearer work, for who has done what was asked
   * for, has a time of its own: each time for more bits than any before, so no more often than there are bits.
   */
  private List<Output> demand(int bits, long nowMs) {
    boolean isRaised = isRaisedTo(bits);
    if (isRaised) {
      // It is not the one that has been at it for longest any more.
      rules.line().endWork(frame.getConnection());
    }
    if (isRaised || workUntilMs == 0) {
      claim = Claim.ASKED;
      workUntilMs = nowMs + WORK_MS;
      bitsAsked = bits;
    } else {
      claim = Claim.ASKED_AGAIN;
    }
    long number = rules.line().placeOf(frame.getConnection(), arrivedMs);
    byte[] challenge = rules.work().demand(id.toByteArray(), bits, rules.serverTimeMs());
    List<Output> outputs = new ArrayList<>(3);
    outputs.add(new Output.WorkDemanded());
    outputs.add(
        new Output.ToClient(
            Frames.workDemanded(number, rules.line().estimateMs(number), challenge, bits)));
    rules.line().beginWork(frame.getConnection()).map(Output.GiveWay::new).ifPresent(outputs::add);
    return outputs;
  }

  /** Whether this brings the work that it was asked for, for the first time. */
  boolean isAnsweredBy(ClientFrame received) {
    return claim == Claim.ASKED
        && received.getSignUp().hasWork()
        && received.getSignUp().getSignUpId().equals(id);
  }

  /** Told to come back if its work did not come in time. */
  List<Output> workOverdue(long nowMs) {
    return isAtWork() && nowMs >= workUntilMs
        ? List.of(new Output.WorkRefused(Work.Fault.MISSING), unworked(nowMs))
        : NOTHING;
  }

  /** Many who do not work are nobody who would come back: they are not of the herd. */
  private Output unworked(long nowMs) {
    leave();
    isTurnedAway = true;
    long number = rules.line().placeOf(frame.getConnection(), arrivedMs);
    int returnAfterMs = rules.line().spread(nowMs);
    byte[] ticket = hasTicket ? ticket(returnAfterMs) : NO_TICKET;
    return new Output.ToClient(
        Frames.queued(number, rules.line().estimateMs(number), ticket, returnAfterMs));
  }

  /** A sign-up has one place; the connection that came last with it has it. */
  private boolean holds(Waiting held) {
    return rules.line().hold(id, held);
  }

  /** A later connection of this sign-up has this place, or one for it. */
  List<Output> placeTaken(Waiting taken) {
    return taken == place ? displaced() : NOTHING;
  }

  private List<Output> displaced() {
    leave();
    isTurnedAway = true;
    return List.of(new Output.ToClient(Frames.displaced()));
  }

  /** Somebody who came earlier has its place; or others work, and it was longest at it. */
  List<Output> gaveWay(long nowMs) {
    if (isAtWork()) {
      return List.of(new Output.WorkRefused(Work.Fault.CROWDED_OUT), unworked(nowMs));
    }
    place = null;
    return full(nowMs);
  }

  private List<Output> full(long nowMs) {
    List<Output> outputs = new ArrayList<>(3);
    outputs.add(new Output.RoomFull());
    outputs.addAll(turnAway(comeBackMs(nowMs)));
    return outputs;
  }

  /** Who is here too soon is of the herd still, until it is due. */
  private int comeBackMs(long nowMs) {
    boolean isEarly = rules.serverTimeMs() < dueAtMs - CLOCKS_MS;
    return isEarly ? rules.line().spread(nowMs) : rules.line().turnAway(nowMs);
  }

  /** No delivery node is reached from here: another gateway may reach one. */
  List<Output> elsewhere(int returnAfterMs) {
    leave();
    return turnAway(returnAfterMs);
  }

  private List<Output> turnAway(int returnAfterMs) {
    isTurnedAway = true;
    long number = rules.line().placeOf(frame.getConnection(), arrivedMs);
    return say(number, returnAfterMs, returnAfterMs);
  }

  /** Its place, if it is in line, with a fresh ticket. */
  List<Output> tell() {
    return tell(0);
  }

  /** The same for who will be away for so long. */
  List<Output> tell(int awayMs) {
    Waiting held = place;
    if (held != null) {
      return say(rules.line().placeOf(held), 0, awayMs);
    }
    // Who is at work leaves at once, and with the ticket that it came with would find that lapsed.
    return isAtWork() && hasTicket && awayMs > 0
        ? say(rules.line().placeOf(frame.getConnection(), arrivedMs), awayMs, awayMs)
        : NOTHING;
  }

  private List<Output> say(long number, int returnAfterMs, int awayMs) {
    return List.of(
        new Output.ToClient(
            Frames.queued(number, rules.line().estimateMs(number), ticket(awayMs), returnAfterMs)));
  }

  private byte[] ticket(int awayMs) {
    long seenMs = rules.serverTimeMs() + awayMs;
    return rules.tickets().issue(id.toByteArray(), arrivedMs, seenMs, workBits);
  }
}
