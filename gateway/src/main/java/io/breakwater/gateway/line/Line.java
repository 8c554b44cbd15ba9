package io.breakwater.gateway.line;

import com.google.protobuf.ByteString;
import io.breakwater.gateway.returning.ReturnLimits;
import io.breakwater.gateway.returning.ReturnWindow;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.SequencedSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who waits at one event loop, in order of arrival. Confined to it, but for what it publishes: its
 * order, and the pace.
 */
public final class Line {
  /** Of an event loop's time, what telling may take: a long line is told less often. */
  private static final double TELLING_SHARE = 0.05;

  /** What it costs to tell one, µs, before it was measured; and what is believed at all. */
  private static final double TELL_MICROS = 20;

  private static final double TELL_MICROS_LEAST = 1;
  private static final double TELL_MICROS_MOST = 1_000;

  /** A batch counts so much beside those before it. */
  private static final double TELL_WEIGHT = 0.05;

  /** Clients take 30 s of silence for a broken connection. */
  private static final int TELL_EACH_MAX_MS = 25_000;

  /** Parts of the line move on by a place so often. */
  public static final int PART_MS = 100;

  private static final long DAY_MS = 24 * 3_600_000;

  /** The ticket of who is turned away is good until it is to be back, and as long as any after. */
  private static final ReturnLimits TURNED_AWAY = new ReturnLimits(5_000, 10_000, 595_000);

  private final WaitingRoom room;
  private final RandomGenerator random;
  private final Pace pace = new Pace();

  /** So that not all lines offer their first to the same node at once. */
  private final int firstPart;

  /** In the order in which they were told; those who have left are dropped when it is theirs. */
  private final Queue<Waiting> told = new ArrayDeque<>();

  /** Connections that work for a place, by when they began. */
  private final SequencedSet<Long> atWork = new LinkedHashSet<>();

  /** Of this line, whose sign-ups have come again since. Any event loop adds to it. */
  private final Queue<Waiting> replaced = new ConcurrentLinkedQueue<>();

  /** Who was turned away, and when they come back. */
  private final ReturnWindow returns;

  /** What it takes to tell one, an average. */
  private double tellMicros = TELL_MICROS;

  private boolean isJoinedFirst;

  /** Written by the own event loop, read by all. */
  private volatile Order order = Order.NOBODY;

  /** The first of it; none: nobody waits. Asked for with every frame of every connection. */
  private @Nullable Waiting first;

  /** Likewise. */
  private volatile double perMs = Pace.ASSUMED_PER_MS;

  Line(WaitingRoom room, RandomGenerator random) {
    this.room = room;
    this.random = random;
    this.returns = new ReturnWindow(() -> TURNED_AWAY, random);
    this.firstPart = random.nextInt(Short.MAX_VALUE);
  }

  Order order() {
    return order;
  }

  /** Whether nobody waits here. */
  public boolean isEmpty() {
    return order.size() == 0;
  }

  /** How many wait here. */
  public int size() {
    return order.size();
  }

  /** Whether anybody may have a turn, as far as the waiting room is concerned. */
  public boolean isOpen() {
    return room.isOpen();
  }

  /** Whether anybody may be asked for work. */
  public boolean asksForWork() {
    return room.limits().workBits() > 0;
  }

  /**
   * How much work who comes now is asked for, in zero bits; 0: none.
   *
   * @param done what it did before; it counts while little more is asked for than was then
   */
  public int workBits(int done) {
    return room.workBits(done);
  }

  /**
   * One more works for a place, until {@link #endWork}.
   *
   * @return who is not to wait for any more: the one that has been at it for longest without a
   *     result, if there are more than this event loop's share of the places
   */
  public Optional<Long> beginWork(long connection) {
    if (!atWork.add(connection)) {
      // Asked again: it has been at it for as long as before.
      return Optional.empty();
    }
    return (long) atWork.size() * room.lineCount() > room.limits().places() && atWork.size() > 1
        ? Optional.of(atWork.removeFirst())
        : Optional.empty();
  }

  /** It is done with it, or gave up. */
  public void endWork(long connection) {
    atWork.remove(connection);
  }

  /** Whether whoever comes is to stand in line first, also if nobody else does. */
  public void joinFirst(boolean now) {
    isJoinedFirst = now;
  }

  /** Whether who comes may go straight on. */
  public boolean letsPass() {
    return isEmpty() && isOpen() && !isJoinedFirst;
  }

  /** Who came first. */
  public Optional<Waiting> first() {
    return Optional.ofNullable(first);
  }

  /*
   * If each node were told of the whole line, all of them would let the same one go on, the first of all lines, and the
   * hundreds behind it at the same gateway with it: 200 nodes let people go 20 s before those who came earlier elsewhere
   * (docs/capacity.md). So everybody is offered to one node at a time, and to another one in a moment, since that node
   * may have no credit.
   */
  /**
   * What one of several nodes is told: every {@code count}th of the line. All parts together are
   * the line; each has other places after {@link #PART_MS}.
   *
   * @param index of the node, from 0 on
   */
  public Part part(int index, int count, long nowMs) {
    int from = (int) Math.floorMod(index + firstPart + nowMs / PART_MS, (long) count);
    int rest = size() - from;
    return rest <= 0
        ? Part.NOBODY
        : new Part((rest + count - 1) / count, order.at(from).arrivedMs());
  }

  /**
   * Takes somebody in, if there is a place, or somebody who came later has one.
   *
   * @param connection unique on the event loop, and not in line
   * @param arrivedMs when it came first, ms since 1970 UTC
   * @param nowMs monotonic: counts as being told
   */
  public Admission join(long connection, long arrivedMs, long nowMs) {
    Waiting place = new Waiting(this, connection, arrivedMs, nowMs);
    if (room.take()) {
      insert(place);
      return new Admission.Admitted(place);
    }
    if (isEmpty() || !place.isBefore(order.last())) {
      return new Admission.Full();
    }
    Waiting last = order.last();
    remove(last);
    insert(place);
    return new Admission.Preferred(place, last.connection());
  }

  private void insert(Waiting place) {
    order = order.with(place, random.nextInt());
    if (first == null || place.isBefore(first)) {
      first = place;
    }
    if (told.size() > 2 * order.size() + 1_000) {
      told.removeIf(Waiting::isGone);
    }
    told.add(place);
  }

  private void remove(Waiting place) {
    place.gone();
    SignUpId signUp = place.signUp();
    if (signUp != null) {
      room.release(signUp, place);
    }
    order = order.without(place);
    if (place == first) {
      first = order.size() == 0 ? null : order.first();
    }
  }

  /**
   * A sign-up has come. The place that an earlier connection of the gateway has for it, if any, is
   * not its place any more: that connection is named by {@link #nextReplaced} of its line.
   *
   * @param signUp 16 bytes
   * @return when it came by that
   */
  public Optional<Long> takeOver(ByteString signUp) {
    Optional<Waiting> before = room.release(SignUpId.of(signUp));
    before.ifPresent(
        place -> {
          place.line().replaced.add(place);
          if (place.line() == this) {
            leave(place);
          }
        });
    return before.map(Waiting::arrivedMs);
  }

  /** Whether the place is that of the sign-up now; not if a later connection has one for it. */
  public boolean hold(ByteString signUp, Waiting place) {
    SignUpId id = SignUpId.of(signUp);
    place.belongsTo(id);
    return room.hold(id, place);
  }

  /** A place of this line that another connection has taken over. */
  public Optional<Waiting> nextReplaced() {
    return Optional.ofNullable(replaced.poll());
  }

  /** It gives its place up, unless that is gone already. */
  public void leave(Waiting place) {
    if (!place.isGone()) {
      remove(place);
      room.giveBack();
    }
  }

  /** It is its turn: it leaves, and the line has moved. */
  public void turn(Waiting place) {
    leave(place);
    room.served(1);
  }

  /** Somebody comes back from its turn: the line has not moved after all. */
  public void cameBack() {
    room.served(-1);
  }

  /** Looks how fast the lines move; to be called each second at least, while anybody waits. */
  public void look(long nowMs) {
    // A room that is closed says no more than an empty one of what the tier takes.
    pace.look(room.served(), room.waiting() > 0 && room.isOpen(), nowMs);
    perMs = pace.perMs();
  }

  /** Place in the lines of all event loops of the gateway, from 1 on. */
  public long placeOf(Waiting place) {
    return room.before(place) + 1;
  }

  /** The place that somebody would have who has none. */
  public long placeOf(long connection, long arrivedMs) {
    return placeOf(new Waiting(this, connection, arrivedMs, 0));
  }

  /** How long who has this place is likely to wait for its turn, ms; a day at most. */
  public long estimateMs(long place) {
    return (long) Math.min(DAY_MS, Math.ceil(place / perMs));
  }

  /**
   * How often each is told its place now, ms: so that it takes no more than a twentieth of the
   * event loop's time, by what it took lately; but before clients lose patience.
   */
  public int tellEachMs() {
    int tellMs = room.limits().tellMs();
    double byCost = size() * tellMicros / 1_000 / TELLING_SHARE;
    return (int) Math.clamp(byCost, tellMs, Math.max(tellMs, TELL_EACH_MAX_MS));
  }

  /**
   * So many were told.
   *
   * @param micros by the wall clock, until all of it was handed to the system: where the loop has
   *     no processor it takes longer, and the line is told less often
   */
  public void told(int people, double micros) {
    double each = Math.clamp(micros / people, TELL_MICROS_LEAST, TELL_MICROS_MOST);
    tellMicros += TELL_WEIGHT * (each - tellMicros);
  }

  /**
   * How many may be told in so much time, so that those who came together are told one after the
   * other: twice what keeps up.
   */
  public int mayTell(int inMs) {
    return 1 + (int) (2L * size() * inMs / tellEachMs());
  }

  /** Who is to be told its place now, the longest overdue first; counts as told. */
  public Optional<Waiting> nextToTell(long nowMs) {
    while (!told.isEmpty() && told.element().isGone()) {
      told.remove();
    }
    if (told.isEmpty() || nowMs - told.element().toldAtMs() < tellEachMs()) {
      return Optional.empty();
    }
    Waiting next = told.remove();
    next.told(nowMs);
    told.add(next);
    return Optional.of(next);
  }

  /**
   * Somebody finds no place: when it should come back, ms. What the gateway takes is shared by its
   * event loops, as are those who are turned away.
   */
  public int turnAway(long nowMs) {
    return returns.tell(perMs / room.lineCount(), 0, nowMs);
  }

  /**
   * The same for who does not count among them: it may be nobody, or does already, since it came
   * back sooner than it was told.
   */
  public int spread(long nowMs) {
    return returns.spread(perMs / room.lineCount(), nowMs);
  }

  /** Who was turned away here, and is not due yet. The own event loop. */
  public long turnedAway(long nowMs) {
    return returns.herd(nowMs);
  }
}
