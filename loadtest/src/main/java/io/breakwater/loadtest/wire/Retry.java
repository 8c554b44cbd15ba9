package io.breakwater.loadtest.wire;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.trial.Trial;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.Verdict;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.ServerFrame;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * A send is idempotent across two deaths of the delivery node (P3): once at once, so that the
 * journal knows it, and once after it was settled, so that only its origin row does.
 */
public final class Retry {
  private static final Duration SETTLE_LIMIT = Duration.ofSeconds(60);
  private static final Duration CHECKPOINTED = Duration.ofSeconds(4);
  private static final String TAIL = "breakwater_delivery_tail_entries";
  private static final String LOOKUPS = "breakwater_delivery_reads_origins_total";
  private static final String RECOVERED = "breakwater_delivery_entries_recovered_total";
  private static final String ACCEPTED = "breakwater_delivery_messages_accepted_total";

  private final Stack stack;
  private final Verdict verdict;

  private Retry(Stack stack, Verdict verdict) {
    this.stack = stack;
    this.verdict = verdict;
  }

  /** Proves it. */
  public static void run(Trial trial) {
    try (Stack stack = trial.startStack()) {
      Retry retry = new Retry(stack, trial.verdict());
      Account ada = Device.signUp(stack.port(), "ada", Device.random(16));
      retry.atOnce(ada);
      retry.whenSettled(ada);
    }
  }

  private void atOnce(Account ada) {
    Account grace = Device.signUp(stack.port(), "grace", Device.random(16));
    Send.Builder message = first(ada, grace);
    String answered = transmit(ada, message);
    killTwice();
    Clock.await(
        "the new delivery node to recover the message",
        SETTLE_LIMIT,
        () -> stack.delivery(RECOVERED) > 0);
    verdict.check(true, "it was in the journal: entries recovered", stack.delivery(RECOVERED));
    String again = transmit(ada, message.setRetry(true));
    verdict.equal("retry after two kills: the message id", answered, again);
    exactlyOne(grace, message.getPayload(), answered);
  }

  private void whenSettled(Account ada) {
    Account hedy = Device.signUp(stack.port(), "hedy", Device.random(16));
    Send.Builder message = first(ada, hedy);
    String answered = transmit(ada, message);
    Clock clock = Clock.start();
    Clock.await(
        "the tail to be empty",
        SETTLE_LIMIT,
        () ->
            stack
                .metrics(Part.DELIVERY)
                .filter(metrics -> metrics.value(ACCEPTED) > 0 && metrics.value(TAIL) == 0)
                .isPresent());
    verdict.figure("settled after", Verdict.seconds(clock.elapsed()));
    // The checkpoint that passes over it is written within a second or so; until then the journal
    // knows it as well.
    Clock.pause(CHECKPOINTED);
    killTwice();
    String again = transmit(ada, message.setRetry(true));
    verdict.equal("retry of a settled message: the message id", answered, again);
    // The figures are a second old at most.
    Clock.pause(Duration.ofSeconds(2));
    long lookups = stack.delivery(LOOKUPS);
    verdict.check(lookups > 0, "lookups of origin rows", lookups);
    exactlyOne(hedy, message.getPayload(), answered);
  }

  private Send.Builder first(Account from, Account to) {
    try (Device device = Device.attach(stack.port(), from)) {
      return device.message(to.user(), 1, "only once, please");
    }
  }

  /** On a new connection; returns the message id of the answer. */
  private String transmit(Account from, Send.Builder message) {
    try (Device device = Device.attach(stack.port(), from)) {
      device.send(message);
      ServerFrame frame = device.await("SENT", ServerFrame::hasSent);
      return HexFormat.of().formatHex(frame.getSent().getMessageId().toByteArray());
    }
  }

  private void killTwice() {
    for (int i = 1; i <= 2; i++) {
      Stack.Rebirth rebirth = stack.awaitRestart(stack.kill(Part.DELIVERY));
      verdict.check(
          rebirth.pid() != rebirth.death().pid(),
          "delivery restarted",
          "pid %d -> %d, ready after %s"
              .formatted(
                  rebirth.death().pid(), rebirth.pid(), Verdict.seconds(rebirth.readyAfter())));
    }
  }

  private void exactlyOne(Account recipient, ByteString payload, String id) {
    try (Device device = Device.attach(stack.port(), recipient)) {
      device.hear(2, Duration.ofSeconds(4));
      List<Entry> messages = device.entries().stream().filter(Entry::hasMessage).toList();
      verdict.equal("messages that the recipient got", 1, messages.size());
      verdict.check(
          messages.stream()
              .allMatch(
                  entry ->
                      entry.getMessage().getPayload().equals(payload)
                          && HexFormat.of()
                              .formatHex(entry.getMessage().getMessageId().toByteArray())
                              .equals(id)),
          "it is the one that was sent, under the answered id",
          id);
    }
  }
}
