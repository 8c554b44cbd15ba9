package io.breakwater.storage;

/**
 * How long calls have waited for their turn, since the start: storage lets so many of each class
 * through at once.
 *
 * @param accounts of accounts, devices, handles
 * @param pages of mailboxes and of history
 * @param conditionals conditional writes
 */
public record TurnWaits(Sum accounts, Sum pages, Sum conditionals) {
  /** Of a storage in which nobody waits. */
  public static final TurnWaits NONE = new TurnWaits(Sum.NONE, Sum.NONE, Sum.NONE);

  /**
   * All of a class together.
   *
   * @param calls whose turn has come
   * @param micros that they had waited until then
   */
  public record Sum(long calls, long micros) {
    static final Sum NONE = new Sum(0, 0);

    /** What has come since. */
    public Sum since(Sum before) {
      return new Sum(calls - before.calls, micros - before.micros);
    }
  }
}
