package io.breakwater.cli.chat;

import io.breakwater.client.ClientClosedException;
import io.breakwater.client.SendOutcome;
import io.breakwater.client.core.Changes;
import io.breakwater.client.core.Event;
import io.breakwater.client.core.OutgoingMessage;
import io.breakwater.client.core.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What became of the messages of one run, those that an earlier run left in the outbox included;
 * and the brake on who reads lines faster than they are acknowledged: at most {@value
 * #MAX_UNANSWERED} bytes, {@value #COST} for each message besides its payload. Any thread.
 */
final class Outcomes {
  private static final int MAX_UNANSWERED = 8 << 20;
  private static final int COST = 1_024;
  private static final int MAX_NAMED = 10;

  private final Semaphore room = new Semaphore(MAX_UNANSWERED);
  private final Set<Changes.Removed> carriedOver = ConcurrentHashMap.newKeySet();
  private final int carriedOverAtStart;
  private final Duration patience;
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong unknown = new AtomicLong();
  private final Set<Long> unanswered = ConcurrentHashMap.newKeySet();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable String> fatal = new AtomicReference<>();

  /**
   * @param patience how long to wait while nothing is answered
   */
  Outcomes(List<OutgoingMessage> outbox, Duration patience) {
    for (OutgoingMessage message : outbox) {
      carriedOver.add(new Changes.Removed(message.peer(), message.clientId()));
    }
    carriedOverAtStart = carriedOver.size();
    this.patience = patience;
  }

  /** Waits until there is room for a payload of this size; then it counts as taken. */
  void take(long line, int bytes) throws InterruptedException {
    waitFor(() -> room.tryAcquire(bytes + COST, 100, TimeUnit.MILLISECONDS));
    taken.incrementAndGet();
    unanswered.add(line);
  }

  /** The message of a line is on its way. */
  void watch(long line, int bytes, CompletionStage<SendOutcome> outcome) {
    outcome
        .whenComplete(
            (answer, failure) -> {
              if (failure == null) {
                answered(line, answer);
              } else if (!(failure instanceof ClientClosedException)) {
                unanswered.remove(line);
                refused.incrementAndGet();
                fail("line " + line + ": " + failure.getMessage());
              }
              room.release(bytes + COST);
            })
        .exceptionally(failure -> null);
  }

  private void answered(long line, SendOutcome outcome) {
    unanswered.remove(line);
    switch (outcome) {
      case SendOutcome.Accepted _ -> accepted.incrementAndGet();
      case SendOutcome.Refused answer -> {
        refused.incrementAndGet();
        fail("line " + line + ": refused (" + answer.reason() + ')');
      }
      case SendOutcome.Unknown _ -> {
        unknown.incrementAndGet();
        fail("line " + line + ": outcome unknown");
      }
    }
  }

  private void fail(String what) {
    if (failures.size() < MAX_NAMED) {
      failures.add(what);
    }
  }

  /** Counts what an earlier run has left; to be told of every event. */
  void event(Event event) {
    switch (event) {
      case Event.Accepted answer -> carriedOver(answer.peer(), answer.clientId(), accepted, "");
      case Event.Refused answer ->
          carriedOver(answer.peer(), answer.clientId(), refused, "refused " + answer.reason());
      case Event.Unknown answer ->
          carriedOver(answer.peer(), answer.clientId(), unknown, "outcome unknown");
      case Event.Stopped stopped ->
          fatal(
              "the server does not accept this device (%s %s): signed out, or of another server?"
                  .formatted(stopped.reason(), stopped.detail()));
      default -> {
        // Says nothing of a message.
      }
    }
  }

  private void carriedOver(UserId peer, long clientId, AtomicLong count, String failure) {
    if (carriedOver.remove(new Changes.Removed(peer, clientId))) {
      count.incrementAndGet();
      if (!failure.isEmpty()) {
        fail("a message of an earlier run: " + failure);
      }
    }
  }

  /** The client cannot go on. */
  void fatal(String why) {
    fatal.compareAndSet(null, why);
  }

  @Nullable String fatal() {
    return fatal.get();
  }

  /** Waits until what an earlier run left is answered. */
  void awaitCarriedOver() throws InterruptedException {
    waitFor(
        () -> {
          if (!carriedOver.isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(20);
          }
          return carriedOver.isEmpty();
        });
  }

  /** Waits until everything is answered. */
  void awaitAll() throws InterruptedException {
    awaitCarriedOver();
    waitFor(() -> room.tryAcquire(MAX_UNANSWERED, 100, TimeUnit.MILLISECONDS));
    room.release(MAX_UNANSWERED);
  }

  private interface Condition {
    boolean waitAWhile() throws InterruptedException;
  }

  private void waitFor(Condition condition) throws InterruptedException {
    long answers = answers();
    long since = System.nanoTime();
    while (!condition.waitAWhile()) {
      String why = fatal.get();
      if (why != null) {
        throw new ChatFailure(why + "; " + missing());
      }
      if (answers != answers()) {
        answers = answers();
        since = System.nanoTime();
      } else if (System.nanoTime() - since > patience.toNanos()) {
        throw new ChatFailure(
            "nothing was acknowledged for " + patience.toSeconds() + " s; " + missing());
      }
    }
  }

  private long answers() {
    return accepted.get() + refused.get() + unknown.get();
  }

  boolean allAccepted() {
    return failures.isEmpty() && unanswered.isEmpty() && carriedOver.isEmpty();
  }

  /** Names what is not acknowledged. */
  String missing() {
    List<String> named = new ArrayList<>(failures);
    unanswered.stream()
        .sorted()
        .limit(MAX_NAMED)
        .forEach(line -> named.add("line " + line + ": not acknowledged yet"));
    if (!carriedOver.isEmpty()) {
      named.add(carriedOver.size() + " of an earlier run: not acknowledged yet");
    }
    return "%d of %d messages are not acknowledged (%s); what is not acknowledged yet is sent first by the next run"
        .formatted(
            refused.get() + unknown.get() + unanswered.size() + carriedOver.size(),
            taken.get() + carriedOverAtStart,
            String.join("; ", named));
  }

  String summary() {
    return "taken=%d carried-over=%d acknowledged=%d refused=%d unknown=%d"
        .formatted(taken.get(), carriedOverAtStart, accepted.get(), refused.get(), unknown.get());
  }
}
