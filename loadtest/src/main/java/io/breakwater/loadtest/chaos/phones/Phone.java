package io.breakwater.loadtest.chaos.phones;

import io.breakwater.client.LinkedDevice;
import io.breakwater.client.core.Changes;
import io.breakwater.client.core.Credentials;
import io.breakwater.client.core.Position;
import io.breakwater.client.store.FileDeviceStore;
import io.breakwater.client.store.FileDeviceStore.Durability;
import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.history.Fact.Ending;
import io.breakwater.loadtest.chaos.payload.Device;
import io.breakwater.proto.client.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A device, whose application comes and goes: {@link #step} starts and ends it. Steps are taken one
 * at a time, on any thread, and may wait for disks and threads; everything else, on any thread at
 * any time, and waits for nothing.
 */
final class Phone {
  /** Somebody who sees no connection for so long asks for one. */
  private static final long PATIENCE_MS = 10_000;

  /** After a store could not be opened, or failed. */
  private static final long AGAIN_AFTER_MS = 1_000;

  private final Surroundings around;
  private final Notebook notebook;
  private final Credentials credentials;
  private final Position start;
  private final Path directory;
  private final AtomicReference<@Nullable Application> application = new AtomicReference<>();
  private final AtomicBoolean isGone = new AtomicBoolean();
  private final AtomicBoolean isSignOutAsked = new AtomicBoolean();

  /** When it is to be gone. */
  private final AtomicLong retireAtMs = new AtomicLong(Long.MAX_VALUE);

  private final AtomicBoolean isClaimed = new AtomicBoolean();

  // Confined to the step.
  private final SplittableRandom random;
  private Stay stay;
  private long changeAtMs;
  private long startAtMs;

  /**
   * @param start where its mailbox begins
   * @param directory of its store
   */
  Phone(
      Surroundings around,
      Device device,
      Credentials credentials,
      Position start,
      Path directory,
      SplittableRandom random) {
    this.around = around;
    this.notebook = new Notebook(device);
    this.credentials = credentials;
    this.start = start;
    this.directory = directory;
    this.random = random;
    stay = Stay.draw(random);
  }

  Device device() {
    return notebook.device;
  }

  /** As the server numbers it. */
  int number() {
    return credentials.device();
  }

  /** Whether a step may be taken now: it is under way, or waits for its turn, once at a time. */
  boolean claim() {
    return !isGone.get() && isClaimed.compareAndSet(false, true);
  }

  /**
   * Does what is due; whoever calls has claimed it.
   *
   * @param isRestless whether applications come and go; else all run
   */
  void step(long nowMs, boolean isRestless) {
    try {
      Application running = application.get();
      if (running == null) {
        if (nowMs >= startAtMs || !isRestless) {
          startAtMs = nowMs + AGAIN_AFTER_MS;
          start(nowMs);
        }
      } else if (running.rejection() != null || nowMs >= retireAtMs.get()) {
        retire(running);
      } else if (running.hasFailed()) {
        end(running, Ending.KILLED, nowMs + AGAIN_AFTER_MS);
      } else if (isRestless && nowMs >= changeAtMs) {
        end(running, stay.ending(), nowMs + stay.offlineMs());
      } else {
        running.lookAt(PATIENCE_MS);
      }
    } catch (IOException e) {
      around.troubles().add("the store of %s: %s".formatted(device(), e));
    } finally {
      isClaimed.set(false);
    }
  }

  private void start(long nowMs) throws IOException {
    if (nowMs >= retireAtMs.get()) {
      goneWithoutApplication();
      return;
    }
    FileDeviceStore store = FileDeviceStore.open(directory, Durability.PROCESS);
    if (!start.equals(Position.START) && store.load().cursor().equals(Position.START)) {
      store.write(Changes.startingAt(start));
    }
    application.set(Application.start(around, notebook, credentials, store));
    stay = Stay.draw(random);
    changeAtMs = nowMs + stay.onlineMs();
  }

  private void end(Application running, Ending ending, long startAgainAtMs) throws IOException {
    application.set(null);
    startAtMs = startAgainAtMs;
    running.end(ending);
  }

  private void retire(Application running) throws IOException {
    Reason rejection = running.rejection();
    if (rejection != null && rejection != Reason.UNAUTHENTICATED) {
      around.troubles().add("%s is not let in: %s".formatted(device(), rejection));
    }
    isGone.set(true);
    application.set(null);
    running.end(Ending.CLOSED);
    if (rejection == Reason.UNAUTHENTICATED && !isSignOutAsked.get()) {
      around.recorder().record((number, ms) -> new Fact.SignedOut(number, ms, device()));
    }
    goneWithoutApplication();
  }

  private void goneWithoutApplication() {
    isGone.set(true);
    Application.giveUp(around, notebook);
  }

  /** Somebody is about to ask that it is signed out; recorded once. */
  void signOutAsked() {
    if (isSignOutAsked.compareAndSet(false, true)) {
      around.recorder().record((number, ms) -> new Fact.SignOutAsked(number, ms, device()));
    }
  }

  /** It is signed out: its application may run on for so long, and never starts again. */
  void retireAfter(long ms) {
    retireAtMs.set(Counts.nowMs() + ms);
  }

  /** Sends a message to a user; false if it does not send now. */
  boolean send(int to, int bytes) {
    Application running = application.get();
    return running != null && running.send(to, bytes);
  }

  /**
   * Asks for another device.
   *
   * @throws IllegalStateException if no application runs
   */
  CompletionStage<LinkedDevice> link(byte[] linkId) {
    return running().link(linkId);
  }

  /** Asks that a device of this user is signed out; see {@link #link}. */
  CompletionStage<Boolean> revoke(int number) {
    return running().revoke(number);
  }

  private Application running() {
    Application running = application.get();
    if (running == null) {
      throw new IllegalStateException("no application of %s runs".formatted(device()));
    }
    return running;
  }

  /** Whether it is signed out and its application has ended. */
  boolean isGone() {
    return isGone.get();
  }

  /** Whether its application runs, is connected, and has been handed what it missed. */
  boolean isCaughtUp() {
    Application running = application.get();
    return running != null && running.isCaughtUp();
  }

  int openSends() {
    notebook.lock.lock();
    try {
      return notebook.ledger.open();
    } finally {
      notebook.lock.unlock();
    }
  }

  /** Ends its application, and records nothing; to be called when no more steps are taken. */
  void silence() throws IOException {
    isGone.set(true);
    Application running = application.getAndSet(null);
    if (running != null) {
      running.silence();
    }
  }
}
