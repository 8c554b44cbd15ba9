package io.breakwater.loadtest.wire;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.secrecy.Secrets;
import io.breakwater.loadtest.secrecy.Secrets.Leak;
import io.breakwater.loadtest.secrecy.Secrets.Search;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.trial.Trial;
import io.breakwater.loadtest.verdict.TrialFailure;
import io.breakwater.loadtest.verdict.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * A stack that logs all it can is led through everything that has a secret in it: sign-ups, links,
 * messages that are delivered, refused, recovered, and frames that are wrong. Then what it wrote is
 * searched (P10).
 */
public final class Secrecy {
  /** Part of every payload. */
  private static final String CANARY = "the canary sings at midnight ";

  private static final int MESSAGES = 200;

  private final Secrets secrets = new Secrets().text("a payload", CANARY.strip());
  private final Stack stack;
  private final Verdict verdict;

  private Secrecy(Stack stack, Verdict verdict) {
    this.stack = stack;
    this.verdict = verdict;
  }

  /** Proves it. */
  public static void run(Trial trial) throws IOException {
    Stack stack =
        trial.startStack(
            Map.of("BREAKWATER_LOG_LEVEL", "TRACE", "BREAKWATER_DRIVER_LOG_LEVEL", "TRACE"));
    Secrecy secrecy = new Secrecy(stack, trial.verdict());
    try (stack) {
      secrecy.live();
      secrecy.searchMetrics(Part.GATEWAY);
      secrecy.searchMetrics(Part.DELIVERY);
    }
    secrecy.searchLogs();
  }

  private void live() {
    Account ada = signUp("ada");
    Account grace = signUp("grace");
    try (Device sender = Device.attach(stack.port(), ada);
        Device receiver = Device.attach(stack.port(), grace)) {
      Account tablet = known("a linked device's", receiver.link());
      Talk talk = new Talk(sender, receiver, CANARY);
      talk.sendUntilAccepted(MESSAGES);
      Stack.Death death = stack.kill(Part.DELIVERY);
      talk.sendUntilRefused();
      stack.awaitRestart(death);
      talk.sendUntilAccepted(MESSAGES);
      receiver.hear(talk.count(), Device.PATIENCE);
      receiver.revoke(tablet.device());
      Device.attachRefused(stack.port(), tablet);
      sender.send(sender.message(Device.random(16), 1, CANARY));
      sender.await("SEND_REFUSED", frame -> frame.hasSendRefused());
    }
    wrong(Device.hello(ada).toByteString().concat(ByteString.copyFromUtf8(CANARY)));
    wrong(Device.hello(ada.withToken(Account.flipped(ada.token(), 30))).toByteString());
    wrong(ByteString.copyFromUtf8(CANARY.repeat(3)));
  }

  private Account signUp(String handle) {
    ByteString id = Device.random(16);
    secrets.bytes("a sign-up id", id.toByteArray());
    return known(handle + "'s", Device.signUp(stack.port(), handle, id));
  }

  private Account known(String whose, Account account) {
    secrets.bytes(whose + " token", account.token().toByteArray());
    return account;
  }

  /** Sends the body of a frame that ends its connection. */
  private void wrong(ByteString body) {
    try (Wire wire = Wire.connect(stack.port())) {
      byte[] length = ByteBuffer.allocate(4).putInt(body.size()).array();
      wire.sendBytes(ByteString.copyFrom(length).concat(body).toByteArray());
      if (!(wire.next(Device.PATIENCE) instanceof Heard.Frame(var frame) && frame.hasError())) {
        throw new TrialFailure("a wrong frame of " + body.size() + " bytes was not answered");
      }
    }
  }

  private void searchMetrics(Part part) {
    String text = stack.metricsText(part).orElse("");
    verdict.check(!text.isEmpty(), "metrics of " + part, text.length() + " characters");
    judge("metrics of " + part, secrets.in("metrics of " + part, text));
  }

  private void searchLogs() throws IOException {
    verdict.figure("secrets", secrets.forms() + " forms");
    Search search = secrets.in(stack.logs());
    verdict.check(search.lines() > MESSAGES, "lines of log at TRACE", search.lines());
    judge("logs", search);
  }

  private void judge(String where, Search search) {
    for (Leak leak : search.leaks().stream().limit(10).toList()) {
      verdict.check(false, "a leak", leak);
    }
    verdict.equal("leaks in " + where, 0, search.leaks().size());
  }
}
