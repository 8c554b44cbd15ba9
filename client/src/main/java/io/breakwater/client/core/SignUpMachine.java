package io.breakwater.client.core;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Queued;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignUp;
import io.breakwater.proto.client.SignedUp;
import io.breakwater.proto.client.Work;
import io.breakwater.proto.client.WorkDemand;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes an account: tries until the server has answered, waits in its line, comes back when it says
 * so, with the ticket that keeps its place, and works for one if asked to. Driven as {@link
 * DeviceMachine} is; its steps never have changes. Repeating it with the same sign-up id finishes
 * the same account, and with its ticket keeps the place, whatever the handle; the ticket lapses
 * after two minutes.
 */
public final class SignUpMachine implements Machine {
  /** No more is done for any server: four million hashes on average. */
  public static final int WORK_BITS_MAX = 22;

  private static final long SILENCE_MS = 30_000;
  private static final long DISPLACED_MS = 60_000;

  /** A challenge is good for no longer, at whatever gateway. */
  private static final long CHALLENGE_MS = 60_000;

  private final SignUp signUp;
  private final RandomGenerator random;

  /** What the server said last; empty if it never did. */
  private ByteString ticket;

  /** What was done for a place; none: nothing was asked for, or it has one. */
  private @Nullable Work work;

  /** Whether the server has been shown it. */
  private boolean isShown;

  /** What is being worked on; none: nothing is. */
  private @Nullable ByteString challenge;

  /** Of that challenge: it cannot hold from then on. */
  private long lapsesAtMs;

  private final Pending pending = new Pending();
  private final Link link;

  /**
   * @param signUpId 16 random bytes, stored before the first attempt; a secret
   * @param handle 3 to 32 characters of a-z, 0-9, '_' and '.', beginning with a letter
   * @param ticket of an earlier attempt with the same sign-up id; empty if there is none
   */
  public SignUpMachine(
      ByteString signUpId, String handle, ByteString ticket, RandomGenerator random) {
    this.random = random;
    this.ticket = ticket;
    signUp = SignUp.newBuilder().setSignUpId(signUpId).setHandle(handle).build();
    link = new Link(pending, random, SILENCE_MS);
  }

  /** What keeps the place in line; empty if the sign-up never was in line. */
  public ByteString ticket() {
    return ticket;
  }

  /** Connects. */
  @Override
  public void start(long nowMs) {
    link.connectNow(nowMs);
  }

  /** Gives up. */
  @Override
  public void stop(long nowMs) {
    stop("closed by the application");
  }

  private void stop(String why) {
    stopWork();
    link.stop(why);
  }

  /** The connection of an {@link Output.Connect} is open. */
  @Override
  public void connected(long connection, long nowMs) {
    if (link.connected(connection, nowMs)) {
      ask();
    }
  }

  private void ask() {
    SignUp.Builder next = signUp.toBuilder().setTicket(ticket);
    if (work != null) {
      next.setWork(work);
      isShown = true;
    }
    link.transmit(ClientFrame.newBuilder().setSignUp(next).build());
  }

  /**
   * It is shown on this connection, or on the next one if this one broke: a challenge stays the
   * same for a while.
   */
  @Override
  public void worked(long connection, ByteString challenge, long nonce, long nowMs) {
    if (!challenge.equals(this.challenge)) {
      return;
    }
    this.challenge = null;
    work = Work.newBuilder().setChallenge(challenge).setNonce(nonce).build();
    isShown = false;
    // Asked for on this connection or on an earlier one: who asks is the same.
    if (link.isUp()) {
      ask();
    }
  }

  /** The connection could not be made, or ended by itself. */
  @Override
  public void disconnected(long connection, String why, long nowMs) {
    link.disconnected(connection, why, nowMs);
  }

  /** A frame arrived. */
  @Override
  public void received(long connection, ServerFrame frame, long nowMs) {
    if (link.hears(connection, nowMs)) {
      try {
        handle(frame, nowMs);
      } catch (IllegalArgumentException e) {
        link.drop("malformed frame: " + e.getMessage(), nowMs);
      }
    }
  }

  private void handle(ServerFrame frame, long nowMs) {
    switch (frame.getBodyCase()) {
      case SIGNED_UP -> signedUp(frame.getSignedUp());
      case QUEUED -> queued(frame.getQueued(), nowMs);
      case GO_AWAY -> goAway(frame.getGoAway().getReturnAfterMs(), nowMs);
      case ERROR -> error(frame.getError(), nowMs);
      case DISPLACED -> displaced(nowMs);
      default -> {
        // Not for a connection without an account.
      }
    }
  }

  /**
   * Who is in line stays until it is to come back: it may have its turn. Who is at work has no
   * place to stay for, and its challenge may have lapsed by then.
   */
  private void goAway(int returnAfterMs, long nowMs) {
    if (challenge == null) {
      link.leaveAfter(returnAfterMs, nowMs);
      return;
    }
    stopWork();
    link.comeBackAfter(returnAfterMs, nowMs);
    link.drop("asked to go away", nowMs);
  }

  /** What it works on may be shown when it is back, if that is soon enough. */
  private void comeBackAfter(long returnAfterMs, long nowMs) {
    link.comeBackAfter(returnAfterMs, nowMs);
    if (nowMs + returnAfterMs >= lapsesAtMs) {
      stopWork();
    }
  }

  private void stopWork() {
    if (challenge != null) {
      challenge = null;
      pending.output(new Output.StopWork());
    }
  }

  private void signedUp(SignedUp frame) {
    pending.notify(
        new Event.SignedUp(
            new Credentials(UserId.of(frame.getUser()), frame.getDevice(), frame.getToken())));
    stop("signed up");
  }

  private void queued(Queued frame, long nowMs) {
    boolean isDone = isDoneUnshown(frame);
    if (!isDone) {
      work = null;
    }
    if (!frame.getTicket().isEmpty()) {
      ticket = frame.getTicket();
      stopWork();
    }
    if (!link.isUp()) {
      // Waiting is being served: a connection that held for a minute begins its retries anew.
      link.up(nowMs);
    }
    if (isDone) {
      ask();
      return;
    }
    if (frame.hasWork()) {
      work(frame.getWork(), nowMs);
      return;
    }
    pending.notify(
        new Event.Queued(Integer.toUnsignedLong(frame.getPlace()), frame.getEstimateMs()));
    if (frame.getReturnAfterMs() > 0) {
      comeBackAfter(Integer.toUnsignedLong(frame.getReturnAfterMs()), nowMs);
      link.drop(
          frame.getTicket().isEmpty() ? "the line is full" : "the line is full; the place is kept",
          nowMs);
    }
  }

  /** Whether what is asked for was done since this connection began. */
  private boolean isDoneUnshown(Queued frame) {
    return work != null
        && !isShown
        && frame.hasWork()
        && frame.getWork().getChallenge().equals(work.getChallenge());
  }

  /** It has no place yet. A gateway that it comes back to may ask for what it works on already. */
  private void work(WorkDemand demand, long nowMs) {
    int bits = demand.getBits();
    if (bits < 0 || bits > WORK_BITS_MAX) {
      String detail =
          "proof of work: "
              + Integer.toUnsignedString(bits)
              + " bits (expected: at most "
              + WORK_BITS_MAX
              + ')';
      pending.notify(new Event.SignUpFailed(Reason.OVERLOADED, detail));
      stop(detail);
      return;
    }
    if (demand.getChallenge().equals(challenge)) {
      return;
    }
    lapsesAtMs = nowMs + CHALLENGE_MS;
    challenge = demand.getChallenge();
    pending.output(new Output.Work(link.connects(), demand.getChallenge(), bits));
  }

  /** Another connection has the place of this sign-up: both would take it from each other. */
  private void displaced(long nowMs) {
    comeBackAfter(DISPLACED_MS + random.nextLong(DISPLACED_MS / 6), nowMs);
    link.drop("displaced", nowMs);
  }

  private void error(Error error, long nowMs) {
    boolean passing =
        switch (error.getReason()) {
          case HANDLE_TAKEN, HANDLE_MALFORMED, MALFORMED, UNSUPPORTED_VERSION, UNAUTHENTICATED ->
              false;
          default -> true;
        };
    if (!passing) {
      pending.notify(new Event.SignUpFailed(error.getReason(), error.getDetail()));
      stop(error.getReason().name());
      return;
    }
    if (error.getReturnAfterMs() > 0) {
      comeBackAfter(error.getReturnAfterMs(), nowMs);
    }
    link.drop(error.getReason() + ": " + error.getDetail(), nowMs);
  }

  @Override
  public void stored(Position cursor, long nowMs) {
    throw new IllegalStateException("a sign-up stores nothing");
  }

  /** Time has passed. */
  @Override
  public void tick(long nowMs) {
    if (nowMs >= lapsesAtMs) {
      stopWork();
    }
    link.tick(nowMs);
  }

  /**
   * When to call {@link #tick} if nothing else happens before; {@link Long#MAX_VALUE} for never.
   */
  @Override
  public long wakeUpMs() {
    return challenge == null ? link.wakeUpMs() : Math.min(lapsesAtMs, link.wakeUpMs());
  }

  /** What the inputs since the last drain have led to. */
  @Override
  public Step drain() {
    return pending.drain();
  }
}
