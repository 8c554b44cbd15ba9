package io.breakwater.loadtest.wire;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;

/** Handles that cannot be had, tokens that are not good, and two connections of one device. */
final class BadAccounts {
  private final int port;
  private final Answers answers;

  BadAccounts(int port, Answers answers) {
    this.port = port;
    this.answers = answers;
  }

  void run(Device ada, Account grace) {
    handles();
    tokens(ada.account(), grace);
    revoked(ada);
    displaced(ada.account());
  }

  private void handles() {
    ByteString signUpId = Device.random(16);
    Account first = Device.signUp(port, "hedy", signUpId);
    signUp("a taken handle", Reason.HANDLE_TAKEN, "hedy", Device.random(16));
    for (String malformed :
        new String[] {"", "ab", "0abc", "Hedy", "he dy", "h".repeat(33), "hédy"}) {
      signUp(
          "the handle '" + malformed + "'", Reason.HANDLE_MALFORMED, malformed, Device.random(16));
    }
    signUp("a sign-up id of 15 bytes", Reason.MALFORMED, "hedy2", Device.random(15));
    Account again = Device.signUp(port, "hedy", signUpId);
    try (Device device = Device.attach(port, again)) {
      device.ping();
      answers.frame(
          "the same sign-up again -> the same account",
          frame -> frame.hasPong() && again.equals(first),
          device.next(Device.PATIENCE));
    }
  }

  private void signUp(String what, Reason reason, String handle, ByteString signUpId) {
    try (Wire wire = Wire.connect(port)) {
      wire.send(Device.signUpFrame(handle, signUpId));
      answers.error("signing up with " + what, reason, 0, wire.next(Device.PATIENCE));
    }
  }

  private void tokens(Account ada, Account grace) {
    hello("a token with a forged tag", ada.withToken(Account.flipped(ada.token(), 47)));
    hello("a token with a forged secret", ada.withToken(Account.flipped(ada.token(), 0)));
    hello("a token of random bytes", ada.withToken(Device.random(48)));
    hello("an empty token", ada.withToken(ByteString.EMPTY));
    hello("somebody else's token", ada.withToken(grace.token()));
    hello(
        "somebody else's token and device", new Account(ada.user(), grace.device(), grace.token()));
    hello("another device's number", new Account(ada.user(), ada.device() ^ 1, ada.token()));
    hello("a user id that was made up", new Account(Device.random(16), ada.device(), ada.token()));
  }

  private void hello(String what, Account account) {
    try (Wire wire = Wire.connect(port)) {
      wire.send(Device.hello(account));
      answers.last("hello with " + what, Reason.UNAUTHENTICATED, wire);
    }
  }

  private void revoked(Device ada) {
    Account tablet = ada.link();
    try (Device device = Device.attach(port, tablet)) {
      ada.revoke(tablet.device());
      answers.error(
          "a session whose device is signed out",
          Reason.UNAUTHENTICATED,
          0,
          device.next(Device.PATIENCE));
      answers.closed("then the end", device.next(Device.PATIENCE));
    }
    hello("a revoked token", tablet);
  }

  private void displaced(Account account) {
    try (Device older = Device.attach(port, account);
        Device newer = Device.attach(port, account)) {
      answers.frame(
          "the older of two connections -> Displaced",
          ServerFrame::hasDisplaced,
          older.next(Device.PATIENCE));
      answers.closed("then the end", older.next(Device.PATIENCE));
      newer.ping();
      answers.frame("the newer one -> Pong", ServerFrame::hasPong, newer.next(Device.PATIENCE));
    }
  }
}
