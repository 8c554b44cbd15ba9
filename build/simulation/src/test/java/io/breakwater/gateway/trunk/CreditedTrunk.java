package io.breakwater.gateway.trunk;

import io.breakwater.common.priority.Priority;
import io.breakwater.gateway.home.Levels;
import io.breakwater.proto.trunk.Credits;
import io.breakwater.proto.trunk.Demand;
import io.breakwater.proto.trunk.GatewayFrame;
import io.breakwater.proto.trunk.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * A trunk without its stream: production's {@link Ledger} and {@link Outbox}, and what {@link Trunk}
 * says of what waits, and when. In this package, since these are closed to others.
 *
 * <p>A frame that has credit is not put into the outbox and taken out in the same tick; so most
 * trunks need none, of 200,000.
 */
@NullMarked
public final class CreditedTrunk {
  private static final int DEMAND_MS = 100;

  private final Ledger ledger = new Ledger();
  private final Pause pause = new Pause();
  private final Levels levels;
  private @Nullable Outbox outbox;
  private boolean saidThatSomeWait;
  private long saidAtMs;

  /** A trunk that has just opened. */
  public CreditedTrunk(Levels levels) {
    this.levels = levels;
  }

  /**
   * The node says what it grants.
   *
   * @return messages that may go now
   */
  public List<GatewayFrame> heard(Credits credits, long nowMs) {
    ledger.heard(credits, nowMs);
    List<GatewayFrame> ready = new ArrayList<>(0);
    Outbox waiting = outbox;
    while (waiting != null && waiting.hasReady(nowMs)) {
      ready.addAll(waiting.nextBatch(0, nowMs).getFramesList());
    }
    return ready;
  }

  /** The node has no time for a sign-up. */
  public void sentBack(long nowMs) {
    pause.sentBack(nowMs);
  }

  /** The node has carried one out. */
  public void carriedOut() {
    pause.carriedOut();
  }

  /** Whether there is credit for a sign-up. */
  public boolean takesSignUp(long nowMs) {
    if (pause.isOn(nowMs)) {
      return false;
    }
    Outbox waiting = outbox;
    return waiting == null
        ? ledger.hasCredit(Priority.SIGN_UP.number, nowMs)
        : waiting.takesSignUp(nowMs);
  }

  /** A sign-up goes. */
  public void signUp() {
    ledger.spend(Priority.SIGN_UP.number);
  }

  /**
   * A message wants to go.
   *
   * @return whether it does; else it waits
   */
  public boolean send(GatewayFrame frame, long nowMs) {
    Outbox waiting = outbox;
    if (waiting == null || waiting.isEmpty()) {
      if (ledger.hasCredit(Priority.SEND.number, nowMs)) {
        ledger.spend(Priority.SEND.number);
        return true;
      }
    }
    if (waiting == null) {
      waiting = new Outbox(1 << 20, ledger, levels);
      outbox = waiting;
    }
    if (!waiting.offer(frame, nowMs)) {
      throw new IllegalStateException("outbox: full (expected: room for a simulation)");
    }
    return false;
  }

  /** Messages that have waited for credit too long: they are given back. */
  public int expire(long nowMs) {
    Outbox waiting = outbox;
    return waiting == null ? 0 : waiting.expire(nowMs).size();
  }

  /** How many messages wait for credit. */
  public int waiting(long nowMs) {
    Outbox waiting = outbox;
    return waiting == null ? 0 : waiting.waiting(Priority.SEND.number, nowMs);
  }

  /**
   * What is to be said now of what waits, as {@code Trunk.sayWhatWaits} decides.
   *
   * @param signUps in line
   * @param firstArrivedMs when the first of them came
   */
  public Optional<Demand> look(int signUps, long firstArrivedMs, long nowMs) {
    if (pause.isOn(nowMs) && signUps > 0) {
      return look(0, 0, nowMs);
    }
    boolean isAny = signUps > 0 || waiting(nowMs) > 0;
    boolean isDue = isAny != saidThatSomeWait || (isAny && nowMs - saidAtMs >= DEMAND_MS);
    return isDue ? Optional.of(say(signUps, firstArrivedMs, nowMs)) : Optional.empty();
  }

  /** What goes with a batch, as {@code Trunk.say} has it. */
  public Demand say(int signUps, long firstArrivedMs, long nowMs) {
    saidAtMs = nowMs;
    Demand.Builder demand = Demand.newBuilder();
    if (signUps > 0) {
      demand.setSignUps(signUps).setFirstArrivedMs(firstArrivedMs);
    }
    int sends = waiting(nowMs);
    if (sends > 0) {
      demand.addWaiting(Waiting.newBuilder().setPriority(Priority.SEND.number).setFrames(sends));
    }
    saidThatSomeWait = signUps > 0 || sends > 0;
    return demand.build();
  }
}
