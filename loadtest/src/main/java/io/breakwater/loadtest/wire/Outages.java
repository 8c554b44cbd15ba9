package io.breakwater.loadtest.wire;

import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.Verdict;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.ServerFrame;
import java.time.Duration;
import java.util.List;

/** What two people online see while Cassandra, and then the delivery node, is dead. */
final class Outages {
  private final Stack stack;
  private final Verdict verdict;

  Outages(Stack stack, Verdict verdict) {
    this.stack = stack;
    this.verdict = verdict;
  }

  void run() {
    try (Device joan = Device.signUp(stack.port(), "joan");
        Device lise = Device.signUp(stack.port(), "lise")) {
      Talk talk = new Talk(joan, lise);
      talk.sendUntilAccepted(1);
      cassandra(talk);
      delivery(talk, joan);
      lise.hear(talk.count(), Device.PATIENCE);
      verdict.equal(
          "what lise got, through both outages, is what joan sent, in order, each once",
          talk.texts(),
          texts(lise));
    }
  }

  private static List<String> texts(Device device) {
    return device.entries().stream()
        .map(entry -> entry.getMessage().getPayload().toStringUtf8())
        .toList();
  }

  private void cassandra(Talk talk) {
    Stack.Death death = stack.kill(Part.CASSANDRA);
    SendRefused refused = talk.sendUntilRefused();
    verdict.check(
        refused.getReason() == Reason.UNAVAILABLE
            && !refused.getFinal()
            && refused.getReturnAfterMs() > 0,
        "Cassandra is dead -> SendRefused UNAVAILABLE with return_after",
        "%s after %s, return_after %d ms"
            .formatted(
                refused.getReason(),
                Verdict.seconds(death.since().elapsed()),
                refused.getReturnAfterMs()));
    Stack.Rebirth rebirth = stack.awaitRestart(death);
    talk.sendUntilAccepted(3);
    verdict.check(
        rebirth.pid() != death.pid(),
        "Cassandra is back -> Sent",
        "pid %d -> %d, listens after %s, everything accepted after %s"
            .formatted(
                death.pid(),
                rebirth.pid(),
                Verdict.seconds(rebirth.readyAfter()),
                Verdict.seconds(death.since().elapsed())));
  }

  private void delivery(Talk talk, Device joan) {
    long gateway = stack.pid(Part.GATEWAY).orElse(0L);
    Stack.Death death = stack.kill(Part.DELIVERY);
    SendRefused refused = talk.sendUntilRefused();
    verdict.check(
        refused.getReason() == Reason.UNAVAILABLE
            && !refused.getFinal()
            && refused.getReturnAfterMs() > 0,
        "the delivery node is dead -> SendRefused UNAVAILABLE with return_after",
        "%s after %s, return_after %d ms"
            .formatted(
                refused.getReason(),
                Verdict.seconds(death.since().elapsed()),
                refused.getReturnAfterMs()));
    joan.ping();
    ServerFrame pong = joan.await("PONG", ServerFrame::hasPong);
    verdict.equal("a ping meanwhile -> Pong without a head", 0L, pong.getPong().getMailboxHead());
    signUpMeanwhile();
    Stack.Rebirth rebirth = stack.awaitRestart(death);
    joan.await("REATTACHED", ServerFrame::hasReattached);
    verdict.check(
        true,
        "the delivery node is back -> Reattached on the same socket",
        "pid %d -> %d, ready after %s, attached after %s"
            .formatted(
                death.pid(),
                rebirth.pid(),
                Verdict.seconds(rebirth.readyAfter()),
                Verdict.seconds(death.since().elapsed())));
    talk.sendUntilAccepted(3);
    verdict.equal("the gateway's pid is the same", gateway, stack.pid(Part.GATEWAY).orElse(0L));
  }

  private void signUpMeanwhile() {
    try (Wire wire = Wire.connect(stack.port())) {
      Clock clock = Clock.start();
      wire.send(Device.signUpFrame("mary", Device.random(16)));
      Heard answer = wire.next(Duration.ofSeconds(10));
      verdict.check(
          answer instanceof Heard.Frame(ServerFrame frame)
              && frame.getError().getReason() == Reason.UNAVAILABLE
              && frame.getError().getReturnAfterMs() > 0,
          "a sign-up meanwhile -> Error UNAVAILABLE with return_after",
          answer + " after " + Verdict.seconds(clock.elapsed()));
    }
  }
}
