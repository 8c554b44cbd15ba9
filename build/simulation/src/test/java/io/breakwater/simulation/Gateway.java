package io.breakwater.simulation;

import io.breakwater.common.id.UserId;
import io.breakwater.common.priority.Priority;
import io.breakwater.delivery.credit.Account;
import io.breakwater.gateway.home.Levels;
import io.breakwater.gateway.line.Admission;
import io.breakwater.gateway.line.Line;
import io.breakwater.gateway.line.LineLimits;
import io.breakwater.gateway.line.Part;
import io.breakwater.gateway.line.Waiting;
import io.breakwater.gateway.line.WaitingRoom;
import io.breakwater.gateway.trunk.CreditedTrunk;
import io.breakwater.proto.trunk.Credits;
import io.breakwater.proto.trunk.Demand;
import io.breakwater.proto.trunk.GatewayFrame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A gateway of one event loop. Production: its waiting room and line with their pace, and its trunks'
 * ledgers and outboxes. What production's event loop, usher and trunks do with them is repeated
 * here, without sockets: who is let go, when nodes are told what waits.
 */
final class Gateway {
  private static final int STEP_MS = 20;

  /** Nodes hear of the line as often as its parts move on. */
  private static final int LOOK_MS = Line.PART_MS;

  private static final int TURNS_PER_STEP = 256;
  private static final int SENT_BACK_MAX = 5;

  /** Somebody, or nobody, goes to a node, and with it what is said of what waits. */
  record Departure(int node, Optional<Newcomer> newcomer, Demand demand) {}

  final int number;

  /** How far its clock is ahead, ms. */
  final long clockAheadMs;

  final Line line;
  final List<@Nullable CreditedTrunk> trunks = new ArrayList<>();
  final Set<Newcomer> underWay = new LinkedHashSet<>();
  boolean isDead;

  /** What is to be carried to nodes. */
  final List<Departure> departures = new ArrayList<>();

  /** Messages given back for want of credit. */
  int shed;

  private final SplittableRandom random;
  private final long wallMs;
  private final Levels levels = new Levels();
  private final Map<Long, Newcomer> inLine = new LinkedHashMap<>();
  private final List<Integer> open = new ArrayList<>();
  private int turn;
  private boolean isLineToldOf;
  private boolean mayHaveCredit = true;

  Gateway(int number, int nodes, long wallMs, SplittableRandom random) {
    this.number = number;
    this.random = random;
    this.wallMs = wallMs;
    this.clockAheadMs = random.nextInt(-50, 51);
    this.line = new WaitingRoom(LineLimits.DEFAULT, 1, random.split()).line(0);
    this.turn = random.nextInt(nodes);
    levels.advance(wallMs);
    for (int node = 0; node < nodes; node++) {
      CreditedTrunk trunk = new CreditedTrunk(levels);
      var _ = trunk.heard(Account.first(), 0);
      trunks.add(trunk);
      open.add(node);
    }
  }

  /** Somebody comes, or comes back with a ticket. */
  void comes(Newcomer newcomer, long nowMs) {
    if (line.isEmpty() && forward(newcomer, nowMs)) {
      return;
    }
    queue(newcomer, nowMs);
  }

  long arrivedNow(long nowMs) {
    return wallMs + nowMs + clockAheadMs;
  }

  private void queue(Newcomer newcomer, long nowMs) {
    newcomer.at = Newcomer.NOWHERE;
    switch (line.join(newcomer.connection, newcomer.arrivedMs, nowMs)) {
      case Admission.Admitted(Waiting place) -> {
        newcomer.place = place;
        if (newcomer.estimateMs == 0) {
          newcomer.estimateMs = line.estimateMs(line.placeOf(place));
        }
        inLine.put(newcomer.connection, newcomer);
      }
      case Admission.Preferred(Waiting _, long _), Admission.Full() ->
          throw new IllegalStateException("waiting room: full (expected: room for a simulation)");
    }
  }

  /** What becomes due at a time; its departures are to be carried out then. */
  void tick(long nowMs) {
    if (isDead) {
      return;
    }
    if (mayHaveCredit && !line.isEmpty()) {
      letGo(nowMs);
    }
    if (isDue(STEP_MS, nowMs) && !line.isEmpty()) {
      line.look(nowMs);
    }
    boolean isAny = !line.isEmpty();
    if (isAny != isLineToldOf || isDue(LOOK_MS, nowMs)) {
      isLineToldOf = isAny;
      look(nowMs);
    }
  }

  private boolean isDue(int eachMs, long nowMs) {
    return (nowMs + number) % eachMs == 0;
  }

  private void letGo(long nowMs) {
    for (int i = 0; i < TURNS_PER_STEP && !line.isEmpty(); i++) {
      Waiting first = line.first().orElseThrow();
      Newcomer newcomer = inLine.get(first.connection());
      if (newcomer == null) {
        throw new IllegalStateException("place of " + first.connection() + " is nobody's");
      }
      int node = nodeWithCredit(nowMs);
      if (node < 0) {
        mayHaveCredit = false;
        return;
      }
      line.turn(first);
      inLine.remove(first.connection());
      newcomer.place = null;
      go(newcomer, node, nowMs);
    }
  }

  private boolean forward(Newcomer newcomer, long nowMs) {
    int node = mayHaveCredit ? nodeWithCredit(nowMs) : -1;
    if (node < 0) {
      mayHaveCredit = false;
      return false;
    }
    newcomer.estimateMs = 0;
    go(newcomer, node, nowMs);
    return true;
  }

  private void go(Newcomer newcomer, int node, long nowMs) {
    CreditedTrunk trunk = trunk(node);
    trunk.signUp();
    newcomer.at = node;
    underWay.add(newcomer);
    Part part = line.part(open.indexOf(node), open.size(), nowMs);
    departures.add(
        new Departure(
            node,
            Optional.of(newcomer),
            trunk.say(part.signUps(), part.firstArrivedMs(), nowMs)));
  }

  private CreditedTrunk trunk(int node) {
    CreditedTrunk trunk = trunks.get(node);
    if (trunk == null) {
      throw new IllegalStateException("trunk to " + node + ": lost (expected: open)");
    }
    return trunk;
  }

  private long firstMs() {
    return line.first().map(Waiting::arrivedMs).orElse(0L);
  }

  /** As {@code Trunks.offerToAny}: one after the other. */
  private int nodeWithCredit(long nowMs) {
    int choices = open.size();
    int first = choices == 0 ? 0 : Math.floorMod(turn++, choices);
    for (int i = 0; i < choices; i++) {
      int node = open.get((first + i) % choices);
      if (trunk(node).takesSignUp(nowMs)) {
        return node;
      }
    }
    return -1;
  }

  private void look(long nowMs) {
    for (int i = 0; i < open.size(); i++) {
      int node = open.get(i);
      CreditedTrunk trunk = trunk(node);
      shed += trunk.expire(nowMs);
      Part part = line.part(i, open.size(), nowMs);
      trunk
          .look(part.signUps(), part.firstArrivedMs(), nowMs)
          .ifPresent(said -> departures.add(new Departure(node, Optional.empty(), said)));
    }
  }

  /**
   * A message wants to go to a node.
   *
   * @return whether it does now
   */
  boolean send(int node, double atMs, long nowMs) {
    // The frame is only looked at if it has to wait.
    CreditedTrunk trunk = trunk(node);
    return trunk.send(
        GatewayFrame.newBuilder()
            .setConnection((long) (atMs * 1_000))
            .setPriority(Priority.SEND.number)
            .setLevel(levels.of(new UserId(random.nextLong(), random.nextLong())))
            .build(),
        nowMs);
  }

  /** A node says what it grants; returns when those messages came that may go now. */
  List<Double> heard(int node, Credits credits, long nowMs) {
    CreditedTrunk trunk = trunks.get(node);
    if (trunk == null || isDead) {
      return List.of();
    }
    boolean isForSignUps =
        credits.getCreditsList().stream()
            .anyMatch(each -> each.getPriority() == Priority.SIGN_UP.number);
    mayHaveCredit |= isForSignUps;
    List<GatewayFrame> ready = trunk.heard(credits, nowMs);
    return ready.stream().map(frame -> frame.getConnection() / 1_000.0).toList();
  }

  private Optional<CreditedTrunk> trunkOf(Newcomer newcomer) {
    return newcomer.at == Newcomer.NOWHERE
        ? Optional.empty()
        : Optional.ofNullable(trunks.get(newcomer.at));
  }

  /** A node has made the account, or refused for good. */
  void answered(Newcomer newcomer) {
    underWay.remove(newcomer);
    trunkOf(newcomer).ifPresent(CreditedTrunk::carriedOut);
  }

  /**
   * A node has no time for it.
   *
   * @return whether it waits on; else it is to come back later
   */
  boolean sentBack(Newcomer newcomer, long nowMs) {
    underWay.remove(newcomer);
    trunkOf(newcomer).ifPresent(trunk -> trunk.sentBack(nowMs));
    if (++newcomer.sentBack > SENT_BACK_MAX) {
      return false;
    }
    line.cameBack();
    queue(newcomer, nowMs);
    return true;
  }

  /** The trunk to a node is lost: who was under way there goes back to its place. */
  void lost(int node, long nowMs) {
    trunks.set(node, null);
    open.remove(Integer.valueOf(node));
    for (Newcomer each : List.copyOf(underWay)) {
      if (each.at == node) {
        underWay.remove(each);
        line.cameBack();
        queue(each, nowMs);
      }
    }
  }

  boolean isOpen(int node) {
    return trunks.get(node) != null;
  }

  /** It ends; these have to go elsewhere. */
  List<Newcomer> die() {
    isDead = true;
    departures.clear();
    List<Newcomer> homeless = new ArrayList<>(inLine.values());
    for (Newcomer each : homeless) {
      Waiting place = each.place;
      if (place != null) {
        line.leave(place);
      }
    }
    inLine.clear();
    return homeless;
  }

  /** When the first in line came, by the clock of all, ms; the largest number if nobody waits. */
  long firstCameMs() {
    return line.isEmpty() ? Long.MAX_VALUE : firstMs() - wallMs - clockAheadMs;
  }
}
