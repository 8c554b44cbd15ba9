package io.breakwater.cli.supervise;

import java.time.Duration;

/**
 * Decides when a service is started, probed, started again or given up. Pure: every time is an
 * argument, counted from any fixed moment. Confined to the supervisor's thread.
 *
 * <p>A service that was never ready is given up when it ends or takes too long: a person looks on
 * and has something to repair. One that was ready once is started again for ever, after 0.2 s,
 * doubled at each end up to 5 s; 30 s of being ready forgive what was before.
 */
final class Lifecycle {
  static final Duration FIRST_DELAY = Duration.ofMillis(200);
  static final Duration LAST_DELAY = Duration.ofSeconds(5);
  static final Duration FORGIVEN_AFTER = Duration.ofSeconds(30);

  /** What to do now. */
  sealed interface Step {
    /** Start the process, then tell {@link #started}. */
    record Start() implements Step {}

    /** Ask whether it is ready, then tell {@link #ready} or {@link #notReady}. */
    record Ask() implements Step {}

    /** Nothing until the process ends. */
    record Rest() implements Step {}

    /** Nothing for this long. */
    record Wait(Duration delay) implements Step {}

    /** It will not work without help. */
    record GiveUp() implements Step {}
  }

  private sealed interface State {
    record Down(Duration startAt) implements State {}

    record Starting(Duration since) implements State {}

    record Up(Duration since) implements State {}

    record Failed() implements State {}
  }

  private final Duration readyLimit;
  private State state = new State.Down(Duration.ZERO);
  private Duration nextDelay = FIRST_DELAY;
  private boolean everReady;

  /**
   * @param readyLimit how long the first start may take until it is ready
   */
  Lifecycle(Duration readyLimit) {
    this.readyLimit = readyLimit;
  }

  /** What to do at this time. */
  Step next(Duration now) {
    return switch (state) {
      case State.Down(Duration startAt) ->
          startAt.compareTo(now) <= 0 ? new Step.Start() : new Step.Wait(startAt.minus(now));
      case State.Starting starting -> new Step.Ask();
      case State.Up up -> new Step.Rest();
      case State.Failed failed -> new Step.GiveUp();
    };
  }

  /** The process runs. */
  void started(Duration now) {
    state = new State.Starting(now);
  }

  /** The service answered that it is ready. */
  void ready(Duration now) {
    everReady = true;
    state = new State.Up(now);
  }

  /**
   * The service answered otherwise, or not at all. Only an answer fails a slow start, never the
   * clock alone: this machine may have slept.
   */
  void notReady(Duration now) {
    if (!everReady
        && state instanceof State.Starting(Duration since)
        && now.minus(since).compareTo(readyLimit) > 0) {
      state = new State.Failed();
    }
  }

  /** The process ended, or could not be started. */
  void ended(Duration now) {
    if (!everReady) {
      state = new State.Failed();
      return;
    }
    if (state instanceof State.Up(Duration since)
        && now.minus(since).compareTo(FORGIVEN_AFTER) >= 0) {
      nextDelay = FIRST_DELAY;
    }
    state = new State.Down(now.plus(nextDelay));
    Duration doubled = nextDelay.multipliedBy(2);
    nextDelay = doubled.compareTo(LAST_DELAY) < 0 ? doubled : LAST_DELAY;
  }

  /** Whether it is ready as far as is known. */
  boolean isUp() {
    return state instanceof State.Up;
  }
}
