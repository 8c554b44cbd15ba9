package io.breakwater.simulation;

import io.breakwater.common.priority.Priority;
import io.breakwater.delivery.credit.Account;
import io.breakwater.delivery.credit.CreditController;
import io.breakwater.delivery.credit.CreditFigures;
import io.breakwater.delivery.credit.Tally;
import io.breakwater.delivery.credit.Turns;
import io.breakwater.proto.trunk.Credits;
import io.breakwater.proto.trunk.Demand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A delivery node. Production: its controller with all it has, its tallies, its turns, its accounts.
 * What production's {@code Grantor}, trunk streams and sign-ups do with them is repeated here.
 */
final class Node {
  private static final int STEER_MS = 100;

  /** What a gateway is told. */
  record Told(int gateway, Credits credits) {}

  final int number;
  final Turns turns;

  /** Neither reads nor writes; it may be dead. */
  boolean isSilent;

  /** What is to be carried to gateways. */
  final List<Told> told = new ArrayList<>();

  private final Tally rim = new Tally();
  private final Tally lane = new Tally();
  private final CreditController controller;
  private final List<Account> accounts = new ArrayList<>();
  private final Map<Account, Integer> gatewayOf = new HashMap<>();
  private final long wallMs;
  private final int steerOffsetMs;
  private int sendsUnderWay;
  private long roundAtMs = Long.MAX_VALUE;
  private long lastRoundMs;

  Node(int number, int gateways, long wallMs, int steerOffsetMs) {
    this.number = number;
    this.wallMs = wallMs;
    this.steerOffsetMs = steerOffsetMs;
    controller = new CreditController(List.of(rim, lane), 0);
    turns = new Turns(controller.signUpWrites());
    for (int gateway = 0; gateway < gateways; gateway++) {
      Account account = new Account(gateway + 1L);
      accounts.add(account);
      gatewayOf.put(account, gateway);
      controller.opened(account, 0);
    }
  }

  boolean isDue(long nowMs) {
    return !isSilent && (isSteerDue(nowMs) || nowMs >= roundAtMs);
  }

  private boolean isSteerDue(long nowMs) {
    return (nowMs + steerOffsetMs) % STEER_MS == 0;
  }

  /** Steers and grants, as {@code Grantor} does on the node's thread. */
  void tick(long nowMs) {
    if (isSteerDue(nowMs)) {
      boolean isUsed = turns.waiting() > 0 || turns.inside() >= turns.limit() / 2;
      controller.steer(isUsed, wallMs + nowMs, nowMs);
      turns.limit(controller.signUpWrites());
      // Who is let in by this is seen to by the next who leaves, or in a moment.
    }
    roundAtMs = Long.MAX_VALUE;
    lastRoundMs = nowMs;
    controller.grant(
        (account, credits) -> told.add(new Told(Objects.requireNonNull(gatewayOf.get(account)), credits)),
        wallMs + nowMs,
        nowMs);
    if (controller.isAnybodyWaiting()) {
      soon(nowMs);
    }
  }

  private void soon(long nowMs) {
    roundAtMs = Math.min(roundAtMs, Math.max(nowMs + 1, lastRoundMs + controller.roundMs()));
  }

  /** A gateway says what waits there. */
  void hears(int gateway, Demand demand, long nowMs) {
    if (accounts.get(gateway).wants(demand, nowMs)) {
      soon(nowMs);
    }
  }

  void closed(int gateway) {
    controller.closed(accounts.get(gateway));
  }

  private void arrived(int gateway, int priority, long nowMs) {
    rim.arrived(priority, 1);
    if (accounts.get(gateway).arrived(priority, 1)) {
      soon(nowMs);
    }
  }

  /** A message arrives. */
  void send(int gateway, long nowMs) {
    arrived(gateway, Priority.SEND.number, nowMs);
    rim.done(Priority.SEND.number);
    lane.sendsUnderWay(++sendsUnderWay);
  }

  /** It is published, so long after it arrived. */
  void published(double tookMs) {
    lane.sendsUnderWay(--sendsUnderWay);
    lane.waited(Priority.SEND.number, (long) (tookMs * 1_000));
    lane.waited(Tally.BLOCKS, (long) (tookMs * 1_000));
  }

  /** A sign-up arrives, and waits for its turn. */
  void signUp(int gateway, Turns.Entrant entrant, long nowMs) {
    arrived(gateway, Priority.SIGN_UP.number, nowMs);
    turns.arrive(entrant, nowMs);
  }

  /** Its turn has come, so long after it arrived. */
  void turnCame(double tookMs) {
    rim.waited(Priority.SIGN_UP.number, (long) (tookMs * 1_000));
  }

  /** It is answered. */
  void signUpDone() {
    rim.done(Priority.SIGN_UP.number);
  }

  CreditFigures figures(long nowMs) {
    return controller.figures(nowMs);
  }
}
