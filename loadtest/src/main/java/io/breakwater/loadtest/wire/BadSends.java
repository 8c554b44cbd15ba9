package io.breakwater.loadtest.wire;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.LookUp;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.ServerFrame;

/** Messages to nobody, or of the wrong form; the session goes on. */
final class BadSends {
  private final Answers answers;

  BadSends(Answers answers) {
    this.answers = answers;
  }

  void run(Device ada, Device grace) {
    refused("to an id that was made up", Reason.NOT_FOUND, ada, message(ada, Device.random(16)));
    refused(
        "to an id with a forged tag",
        Reason.NOT_FOUND,
        ada,
        message(ada, Account.flipped(grace.user(), 15)));
    refused(
        "to a tag with another id",
        Reason.NOT_FOUND,
        ada,
        message(ada, Account.flipped(grace.user(), 0)));
    refused("to an id of 5 bytes", Reason.NOT_FOUND, ada, message(ada, Device.random(5)));
    refused(
        "a payload of 65537 bytes",
        Reason.TOO_LARGE,
        ada,
        message(ada, grace.user()).setPayload(ByteString.copyFrom(new byte[65_537])));
    refused("client id 0", Reason.MALFORMED, ada, message(ada, grace.user()).setClientId(0));
    refused(
        "a predecessor that is not earlier",
        Reason.MALFORMED,
        ada,
        message(ada, grace.user()).setPrev(1));
    refused(
        "`after` of 3 bytes",
        Reason.MALFORMED,
        ada,
        message(ada, grace.user()).setAfter(Device.random(3)));
    ada.send(
        message(ada, grace.user())
            .setAfter(tomorrow(ada.welcome().getServerTimeMs() + 24 * 3_600_000L)));
    answers.frame(
        "a message with `after` of tomorrow -> SendRefused AFTER_AHEAD, not final",
        frame ->
            frame.getSendRefused().getReason() == Reason.AFTER_AHEAD
                && !frame.getSendRefused().getFinal(),
        ada.next(Device.PATIENCE));
    lookUp("a handle that nobody has", Reason.NOT_FOUND, ada, "nobody.at.all");
    lookUp("a malformed handle", Reason.HANDLE_MALFORMED, ada, "No Such Handle");
    largest(ada, grace);
  }

  private static Send.Builder message(Device from, ByteString to) {
    return from.message(to, 1, "hello?");
  }

  /** A message id is UUIDv7-shaped: 48 bits of milliseconds first. */
  private static ByteString tomorrow(long timeMs) {
    byte[] id = new byte[16];
    for (int i = 0; i < 6; i++) {
      id[i] = (byte) (timeMs >> (40 - 8 * i));
    }
    id[6] = 0x70;
    id[8] = (byte) 0x80;
    return ByteString.copyFrom(id);
  }

  private void refused(String what, Reason reason, Device from, Send.Builder message) {
    from.send(message);
    answers.refusedForGood("a message " + what, reason, from.next(Device.PATIENCE));
  }

  private void lookUp(String what, Reason reason, Device from, String handle) {
    from.wire()
        .send(
            ClientFrame.newBuilder()
                .setLookUp(LookUp.newBuilder().setRequest(42).setHandle(handle))
                .build());
    answers.error("looking up " + what, reason, 42, from.next(Device.PATIENCE));
  }

  private void largest(Device ada, Device grace) {
    ada.send(message(ada, grace.user()).setPayload(ByteString.copyFrom(new byte[65_536])));
    answers.frame(
        "a payload of 65536 bytes -> Sent", ServerFrame::hasSent, ada.next(Device.PATIENCE));
    grace.hear(1, Device.PATIENCE);
    answers.frame("and nothing else came of all these", ServerFrame::hasPong, pinged(grace));
  }

  private static Heard pinged(Device device) {
    device.ping();
    Heard answer = device.next(Device.PATIENCE);
    return device.entries().size() == 1 ? answer : new Heard.Silence();
  }
}
