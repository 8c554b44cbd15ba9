package io.breakwater.cli.chat;

import io.breakwater.client.BreakwaterClient;
import io.breakwater.client.Listener;
import io.breakwater.client.RequestFailedException;
import io.breakwater.client.core.Event;
import io.breakwater.client.core.ReceivedMessage;
import io.breakwater.client.core.UserId;
import io.breakwater.proto.client.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends each line to one receiver. Messages that arrive meanwhile stay in the store for a later
 * run.
 */
final class LineSender implements Listener {
  private static final long ASK_AGAIN_MS = 500;

  private final Outcomes outcomes;
  private final Notes notes;
  private final AtomicBoolean attached = new AtomicBoolean();

  LineSender(Outcomes outcomes, Notes notes) {
    this.outcomes = outcomes;
    this.notes = notes;
  }

  @Override
  public void onMessage(ReceivedMessage message) {}

  @Override
  public void onEvent(Event event) {
    if (event instanceof Event.Attached) {
      attached.set(true);
    }
    outcomes.event(event);
    notes.event(event);
  }

  @Override
  public void onStoreFailed(IOException failure) {
    outcomes.fatal("the device's store failed: " + failure.getMessage());
  }

  /** Who has this name; asks again until somebody has it, for at most {@code wait}. */
  UserId awaitReceiver(BreakwaterClient client, Names names, String receiver, Duration wait)
      throws IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + wait.toNanos();
    boolean said = false;
    while (true) {
      try {
        return names.lookUp(
            client, receiver, Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime())));
      } catch (TimeoutException e) {
        throw new ChatFailure(
            attached.get()
                ? "no answer who is called %s within %d s".formatted(receiver, wait.toSeconds())
                : notes.noConnectionWithin(wait),
            e);
      } catch (RequestFailedException e) {
        boolean nobody = e.reason() == Reason.NOT_FOUND;
        boolean late =
            deadlineNanos - System.nanoTime() < TimeUnit.MILLISECONDS.toNanos(ASK_AGAIN_MS);
        if (nobody && late) {
          throw new ChatFailure(
              "nobody is called %s, after %d s: start ./breakwater chat %s, or wait longer with --wait"
                  .formatted(receiver, wait.toSeconds(), receiver),
              e);
        }
        if (!nobody && (late || e.returnAfterMs() == 0)) {
          throw new ChatFailure("cannot look up %s: %s".formatted(receiver, e.getMessage()), e);
        }
        if (nobody && !said) {
          notes.say("nobody is called %s yet; waiting".formatted(receiver));
          said = true;
        }
        TimeUnit.MILLISECONDS.sleep(ASK_AGAIN_MS);
      }
    }
  }

  /**
   * Returns when all lines are taken; {@link Outcomes} knows when they are answered.
   *
   * @param rate lines per second; 0 for as many as are acknowledged
   */
  void send(BreakwaterClient client, UserId receiver, Lines lines, double rate)
      throws IOException, InterruptedException {
    long dueNanos = System.nanoTime();
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      if (rate > 0) {
        dueNanos = Math.max(dueNanos, System.nanoTime() - TimeUnit.SECONDS.toNanos(1));
        sleepUntil(dueNanos);
        dueNanos += (long) (TimeUnit.SECONDS.toNanos(1) / rate);
      }
      outcomes.take(lines.number(), line.length);
      outcomes.watch(lines.number(), line.length, client.send(receiver, line));
    }
  }

  private static void sleepUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
