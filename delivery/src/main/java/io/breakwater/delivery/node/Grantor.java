package io.breakwater.delivery.node;

import io.breakwater.common.scale.SmoothedRate;
import io.breakwater.delivery.credit.Account;
import io.breakwater.delivery.credit.BrownOutStep;
import io.breakwater.delivery.credit.CreditAims;
import io.breakwater.delivery.credit.CreditController;
import io.breakwater.delivery.credit.CreditFigures;
import io.breakwater.delivery.credit.Tally;
import io.breakwater.delivery.credit.Turns;
import io.breakwater.proto.trunk.Credits;
import io.breakwater.proto.trunk.DeliveryBatch;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.storage.Storage;
import io.breakwater.storage.TurnWaits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Grants gateways credits: runs the {@link CreditController} on the node's thread, and knows where
 * everybody counts. Any thread.
 */
public final class Grantor {
  private static final Logger log = LoggerFactory.getLogger(Grantor.class);
  private static final long STEER_MS = 100;
  private static final double BUSY_WINDOW_S = 60;

  /** For so long figures are new enough: one look at all metrics asks once. */
  private static final long FIGURES_MS = 100;

  /** The most that who looks waits for the node's thread. */
  private static final long ANSWER_MS = 500;

  /** More than event loops, so that few of them write to the same counters. */
  private static final int RIMS = 16;

  private final NodeThread thread;
  private final TrunkRegistry trunks;
  private final Storage storage;
  private final Clocks clocks;
  private final List<Tally> rims = new ArrayList<>();
  private final List<Tally> lanes = new ArrayList<>();
  private final Turns signUps;
  private final AtomicBoolean isRoundDue = new AtomicBoolean();

  /** When the last round was, and how long after it the next one may be; milliseconds. */
  private volatile long roundAtMs;

  private volatile int roundMs;

  /** What who looks was told last, and when. */
  private volatile CreditFigures figures;

  private volatile long figuresAtMs;

  /** How long lanes were awake, seconds a second, all together; the node's thread looks. */
  private final SmoothedRate awake = new SmoothedRate(BUSY_WINDOW_S);

  // Owned by the node's thread.
  private final CreditController controller;
  private TurnWaits waitsBefore = TurnWaits.NONE;

  Grantor(NodeThread thread, TrunkRegistry trunks, Storage storage, Clocks clocks, int laneCount) {
    this.thread = thread;
    this.trunks = trunks;
    this.storage = storage;
    this.clocks = clocks;
    for (int rim = 0; rim < RIMS; rim++) {
      rims.add(new Tally());
    }
    List<Tally> all = new ArrayList<>(rims);
    for (int lane = 0; lane < laneCount; lane++) {
      lanes.add(new Tally());
    }
    all.addAll(lanes);
    long nowMs = clocks.monoMs();
    controller = new CreditController(all, nowMs);
    signUps = new Turns(controller.signUpWrites());
    figures = controller.figures(nowMs);
    figuresAtMs = nowMs;
    roundAtMs = nowMs;
    roundMs = controller.roundMs();
  }

  /** To be called once. */
  void start() {
    thread.repeat(this::steer, STEER_MS);
  }

  /** Milliseconds of the clock by which waits are measured. */
  public long nowMs() {
    return clocks.monoMs();
  }

  /** Where all count that is neither lane nor trunk. */
  public Tally rim() {
    return rims.getFirst();
  }

  /** Where a trunk counts: with few others, which are on other event loops perhaps. */
  public Tally rim(long trunk) {
    return rims.get((int) Long.remainderUnsigned(trunk, RIMS));
  }

  /** Where a lane counts. */
  public Tally lane(int number) {
    return lanes.get(number);
  }

  /** Where sign-ups wait until they may write. */
  public Turns signUps() {
    return signUps;
  }

  /**
   * How the credits stood at most a tenth of a second ago, or longer if the node's thread does not
   * answer within half a second. Waits for it, and so is not for that thread.
   */
  public CreditFigures figures() {
    if (nowMs() - figuresAtMs >= FIGURES_MS) {
      CompletableFuture<Void> built = new CompletableFuture<>();
      try {
        thread.execute(() -> build(built));
        built.get(ANSWER_MS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException | TimeoutException | ExecutionException e) {
        log.debug("the figures of the credits are old", e);
        // So that who looks at all metrics waits once.
        figuresAtMs = nowMs();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return figures;
  }

  private void build(CompletableFuture<Void> built) {
    long nowMs = nowMs();
    figures = controller.figures(nowMs);
    figuresAtMs = nowMs;
    built.complete(null);
  }

  /** A gateway has said hello on a trunk: it is granted credits soon. */
  public void open(Account account) {
    run(() -> controller.opened(account, nowMs()));
    soon();
  }

  /** A trunk is gone. */
  public void close(Account account) {
    run(() -> controller.closed(account));
  }

  /** A gateway wants more, or has used half of what it had. */
  public void soon() {
    if (isRoundDue.compareAndSet(false, true)) {
      long inMs = Math.max(0, roundAtMs + roundMs - nowMs());
      try {
        thread.schedule(this::dueRound, inMs);
      } catch (RejectedExecutionException e) {
        log.debug("the node has ended", e);
      }
    }
  }

  /**
   * What is aimed at from now on.
   *
   * @param at asked on the node's thread, so that of two changes the later one holds
   */
  public void aim(Supplier<CreditAims> at) {
    run(() -> controller.aim(at.get()));
  }

  /**
   * The brown-out ladder stays at a step, or moves by itself.
   *
   * @param at asked on the node's thread
   */
  public void pinBrownOut(Supplier<Optional<BrownOutStep>> at) {
    run(() -> controller.pinBrownOut(at.get()));
  }

  private void run(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("the node has ended", e);
    }
  }

  private void steer() {
    TurnWaits waits = storage.turnWaits();
    count(Tally.ACCOUNT_TURNS, waits.accounts().since(waitsBefore.accounts()));
    count(Tally.PAGE_TURNS, waits.pages().since(waitsBefore.pages()));
    count(Tally.CONDITIONAL_TURNS, waits.conditionals().since(waitsBefore.conditionals()));
    waitsBefore = waits;
    long nowMs = nowMs();
    boolean isUsed = signUps.waiting() > 0 || signUps.inside() >= signUps.limit() / 2;
    // A handful an hour: a step is made every few seconds while a surge begins or ends.
    controller
        .steer(isUsed, clocks.wallMs(), nowMs)
        .ifPresent(move -> log.info("brown-out: {}", move));
    signUps.limit(controller.signUpWrites());
    signUps.look(nowMs);
    round();
    awake.look(lanes.stream().mapToLong(Tally::awakeNanos).sum() / 1e9, nowMs);
  }

  /** The part of the last minute in which a lane was awake, the mean of all, 0..1. */
  public double busy() {
    return Math.min(1, awake.perSecond() / lanes.size());
  }

  private void count(int kind, TurnWaits.Sum more) {
    rim().waited(kind, more.calls(), more.micros());
  }

  private void dueRound() {
    // Who wants one from now on, has it after this one.
    roundAtMs = nowMs();
    isRoundDue.set(false);
    round();
  }

  /** One that is due stays so, or each steering would begin a further chain of rounds. */
  private void round() {
    long nowMs = nowMs();
    roundAtMs = nowMs;
    controller.grant(this::tell, clocks.wallMs(), nowMs);
    roundMs = controller.roundMs();
    if (controller.isAnybodyWaiting()) {
      soon();
    }
  }

  private void tell(Account account, Credits credits) {
    trunks.send(
        account.trunk(),
        DeliveryBatch.newBuilder()
            .addFrames(DeliveryFrame.newBuilder().setCredits(credits))
            .build());
  }
}
