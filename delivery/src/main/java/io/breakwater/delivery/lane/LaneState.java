package io.breakwater.delivery.lane;

import io.breakwater.common.id.Hashes;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.UserId;
import java.util.Set;

/** What the parts of a lane share: time, ids, limits. */
final class LaneState {
  final LaneEffects effects;
  final LaneLimits limits;
  private final Set<Rule> rules;
  private final long salt;

  /** Milliseconds since 1970. May jump; decides nothing but ids and buckets. */
  long wallMs;

  /** The highest {@link #wallMs}: ids of that time may be about. */
  long latestWallMs;

  /** The first {@link #wallMs}. */
  long beganMs;

  /** Milliseconds of a clock that only advances. */
  long monoMs;

  /** When what a gateway sent came to this node, by the same clock. */
  long arrivedMono;

  /** Gateways' messages that were taken and are not answered. */
  int sendsUnderWay;

  /** Those of them that wait for earlier owners of their shard. */
  int sendsAwaitingHome;

  /** Bytes of the inputs in all waitlists. */
  long waitingBytes;

  /** Settle now instead of soon. */
  boolean hurry;

  private long nextId;
  private long ceiling;
  private long ceilingAsked;
  private long nextTicket = 1;
  private long spread;

  /** No message id below this time is issued: what was forgotten may have had it. */
  private long messageFloorMs;

  /**
   * @param firstId above every id of every earlier incarnation
   * @param ceiling ids below it are durable as issued
   */
  LaneState(
      LaneEffects effects,
      LaneLimits limits,
      Set<Rule> rules,
      IncarnationId incarnation,
      long firstId,
      long ceiling) {
    this.effects = effects;
    this.limits = limits;
    this.rules = rules;
    this.salt = Hashes.mix(incarnation.high() ^ Hashes.mix(incarnation.low()));
    this.nextId = firstId;
    this.ceiling = ceiling;
    this.ceilingAsked = ceiling;
  }

  boolean keeps(Rule rule) {
    return rules.contains(rule);
  }

  /** Whether an id may be issued now. Asks for a higher ceiling well ahead. */
  boolean mayIssue() {
    if (nextId + LaneLimits.CEILING_STEP / 2 > ceilingAsked) {
      ceilingAsked = nextId + LaneLimits.CEILING_STEP;
      effects.raiseCeiling(ceilingAsked);
    }
    return nextId < ceiling || !keeps(Rule.CEILING);
  }

  /** The next id: of an entry, or a session's generation. */
  long issue() {
    assert nextId < ceiling || !keeps(Rule.CEILING) : nextId + " at ceiling " + ceiling;
    return nextId++;
  }

  /** Whether ids above these are durable as issued; if not, asks for that. */
  boolean mayStartAbove(long ids) {
    boolean isDurable = ids + 1 < ceiling || !keeps(Rule.CEILING) || !keeps(Rule.IDS_ABOVE);
    if (!isDurable && ids + 1 >= ceilingAsked) {
      ceilingAsked = ids + LaneLimits.CEILING_STEP;
      effects.raiseCeiling(ceilingAsked);
    }
    return isDurable;
  }

  /** Ids come after these from now on: of another incarnation. */
  void startAbove(long ids) {
    assert mayStartAbove(ids) : ids + " at ceiling " + ceiling;
    nextId = keeps(Rule.IDS_ABOVE) ? Math.max(nextId, ids + 1) : nextId;
  }

  /** Every id issued so far is below this. */
  long nextId() {
    return nextId;
  }

  /**
   * For all lanes of a node, whichever has asked: if this one has asked for more, that may never be
   * done, so it asks again.
   */
  void ceilingRaised(long value) {
    ceiling = Math.max(ceiling, value);
    ceilingAsked = ceiling;
  }

  /** The request was not granted: ask again at the next occasion. */
  void ceilingFailed() {
    ceilingAsked = ceiling;
  }

  long ticket() {
    return nextTicket++;
  }

  MessageId messageId(UserId home, MessageId floor) {
    long tail = Hashes.mix(salt ^ Hashes.mix(home.high() ^ home.low()));
    return MessageId.next(floor, Math.max(wallMs, messageFloorMs), tail);
  }

  /** A conversation's highest id is forgotten: later ids come after it all the same. */
  void forget(MessageId highest) {
    messageFloorMs = Math.max(messageFloorMs, highest.timeMs() + 1);
  }

  /**
   * A time to come back, spread over (base/2, 3*base/2]: not random, so that a run can be repeated.
   */
  int returnAfter(int baseMs) {
    return base(baseMs, Hashes.mix(salt + spread++));
  }

  private static int base(int baseMs, long hash) {
    return baseMs / 2 + 1 + (int) Math.floorMod(hash, (long) baseMs);
  }
}
