package io.breakwater.gateway.socket;

import io.breakwater.gateway.connection.Input;
import io.breakwater.gateway.line.Line;
import io.breakwater.gateway.line.Waiting;
import io.breakwater.gateway.trunk.Trunks;
import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Sees to the line of an event loop: lets the first go on while trunks take them, tells the others
 * their place, and the trunks how many wait; a bounded number at a time, so that a long line holds
 * nobody else up. Runs as long as somebody waits. Confined to the event loop.
 */
final class Usher {
  private static final int STEP_MS = 20;

  /** In one step: 12,800 a second, far more than delivery takes of an event loop. */
  private static final int TURNS_PER_STEP = 256;

  private static final Input TURN = new Input.Turn();
  private static final Input PLACE_DUE = new Input.PlaceDue();

  private final GatewayLoop gateway;
  private final EventLoop loop;
  private final Line line;
  private final Trunks trunks;

  private boolean isRunning;
  private boolean isLettingGo;

  Usher(GatewayLoop gateway, EventLoop loop, Line line, Trunks trunks) {
    this.gateway = gateway;
    this.loop = loop;
    this.line = line;
    this.trunks = trunks;
  }

  /** The line may have changed. */
  void look() {
    trunks.lineChanged();
    if (!line.isEmpty() && !isRunning) {
      isRunning = true;
      line.look(gateway.nowMs());
      var _ = loop.schedule(this::step, STEP_MS, TimeUnit.MILLISECONDS);
    }
  }

  private void step() {
    long nowMs = gateway.nowMs();
    displace();
    letGo();
    line.look(nowMs);
    tell(nowMs);
    trunks.lineChanged();
    isRunning = !line.isEmpty();
    if (isRunning) {
      var _ = loop.schedule(this::step, STEP_MS, TimeUnit.MILLISECONDS);
    }
  }

  /** Whose sign-up came again by another connection is told so. */
  private void displace() {
    for (Optional<Waiting> gone = line.nextReplaced();
        gone.isPresent();
        gone = line.nextReplaced()) {
      gateway.happened(gone.get().connection(), new Input.PlaceTaken(gone.get()));
    }
  }

  /** Those who came first go on, as far as trunks take them. */
  void letGo() {
    // One whom no trunk takes after all comes back at once, which is no reason to begin again.
    if (isLettingGo) {
      return;
    }
    isLettingGo = true;
    try {
      Optional<Waiting> next = line.first();
      for (int i = 0; i < TURNS_PER_STEP && next.isPresent() && mayLetGo(); i++) {
        Waiting gone = next.get();
        gateway.happened(gone.connection(), TURN);
        next = line.first();
        if (next.isPresent() && next.get().connection() == gone.connection()) {
          return;
        }
      }
    } finally {
      isLettingGo = false;
    }
  }

  private boolean mayLetGo() {
    return line.isOpen() && trunks.takesSignUp();
  }

  private void tell(long nowMs) {
    long begin = System.nanoTime();
    int most = line.mayTell(STEP_MS);
    int told = 0;
    Optional<Waiting> next = line.nextToTell(nowMs);
    while (next.isPresent()) {
      gateway.happened(next.get().connection(), PLACE_DUE);
      told++;
      next = told < most ? line.nextToTell(nowMs) : Optional.empty();
    }
    if (told > 0) {
      int people = told;
      // After the flush, which is most of it: that is the loop's next task, or was before.
      loop.execute(() -> line.told(people, (System.nanoTime() - begin) / 1e3));
    }
  }
}
