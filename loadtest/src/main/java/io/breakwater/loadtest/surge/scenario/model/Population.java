package io.breakwater.loadtest.surge.scenario.model;

/**
 * People who are alike.
 *
 * @param users accounts that exist before the begin; 0 of newcomers, whom sign-ups make
 * @param online those of them who are connected at the begin
 * @param devices of each user; all of them are online when their user is
 * @param impatient the share, 0..1, whose clients try again each second, without backoff, jitter or
 *     budget, whatever they are told; those of the others do as docs/protocol.md asks
 * @param unread messages that wait at the begin for each user who is not online
 */
public record Population(
    String name, Kind kind, long users, long online, int devices, double impatient, int unread) {
  /** 2^64 divided by the golden ratio. */
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  /** Where people come from. */
  public enum Kind {
    /** They were there before. */
    EXISTING,
    /** They sign up. */
    NEWCOMERS,
    /** They have accounts, were cut off, and come back. */
    RETURNING;

    @Override
    public String toString() {
      return Scaling.written(this);
    }
  }

  /** Connections at the begin. */
  public long sockets() {
    return online * devices;
  }

  /**
   * Whether a user is one of the impatient. They are spread evenly over all numbers, and over the
   * numbers of any generator that has each so many-th of them: multiples of the golden ratio are.
   *
   * @param user its number in the population, from 0
   */
  public boolean isImpatient(long user) {
    return ((user * GOLDEN) >>> 11) * 0x1p-53 < impatient;
  }

  Population replayed(Reduction by) {
    return new Population(
        name,
        kind,
        Scaling.entities(users, by),
        Scaling.entities(online, by),
        devices,
        impatient,
        unread);
  }

  Population withImpatient(double share) {
    return new Population(name, kind, users, online, devices, share, unread);
  }
}
