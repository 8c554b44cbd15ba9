package io.breakwater.loadtest.chaos.plan;

/** A way to break something. */
public sealed interface Fault {
  /** A process is killed, and started again after the duration. */
  record Kill(Tier tier) implements Fault {}

  /** Two processes are killed at once, and started again after the duration. */
  record KillTwo(Tier one, Tier other) implements Fault {}

  /** A process is stopped for the duration, and goes on as if nothing had been. */
  record Freeze(Tier tier) implements Fault {}

  /** Two nodes do not reach each other: packets vanish, connections stay. */
  record Partition(Tier one, Tier other, Direction direction) implements Fault {}

  /** A node reaches nobody, and nobody reaches it: packets vanish, connections stay. */
  record Isolation(Tier tier) implements Fault {}

  /** All that a node sends and receives goes through a slow link. */
  record SlowLink(Tier tier) implements Fault {}

  /**
   * The host of a node is gone as if its power were: nobody is told, and its peers go on to use
   * connections that have no other end. After the duration host and process are back.
   */
  record HalfOpen(Tier tier) implements Fault {}

  /** A node cannot write to its disk. */
  record DiskFull(Tier tier) implements Fault {}

  /** The wall clock of a node jumps, and jumps back after the duration. */
  record ClockStep(Tier tier) implements Fault {}

  /** All of a tier are replaced, one after the other, each in its share of the duration. */
  record RollingRestart(Tier tier) implements Fault {}

  /** A node leaves in good order, and another one joins at the end of the duration. */
  record LeaveAndJoin(Tier tier) implements Fault {}

  /**
   * A node is replaced, and while its successor begins another one stands still, so that what the
   * latter has to say when it wakes up goes by what it knew before.
   */
  record ReplaceUnseen(Tier unseenBy, Tier replaced) implements Fault {}

  /**
   * Packets between a node and one of those that it writes to vanish, and while it waits for what
   * was lost it is killed: of what it wrote at once, only some has arrived.
   */
  record KillMidWrite(Tier killed, Tier writtenTo) implements Fault {}

  /** Which way a partition lets nothing through. */
  enum Direction {
    BOTH_WAYS,
    /** From the one to the other. */
    ONE_WAY
  }
}
