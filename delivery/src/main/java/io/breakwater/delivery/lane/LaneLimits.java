package io.breakwater.delivery.lane;

/**
 * The bounds of a lane. Times are in milliseconds, sizes in bytes.
 *
 * @param blockBytes a block is closed at this size
 * @param blocksInFlight block writes under way at once; also the longest gap that recovery takes
 *     for a cut
 * @param tailEntries unsettled entries in memory; sends stop at half of it, the rest is for leaf
 *     entries
 * @param tailBytes their size, likewise
 * @param windowEntries unacknowledged entries of a session
 * @param windowBytes their size; one entry is always let through
 * @param redeliverMs unacknowledged entries are delivered again after this time
 * @param settleDelayMs an entry that is not acknowledged by then gets its row
 * @param settleBatchRows rows of a settling batch
 * @param settleBatchBytes their size
 * @param settleInFlight settling batches under way at once
 * @param reappendMs an entry that is unsettled for this long moves to a newer block
 * @param parcelEntries entries that are handed to a home at once
 * @param mailboxes mailboxes in memory; idle ones beyond it are forgotten
 * @param waitingInputs inputs that wait for one mailbox or one origin lookup; more are refused
 * @param waitingBytes payload bytes of inputs that wait for any read; more are refused
 * @param knownOrigins origins in memory over all senders; beyond it, idle ones are forgotten and
 *     each sender keeps few
 * @param mailboxTtlMs how long an entry waits for a device
 * @param retryForMs how long a client may retry a message
 * @param storeBodies whether history keeps bodies (origins are always kept)
 */
public record LaneLimits(
    int blockBytes,
    int blocksInFlight,
    int tailEntries,
    long tailBytes,
    int windowEntries,
    int windowBytes,
    long redeliverMs,
    long settleDelayMs,
    int settleBatchRows,
    int settleBatchBytes,
    int settleInFlight,
    long reappendMs,
    int parcelEntries,
    int mailboxes,
    int waitingInputs,
    long waitingBytes,
    int knownOrigins,
    long mailboxTtlMs,
    long retryForMs,
    boolean storeBodies) {
  /** Longest gap between the clock and a client's {@code after}. */
  static final long AFTER_AHEAD_MS = 30_000;

  /** A message with such an {@code after} is asked for again at least this often. */
  static final long AHEAD_AGAIN_MS = 60_000;

  /**
   * What the clocks of homes may differ by, as far as it saves a lookup: a first transmission that
   * is not younger than the lane by this much is looked up.
   */
  static final long CLOCKS_APART_MS = 30_000;

  /** Mailboxes and origins that nobody used for this long may be forgotten. */
  static final long FORGET_AFTER_MS = 60_000;

  /** A clean read clears the answers of this long after its start. */
  static final long CLEAN_FOR_MS = 1_000;

  /**
   * The wall clock and the monotonic one may disagree by this much about how long something took.
   * Below the 200 ms by which a recoverer waits longer than {@link #CLEAN_FOR_MS}.
   */
  static final long CLOCK_JUMP_MS = 100;

  /** Without a clean read for this long, sessions are dropped. */
  static final long DROP_SESSIONS_MS = 5_000;

  /** While the oldest block write is older than this, nothing new is accepted. */
  static final long STALLED_MS = 2_000;

  /** A copy that is not answered is asked for again after this time. */
  static final long COPY_AGAIN_MS = 5_000;

  /** What comes for a shard that is gained waits for so long, then it is told to come back. */
  static final long GAIN_WAIT_MS = 6_000;

  /** A session is fed anew at most so often, however often its client asks. */
  static final long SYNC_PACE_MS = 1_000;

  /** Links and revocations of a user under way at once. */
  static final int DEVICE_CHANGES = 4;

  /** Devices of a user that are not revoked. */
  static final int DEVICES = 10;

  /** Conversations of a mailbox whose highest message id is in memory. */
  static final int CONVERSATIONS = 1_000;

  /** Rows of devices of a user, revoked ones too, which are kept for good. */
  static final int DEVICE_ROWS = 100;

  /** Ids by which the durable ceiling is raised. */
  static final long CEILING_STEP = 1 << 20;

  /**
   * Client ids that a lookup reads, and that memory keeps, per (device, conversation). A client has
   * at most 256 messages unanswered, so what it may ask for is never further back.
   */
  static final int KNOWN_ORIGINS = 512;

  /**
   * How many client ids before the one that is looked for are read, too: what comes next sorts
   * after the last that was accepted, though a clock went back, or another node's was ahead.
   */
  static final int ORIGINS_BEFORE = 16;

  /** {@link #KNOWN_ORIGINS} while memory holds more than {@link #knownOrigins} of them. */
  static final int KNOWN_ORIGINS_WHEN_MANY = 8;

  /** Entries delivered at once to a session that did not acknowledge what it was sent. */
  static final int PROBE_ENTRIES = 16;

  /** A session that never acknowledges is tried again after 1, 2, 4 times the usual time. */
  static final int REDELIVER_DOUBLINGS = 2;

  /**
   * The same, for what storage keeps, and for how long.
   *
   * @param bodies whether history keeps message bodies
   * @param mailboxTtlMs how long an entry waits for a device
   * @param originTtlMs how long a retry is known; clients may retry for half as long, so that no
   *     clock or delay makes a retry a second message
   */
  public LaneLimits storing(boolean bodies, long mailboxTtlMs, long originTtlMs) {
    return new LaneLimits(
        blockBytes,
        blocksInFlight,
        tailEntries,
        tailBytes,
        windowEntries,
        windowBytes,
        redeliverMs,
        settleDelayMs,
        settleBatchRows,
        settleBatchBytes,
        settleInFlight,
        reappendMs,
        parcelEntries,
        mailboxes,
        waitingInputs,
        waitingBytes,
        knownOrigins,
        mailboxTtlMs,
        originTtlMs / 2,
        bodies);
  }

  /** DESIGN.md section 10. */
  public static LaneLimits standard() {
    return new LaneLimits(
        64 << 10,
        4,
        50_000,
        16L << 20,
        256,
        512 << 10,
        15_000,
        2_000,
        32,
        64 << 10,
        16,
        30_000,
        1_000,
        200_000,
        256,
        4L << 20,
        500_000,
        30L * 24 * 3600 * 1000,
        7L * 24 * 3600 * 1000,
        true);
  }
}
