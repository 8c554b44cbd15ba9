package io.breakwater.gateway;

import io.breakwater.common.admin.Readiness;
import io.breakwater.gateway.trunk.TrunkWatch;
import java.util.concurrent.Executor;

/**
 * Says whether this gateway should be sent clients: its port is bound, its code is warm, a view is
 * known, a trunk to one of its members is open, and it is not about to stop. State is confined to
 * one event loop, so that no late trunk can undo a drain.
 */
final class ReadinessGate implements TrunkWatch {
  private final Readiness readiness;
  private final Executor loop;
  private int openTrunks;
  private int openMembers;

  /** Number of the newest view that any event loop knows; 0: none. */
  private long view;

  private boolean isBound;
  private boolean isWarm;
  private boolean isDraining;

  /** Why the latest attempt at a trunk failed; empty if none has. */
  private String failure = "";

  ReadinessGate(Readiness readiness, Executor loop) {
    this.readiness = readiness;
    this.loop = loop;
  }

  @Override
  public void reached(Reach before, Reach now) {
    change(
        () -> {
          openTrunks += now.open() - before.open();
          openMembers += now.members() - before.members();
          view = Math.max(view, now.view());
        });
  }

  @Override
  public void trunkFailed(String why) {
    change(() -> failure = ": " + why);
  }

  void bound() {
    change(() -> isBound = true);
  }

  void warm() {
    change(() -> isWarm = true);
  }

  void draining() {
    change(() -> isDraining = true);
  }

  private void change(Runnable change) {
    loop.execute(
        () -> {
          change.run();
          show();
        });
  }

  private void show() {
    if (isDraining) {
      readiness.notReady("draining");
    } else if (!isBound) {
      readiness.notReady("starting");
    } else if (!isWarm) {
      readiness.notReady("warming up");
    } else if (openTrunks == 0) {
      readiness.notReady("no delivery node can be reached" + failure);
    } else if (view == 0) {
      readiness.notReady("no delivery node has said which nodes there are (expected: a view)");
    } else if (openMembers == 0) {
      readiness.notReady("no member of view " + view + " can be reached" + failure);
    } else {
      readiness.ready();
    }
  }
}
