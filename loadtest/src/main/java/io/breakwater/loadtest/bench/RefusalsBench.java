package io.breakwater.loadtest.bench;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.bench.load.Rush;
import io.breakwater.loadtest.bench.measure.CpuSpan;
import io.breakwater.loadtest.bench.phone.Phone;
import io.breakwater.loadtest.bench.phone.PhoneEvents;
import io.breakwater.loadtest.bench.phone.Transport;
import io.breakwater.loadtest.bench.report.Row;
import io.breakwater.loadtest.bench.report.Section;
import io.breakwater.loadtest.line.Account;
import io.breakwater.proto.client.Send;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;

/** What it costs to say no. */
final class RefusalsBench {
  private static final int AT_ONCE = 64;
  private static final int SIGN_UPS_AT_ONCE = 32;
  private static final int USER_BYTES = 16;
  private static final int TOKEN_BYTES = 48;

  private final Bench bench;
  private final Section section;

  RefusalsBench(Bench bench, Section section) {
    this.bench = bench;
    this.section = section;
  }

  static Section section() {
    return new Section("Refusals")
        .note("%d under way at once; µs of CPU per refusal, less idling".formatted(AT_ONCE))
        .note(
            "of an accept: µs of all servers, by those of a sign-up, Cassandra included, measured just before:"
                + " the aim is 2 % for a refusal on an open connection. New sockets are another matter: their µs"
                + " are mostly the kernel's, and with TLS those of a handshake")
        .note(
            "made-up recipient: a Send on an open connection, answered by the gateway; forged token: a"
                + " new socket each, closed by the gateway");
  }

  void run() {
    SignUpsBench signUps = new SignUpsBench(bench, new Section("not shown"));
    // An accept of servers that are still cold is dear, and would make refusals look cheap.
    var _ = signUps.rush(SIGN_UPS_AT_ONCE, bench.plan().times().warmUp());
    var accepts = signUps.measure(SIGN_UPS_AT_ONCE);
    double accept = accepts.bill().net();
    add("sign-up (an accept)", accepts, accept);
    List<Phone> phones = bench.phones(AT_ONCE);
    bench.connect(phones);
    // Confined to the loop from here on.
    Queue<Phone> free = new ArrayDeque<>(phones);
    measure(
        "made-up recipient, open connection", accept, (_, ending) -> sendToNobody(free, ending));
    bench.disconnect(phones);
    Phone victim = phones.getFirst();
    for (Transport transport : bench.transports()) {
      if (transport != Transport.TLS_RESUMED) {
        bench.over(
            transport,
            () ->
                measure(
                    "forged token, new socket, " + transport,
                    accept,
                    (_, ending) -> helloWithForgedToken(victim.account(), ending)));
      }
    }
  }

  private void sendToNobody(Queue<Phone> free, Rush.Ending ending) {
    Phone phone = free.remove();
    phone.tell(
        new PhoneEvents() {
          @Override
          public void rejected(Phone refused, String why) {
            free.add(phone);
            ending.done();
          }

          @Override
          public void refused(Phone refused, String why) {
            free.add(phone);
            ending.failed();
          }
        });
    phone.send(
        Send.newBuilder()
            .setClientId(1)
            .setFirstTriedMs(System.currentTimeMillis())
            .setTo(random(USER_BYTES))
            .setPayload(random(bench.plan().payloadBytes()))
            .build());
  }

  private void helloWithForgedToken(Account account, Rush.Ending ending) {
    Phone stranger =
        new Phone(bench.loop(), new Account(account.user(), account.device(), random(TOKEN_BYTES)));
    // To be let in would be the failure.
    stranger.tell(new Arrival(ending::failed, ending::done));
    stranger.connect(Bench.RARE_HEARTBEAT_S);
  }

  private static ByteString random(int bytes) {
    byte[] random = new byte[bytes];
    ThreadLocalRandom.current().nextBytes(random);
    return ByteString.copyFrom(random);
  }

  private void measure(String what, double accept, Rush.Deed deed) {
    var times = bench.plan().times();
    var _ = new Rush(bench.loop(), Integer.MAX_VALUE, deed).run(AT_ONCE, times.step());
    CpuSpan idle = bench.idle();
    var measured =
        bench.measure(
            idle,
            () -> new Rush(bench.loop(), Integer.MAX_VALUE, deed).run(AT_ONCE, times.rush()),
            Rush.Result::doneInAll);
    add(what, measured, accept);
  }

  private void add(String what, Bench.Measured<Rush.Result> measured, double accept) {
    Rush.Result result = measured.result();
    section.add(
        Costs.columns(
            new Row()
                .with("what", what)
                .with("each/s", result.perSecond())
                .with("failed", result.failed())
                .with("% of an accept", 100 * measured.bill().net() / accept)
                .with("p50 ms", result.took().p50())
                .with("p99 ms", result.took().p99()),
            measured.bill()));
    bench.progress().say(what + ":" + Costs.summary(result.perSecond(), measured.bill()));
  }
}
