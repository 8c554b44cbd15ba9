package io.breakwater.gateway.line;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.random.RandomGenerator;

/**
 * Who waits at one event loop, in order of arrival. Confined to it, but for what it publishes: its
 * order, and the pace.
 */
public final class Line {
  /** To tell one costs the event loop some 10 µs: a long line is told less often. */
  private static final int TOLD_PER_SECOND = 2_500;

  /** Clients, and what is between, take more silence than this for a broken connection. */
  private static final int TELL_EACH_MAX_MS = 15_000;

  /** Parts of the line move on by a place so often. */
  public static final int PART_MS = 100;

  private static final long DAY_MS = 24 * 3_600_000;
  private static final int TURNED_AWAY_WINDOW_MS = 60_000;
  private static final int RETURN_MIN_MS = 5_000;
  private static final int RETURN_WINDOW_MIN_MS = 15_000;

  /** Half of what a ticket lasts. */
  private static final int RETURN_WINDOW_MAX_MS = TicketMint.LAPSE_MS / 2;

  private final WaitingRoom room;
  private final RandomGenerator random;
  private final Pace pace = new Pace();
  private final Pause pause = new Pause();

  /** So that not all lines offer their first to the same node at once. */
  private final int firstPart;

  /** In the order in which they were told; those who have left are dropped when it is theirs. */
  private final Queue<Waiting> told = new ArrayDeque<>();

  /** How many were turned away lately; what was a window ago counts 1/e. */
  private double turnedAway;

  private long turnedAwayAtMs;

  /** Written by the own event loop, read by all. */
  private volatile Order order = Order.NOBODY;

  /** Likewise. */
  private volatile double perMs = Pace.ASSUMED_PER_MS;

  Line(WaitingRoom room, RandomGenerator random) {
    this.room = room;
    this.random = random;
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

  /** Who came first. */
  public Optional<Waiting> first() {
    return isEmpty() ? Optional.empty() : Optional.of(order.first());
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
    Waiting place = new Waiting(connection, arrivedMs, nowMs);
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
    if (told.size() > 2 * order.size() + 1_000) {
      told.removeIf(Waiting::isGone);
    }
    told.add(place);
  }

  private void remove(Waiting place) {
    place.gone();
    order = order.without(place);
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

  /** Delivery has no time for a sign-up that was let go. */
  public void sentBack(long nowMs) {
    pause.sentBack(nowMs);
  }

  /** Delivery has answered a sign-up. */
  public void answered() {
    pause.answered();
  }

  /** Whether nobody is to be let go now, since delivery sends back who is. */
  public boolean isPaused(long nowMs) {
    return pause.isOn(nowMs);
  }

  /** Looks how fast the lines move; to be called each second at least, while anybody waits. */
  public void look(long nowMs) {
    pace.look(room.served(), room.waiting() > 0, nowMs);
    perMs = pace.perMs();
  }

  /** Place in the lines of all event loops of the gateway, from 1 on. */
  public long placeOf(Waiting place) {
    return room.before(place) + 1;
  }

  /** The place that somebody would have who has none. */
  public long placeOf(long connection, long arrivedMs) {
    return placeOf(new Waiting(connection, arrivedMs, 0));
  }

  /** How long who has this place is likely to wait for its turn, ms; a day at most. */
  public long estimateMs(long place) {
    return (long) Math.min(DAY_MS, Math.ceil(place / perMs));
  }

  /** How often each is told its place now, ms. */
  public int tellEachMs() {
    int tellMs = room.limits().tellMs();
    long byCost = 1_000L * size() / TOLD_PER_SECOND;
    return Math.clamp(byCost, tellMs, Math.max(tellMs, TELL_EACH_MAX_MS));
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
   * Somebody finds no place: when it should come back, ms. Spread over as long as the gateway takes
   * for twice those who were turned away within the last minute, within limits that keep the
   * tickets.
   */
  public int turnAway(long nowMs) {
    double fading = Math.exp(-(double) (nowMs - turnedAwayAtMs) / TURNED_AWAY_WINDOW_MS);
    turnedAway = turnedAway * fading + 1;
    turnedAwayAtMs = nowMs;
    double needMs = 2 * turnedAway * room.lineCount() / perMs;
    int windowMs = (int) Math.clamp(needMs, RETURN_WINDOW_MIN_MS, RETURN_WINDOW_MAX_MS);
    return random.nextInt(RETURN_MIN_MS, windowMs + 1);
  }
}
