package io.breakwater.loadtest.wire;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.Verdict;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.LookUp;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.ServerFrame;
import java.util.List;

/** What two people online see while Cassandra, and then the delivery node, is dead. */
final class Outages {
  private final Stack stack;
  private final Verdict verdict;
  private final Answers answers;

  /** Has signed up and never said hello. */
  private final Account stranger;

  Outages(Stack stack, Verdict verdict) {
    this.stack = stack;
    this.verdict = verdict;
    this.answers = new Answers(verdict);
    this.stranger = Device.signUp(stack.port(), "mileva", Device.random(16));
  }

  void run() {
    try (Device joan = Device.signUp(stack.port(), "joan");
        Device lise = Device.signUp(stack.port(), "lise")) {
      Talk talk = new Talk(joan, lise);
      talk.sendUntilAccepted(1);
      cassandra(talk, joan);
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

  private void cassandra(Talk talk, Device joan) {
    Stack.Death death = stack.kill(Part.CASSANDRA);
    refused("Cassandra is dead", talk.sendUntilRefused(), death);
    ByteString signUpId = Device.random(16);
    later("Cassandra is dead: a sign-up", 0, signUp(signUpId));
    later("Cassandra is dead: a lookup", 42, lookUp(joan, "grace"));
    later("Cassandra is dead: a hello that needs the account", 0, hello());
    Stack.Rebirth rebirth = stack.awaitRestart(death);
    talk.sendUntilAccepted(3);
    verdict.check(
        rebirth.pid() != death.pid(),
        "Cassandra is back -> Sent on the same socket",
        "pid %d -> %d, listens after %s, everything accepted after %s"
            .formatted(
                death.pid(),
                rebirth.pid(),
                Verdict.seconds(rebirth.readyAfter()),
                Verdict.seconds(death.since().elapsed())));
    answers.frame("the same sign-up again -> SignedUp", ServerFrame::hasSignedUp, signUp(signUpId));
    answers.frame("the same lookup again -> Found", ServerFrame::hasFound, lookUp(joan, "grace"));
  }

  private void delivery(Talk talk, Device joan) {
    long gateway = stack.pid(Part.GATEWAY).orElse(0L);
    Stack.Death death = stack.kill(Part.DELIVERY);
    refused("the delivery node is dead", talk.sendUntilRefused(), death);
    joan.ping();
    ServerFrame pong = joan.await("PONG", ServerFrame::hasPong);
    verdict.equal("a ping meanwhile -> Pong without a head", 0L, pong.getPong().getMailboxHead());
    later("the delivery node is dead: a sign-up", 0, signUp(Device.random(16)));
    later("the delivery node is dead: a lookup", 42, lookUp(joan, "grace"));
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

  private void refused(String outage, SendRefused refused, Stack.Death death) {
    verdict.check(
        refused.getReason() == Reason.UNAVAILABLE
            && !refused.getFinal()
            && refused.getReturnAfterMs() > 0,
        outage + ": a message -> SendRefused UNAVAILABLE with return_after",
        "%s after %s, return_after %d ms"
            .formatted(
                refused.getReason(),
                Verdict.seconds(death.since().elapsed()),
                refused.getReturnAfterMs()));
  }

  /** Error UNAVAILABLE that says when to come back. */
  private void later(String what, int request, Heard answer) {
    verdict.check(
        answer instanceof Heard.Frame(ServerFrame frame)
            && frame.getError().getReason() == Reason.UNAVAILABLE
            && frame.getError().getRequest() == request
            && frame.getError().getReturnAfterMs() > 0,
        what + " -> Error UNAVAILABLE with return_after",
        answer);
  }

  private Heard signUp(ByteString signUpId) {
    try (Wire wire = Wire.connect(stack.port())) {
      wire.send(Device.signUpFrame("mary", signUpId));
      return wire.next(Device.PATIENCE);
    }
  }

  private Heard lookUp(Device device, String handle) {
    device
        .wire()
        .send(
            ClientFrame.newBuilder()
                .setLookUp(LookUp.newBuilder().setRequest(42).setHandle(handle))
                .build());
    Clock clock = Clock.start();
    while (!clock.has(Device.PATIENCE)) {
      Heard next = device.next(Device.PATIENCE);
      // Answers to messages come between; the talk sends again what it has not heard of.
      if (!(next instanceof Heard.Frame(ServerFrame frame)
          && (frame.hasSent()
              || frame.hasSendRefused()
              || frame.hasResendFrom()
              || frame.hasReattached()))) {
        return next;
      }
    }
    return new Heard.Silence();
  }

  /** Of an account that the delivery node has not met. */
  private Heard hello() {
    try (Wire wire = Wire.connect(stack.port())) {
      wire.send(Device.hello(stranger));
      return wire.next(Device.PATIENCE);
    }
  }
}
