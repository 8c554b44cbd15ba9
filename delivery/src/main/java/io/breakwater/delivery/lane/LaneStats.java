package io.breakwater.delivery.lane;

/**
 * What a lane counted since it began, and how full it is. Written by the lane's thread; the shell
 * copies it out once a second.
 */
public final class LaneStats {
  /** Messages that got an id. */
  public long accepted;

  /** Attempts to send an origin that was known. */
  public long duplicates;

  /** Attempts to send what only its origin row knew. */
  public long duplicatesFromRows;

  /** Attempts that said they may be repeated. */
  public long retries;

  /** Attempts answered with <em>resend from</em>. */
  public long resends;

  /** Attempts refused. */
  public long refused;

  /** Lookups of origin rows. */
  public long originLookups;

  /** Reads of mailbox rows. */
  public long mailboxReads;

  /** Reads of a user's devices. */
  public long deviceReads;

  /** Entries sent to sessions, each time counted. */
  public long delivered;

  /** Sessions fed again since they did not acknowledge. */
  public long redeliveries;

  /** Times a session was not fed since its trunk was full. */
  public long heldBack;

  /** Sessions ended by a newer generation. */
  public long displaced;

  /** Entries taken over from earlier incarnations. */
  public long recovered;

  /** Entries that other homes have taken over from this lane. */
  public long handedOff;

  /** Inputs that waited for a shard that was gained, or for a view. */
  public long gainsAwaited;

  /** Blocks written. */
  public long blocks;

  /** Entries published. */
  public long published;

  /** Now: sessions. */
  public int sessions;

  /** Now: mailboxes in memory. */
  public int mailboxes;

  /** Now: unsettled entries, and their bytes. */
  public int tailEntries;

  /** Now: bytes of unsettled entries. */
  public long tailBytes;

  /** Now: payload bytes of inputs that wait for a read. */
  public long waitingBytes;

  /** Now: origins in memory. */
  public int knownOrigins;

  /** Now: journal blocks that may hold unsettled entries. */
  public long journalBacklog;

  LaneStats() {}
}
