package io.breakwater.loadtest.surge.facts;

/**
 * Something that a generator saw. Populations and streams are their places in the scenario, users
 * their numbers in their population.
 */
public sealed interface Fact {
  /** The number of a user who is none. */
  long NOBODY = -1;

  /** Who: a user of a population, and which of its devices, from 0. */
  record Who(int population, long user, int device) {}

  /** Who did what was due. */
  enum By {
    /** There was nobody to do it: a connect finds nobody when all are online. */
    NOBODY(0),

    /**
     * Somebody who was to. Whoever was cut off can do it all the same: its message waits for its
     * next session, and counts.
     */
    SOMEBODY(1),

    /** The drawn writer of a message was not online: another one wrote in its place. */
    ANOTHER(2);

    private static final By[] ALL = values();

    private final int number;

    /**
     * @param number in files; its place, which stays what it is
     */
    By(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }

    static By of(int number) {
      if (number < 0 || number >= ALL.length) {
        throw new IllegalArgumentException(
            "by: " + number + " (expected: 0.." + (ALL.length - 1) + ')');
      }
      return ALL[number];
    }
  }

  /** An arrival of a stream was due, and begun: the difference is the generator's own lag. */
  record Due(int stream, long intendedNanos, long begunNanos, By by) implements Fact {
    /** Whether there was somebody to do it. */
    public boolean isDone() {
      return by != By.NOBODY;
    }
  }

  /**
   * Somebody has an account.
   *
   * @param attempts connections that it took, 1 at least
   */
  record SignedUp(int stream, Who who, long intendedNanos, long doneNanos, int attempts)
      implements Fact {}

  /** A sign-up was not done when the run ended. */
  record NotSignedUp(int stream, Who who, long intendedNanos, int attempts) implements Fact {}

  /**
   * A session began.
   *
   * @param isResumed whether it follows a connection that broke, or was closed by the server
   * @param sinceNanos the intended time of connecting: exactly that of the {@link Due} which began
   *     it, if one did (connects and reconnects alike), and when a newcomer was signed up; of a
   *     resumed one without a Due, when the one before was lost, or when its network was back
   * @param attempts connections that it took, 1 at least
   */
  record Welcomed(Who who, boolean isResumed, long sinceNanos, long welcomeNanos, int attempts)
      implements Fact {}

  /** The session has all that it missed. */
  record Synced(Who who, long welcomeNanos, long syncedNanos) implements Fact {}

  /**
   * A connection ended, and its phone did not ask for that.
   *
   * @param atNanos if an arrival of a stream of reconnects broke it, exactly the intended time of
   *     its {@link Due}
   * @param reason as the server says it; or {@code broken}, {@code silence}, {@code timeout}, or
   *     {@code network}: the scenario broke it
   */
  record Lost(Who who, long atNanos, String reason) implements Fact {}

  /**
   * A message was written. Its number is unique among those of its writer's device to its reader,
   * and grows.
   *
   * @param stream that it is of; of a newcomer's first messages that of the sign-up; 0 of what was
   *     written before the begin, to wait for whoever is offline: it belongs to the ledger alone
   * @param to the reader; its device says nothing
   */
  record Written(int stream, Who from, Who to, long number, long intendedNanos) implements Fact {}

  /** A message is durable. */
  record Accepted(Who from, Who to, long number, long acceptedNanos) implements Fact {}

  /** A message was refused for good. */
  record Rejected(Who from, Who to, long number, long atNanos, String reason) implements Fact {}

  /**
   * A message was handed to the application of a device: each time that it was, once if all is
   * well. A message whose origin was seen before is dropped, as docs/protocol.md asks: it is {@link
   * Repeated}.
   *
   * @param to with the device that has it; copies for other devices of the writer are no facts
   * @param from {@link #NOBODY} of any population if no generator wrote it: then {@code number} is
   *     that of the entry
   * @param isMisplaced whether its message id has the application show it before a message that its
   *     writer wrote earlier, or after a later one
   */
  record Delivered(Who from, Who to, long number, long deliveredNanos, boolean isMisplaced)
      implements Fact {
    /** One that is in its place. */
    public Delivered(Who from, Who to, long number, long deliveredNanos) {
      this(from, to, number, deliveredNanos, false);
    }
  }

  /**
   * A message whose origin a device had seen before was there again, and was dropped: the
   * application hears nothing of it.
   *
   * @param who had it
   */
  record Repeated(Who who, long atNanos) implements Fact {}

  /**
   * A device that was asked when the run ended has all that it is owed.
   *
   * @param atNanos when it asked: what was accepted by then is there, or never comes
   */
  record CaughtUp(Who who, long atNanos) implements Fact {}

  /**
   * Something was refused for now.
   *
   * @param what {@code sign-up}, {@code connect}, {@code send} or {@code look-up}
   * @param returnAfterMs when to come back; 0: nothing was said
   */
  record Refused(Who who, String what, long atNanos, String reason, long returnAfterMs)
      implements Fact {}

  /**
   * Now and then: what there is.
   *
   * @param sockets open ones
   * @param signingUp sign-ups that are not done, in line or not
   * @param waiting of them, those that have been told their place in line
   * @param cpuNanos of the process, since it began
   */
  record Census(long atNanos, int sockets, int signingUp, int waiting, long cpuNanos)
      implements Fact {}

  /**
   * A phone hung up because it wanted to, and is away until it is welcomed again. So is one whose
   * network the scenario takes away for a time: then it is {@link Lost} as well, right afterwards,
   * and is {@link Coming} again when it is back. When the run has ended, those who are away are
   * asked as well: they are handed over to without a session.
   */
  record Left(Who who, long atNanos) implements Fact {}

  /**
   * A phone that had no connection and wanted none means to be online from now on: it connects.
   *
   * @param isResumed its network is back; as that of the {@link Welcomed} that follows
   * @param sinceNanos that of the {@link Welcomed} that follows, unless it is lost again before
   */
  record Coming(Who who, boolean isResumed, long sinceNanos) implements Fact {}

  /**
   * A sign-up was told its place in line.
   *
   * @param place from 1
   * @param estimateMs how long it was said to take still
   */
  record Queued(Who who, long atNanos, long place, long estimateMs) implements Fact {}
}
