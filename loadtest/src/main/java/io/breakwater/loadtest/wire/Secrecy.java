package io.breakwater.loadtest.wire;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.secrecy.Secrets;
import io.breakwater.loadtest.secrecy.Secrets.Leak;
import io.breakwater.loadtest.secrecy.Secrets.Search;
import io.breakwater.loadtest.stack.Metrics;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.trial.Trial;
import io.breakwater.loadtest.verdict.TrialFailure;
import io.breakwater.loadtest.verdict.Verdict;
import io.breakwater.proto.client.ServerFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A stack that logs all it can is led through everything that has a secret in it, over each
 * transport: sign-ups, links, messages that are delivered, refused, recovered, and frames that are
 * wrong. Then what it wrote is searched (P10).
 */
public final class Secrecy {
  /** Part of every payload. */
  private static final String CANARY = "the canary sings at midnight ";

  private static final int MESSAGES = 200;

  private final Secrets secrets = new Secrets().text("a payload", CANARY.strip());
  private final Stack stack;
  private final Verdict verdict;
  private int accounts;

  private Secrecy(Stack stack, Verdict verdict) {
    this.stack = stack;
    this.verdict = verdict;
  }

  /** Proves it. */
  public static void run(Trial trial) throws IOException {
    Stack stack =
        trial.startStack(
            new Stack.Setup(
                List.of("--tls", "--trunk-tls"),
                Map.of("BREAKWATER_LOG_LEVEL", "TRACE", "BREAKWATER_DRIVER_LOG_LEVEL", "TRACE")));
    Secrecy secrecy = new Secrecy(stack, trial.verdict());
    try (stack) {
      secrecy.knowFiles();
      Transport tcp = Transport.tcp(stack.port());
      Transport tls = Transport.tls(stack.tlsPort(), stack.certificate());
      secrecy.live(tcp);
      secrecy.live(tcp.asWebSocket());
      secrecy.live(tls);
      secrecy.live(tls.asWebSocket());
      secrecy.judgeTransports();
      secrecy.searchMetrics(Part.GATEWAY);
      secrecy.searchMetrics(Part.DELIVERY);
    }
    secrecy.searchLogs();
  }

  /** What {@code up} made and the servers read. */
  private void knowFiles() throws IOException {
    for (Path key : stack.privateKeys()) {
      secrets.privateKey("the private key in " + key.getFileName(), key);
    }
    String secret = Files.readString(stack.clusterSecret()).strip();
    secrets.text("the cluster secret", secret);
    secrets.bytes("the cluster secret", HexFormat.of().parseHex(secret));
  }

  private void live(Transport transport) {
    Account ada = signUp(transport, "ada");
    Account grace = signUp(transport, "grace");
    try (Device sender = Device.attach(transport, ada);
        Device receiver = Device.attach(transport, grace)) {
      Account tablet = known("a linked device's", receiver.link());
      Talk talk = new Talk(sender, receiver, CANARY);
      talk.sendUntilAccepted(MESSAGES);
      Stack.Death death = stack.kill(Part.DELIVERY);
      talk.sendUntilRefused();
      stack.awaitRestart(death);
      talk.sendUntilAccepted(MESSAGES);
      receiver.hear(talk.count(), Device.PATIENCE);
      receiver.revoke(tablet.device());
      Device.attachRefused(transport, tablet);
      sender.send(sender.message(Device.random(16), 1, CANARY));
      sender.await("SEND_REFUSED", ServerFrame::hasSendRefused);
      verdict.figure(transport.toString(), receiver.entries().size() + " messages delivered");
    }
    wrong(transport, Device.hello(ada).toByteString().concat(ByteString.copyFromUtf8(CANARY)));
    wrong(transport, Device.hello(ada.withToken(Account.flipped(ada.token(), 30))).toByteString());
    wrong(transport, ByteString.copyFromUtf8(CANARY.repeat(3)));
    noFrame(transport);
  }

  private Account signUp(Transport transport, String name) {
    ByteString id = Device.random(16);
    secrets.bytes("a sign-up id", id.toByteArray());
    String handle = "%s.%d".formatted(name, ++accounts);
    return known(handle + "'s", Device.signUp(transport, handle, id));
  }

  private Account known(String whose, Account account) {
    secrets.bytes(whose + " token", account.token().toByteArray());
    return account;
  }

  /** Sends the body of a frame that ends its connection. */
  private static void wrong(Transport transport, ByteString body) {
    try (Wire wire = Wire.connect(transport)) {
      wire.sendBody(body);
      if (!(wire.next(Device.PATIENCE) instanceof Heard.Frame(var frame) && frame.hasError())) {
        throw new TrialFailure("a wrong frame of " + body.size() + " bytes was not answered");
      }
    }
  }

  /** Sends what begins as something else: with TCP a request, with WebSocket a text. */
  private static void noFrame(Transport transport) {
    String request = "GET /v2 HTTP/1.1\r\nHost: a\r\nAuthorization: %s\r\n\r\n".formatted(CANARY);
    byte[] text = transport.framing().frame(CANARY.getBytes(StandardCharsets.UTF_8));
    text[0] = (byte) 0x81;
    try (Wire wire = Wire.connect(transport)) {
      wire.sendBytes(
          switch (transport.framing()) {
            case TCP -> request.getBytes(StandardCharsets.UTF_8);
            case WEB_SOCKET -> text;
          });
      Heard heard = wire.next(Device.PATIENCE);
      while (heard instanceof Heard.Frame) {
        heard = wire.next(Device.PATIENCE);
      }
      if (!(heard instanceof Heard.Closed)) {
        throw new TrialFailure("what is no frame was answered with " + heard);
      }
    }
  }

  /** That the secrets took all the ways that they were meant to. */
  private void judgeTransports() {
    Metrics gateway =
        stack
            .metrics(Part.GATEWAY)
            .orElseThrow(() -> new TrialFailure("the gateway shows no metrics"));
    atLeastOne("TLS handshakes", gateway.value("breakwater_gateway_tls_handshakes_total"));
    atLeastOne("WebSockets", gateway.value("breakwater_gateway_websockets_opened_total"));
    verdict.check(
        gateway.has("breakwater_gateway_trunk_tls_certificate_expires_seconds"),
        "trunks with TLS",
        gateway.value("breakwater_gateway_trunks_open") + " open");
  }

  private void atLeastOne(String what, long count) {
    verdict.check(count > 0, what, count);
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
    judge("what up said", secrets.in("up.log", Files.readString(stack.log())));
  }

  private void judge(String where, Search search) {
    for (Leak leak : search.leaks().stream().limit(10).toList()) {
      verdict.check(false, "a leak", leak);
    }
    verdict.equal("leaks in " + where, 0, search.leaks().size());
  }
}
