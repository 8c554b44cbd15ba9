package io.breakwater.loadtest.wire;

import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Ping;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** Bytes that are no frames, or frames at the wrong time. */
final class BadFrames {
  /** The limits of the protocol, and room for a busy machine. */
  private static final Duration FIRST_FRAME = Duration.ofSeconds(8);

  private static final Duration STARTED_FRAME = Duration.ofSeconds(15);
  private static final Duration ROOM = Duration.ofSeconds(10);

  private final int port;
  private final Answers answers;

  BadFrames(int port, Answers answers) {
    this.port = port;
    this.answers = answers;
  }

  void run(Account account) {
    beforeWelcome(account);
    afterWelcome(account);
    truncated(account);
  }

  private void beforeWelcome(Account account) {
    answer("before welcome, length 0", Reason.MALFORMED, length(0));
    answer("before welcome, length 4097", Reason.MALFORMED, length(4_097));
    answer("before welcome, length 2^32 - 1", Reason.MALFORMED, length(-1));
    answers.http("GET /", port, "/", 404);
    answers.http("GET /v1 without an upgrade", port, "/v1", 426);
    answer(
        "an HTTP request of another method",
        Reason.MALFORMED,
        "POST /v1 HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    answer("before welcome, garbage", Reason.MALFORMED, garbage(100));
    answer("a frame without a known body", Reason.MALFORMED, frame(new byte[] {0x78, 1}));
    answer(
        "a ping before hello",
        Reason.MALFORMED,
        frame(ClientFrame.newBuilder().setPing(Ping.getDefaultInstance()).build().toByteArray()));
    answer(
        "version 99",
        Reason.UNSUPPORTED_VERSION,
        frame(
            ClientFrame.newBuilder().setHello(Device.helloOf(account, 99)).build().toByteArray()));
  }

  private void afterWelcome(Account account) {
    answerInSession("length 0", account, length(0));
    answerInSession("length 131073", account, length(131_073));
    answerInSession("garbage", account, garbage(5_000));
    answerInSession("a second hello", account, frame(Device.hello(account).toByteArray()));
  }

  private void truncated(Account account) {
    byte[] half = Arrays.copyOf(garbage(100), 50);
    try (Wire silent = Wire.connect(port);
        Wire begun = Wire.connect(port);
        Device welcomed = Device.attach(port, account)) {
      begun.sendBytes(half);
      Device gone = welcomed;
      gone.wire().sendBytes(half);
      Clock clock = Clock.start();
      answers.last("silence before hello", Reason.TIMED_OUT, silent, FIRST_FRAME.plus(ROOM));
      answers.last("half a frame before hello", Reason.TIMED_OUT, begun, FIRST_FRAME.plus(ROOM));
      Duration left = STARTED_FRAME.plus(ROOM).minus(clock.elapsed());
      Heard answer = gone.next(left);
      answers.error("half a frame in a session", Reason.TIMED_OUT, 0, answer);
      answers.closed("then the end", gone.next(Device.PATIENCE));
    }
    try (Wire wire = Wire.connect(port)) {
      wire.sendBytes(half);
      wire.endOutput();
      answers.closed("half a frame and the end -> the end", wire.next(Device.PATIENCE));
    }
    try (Device whole = Device.attach(port, account)) {
      whole.ping();
      answers.frame(
          "a good client afterwards -> Pong", ServerFrame::hasPong, whole.next(Device.PATIENCE));
    }
  }

  private void answer(String what, Reason reason, byte[] bytes) {
    try (Wire wire = Wire.connect(port)) {
      wire.sendBytes(bytes);
      answers.last(what, reason, wire);
    }
  }

  private void answerInSession(String what, Account account, byte[] bytes) {
    try (Device device = Device.attach(port, account)) {
      device.wire().sendBytes(bytes);
      answers.error("in a session, " + what, Reason.MALFORMED, 0, device.next(Device.PATIENCE));
      answers.closed("then the end", device.next(Device.PATIENCE));
    }
  }

  private static byte[] length(int length) {
    return ByteBuffer.allocate(4).putInt(length).array();
  }

  private static byte[] frame(byte[] body) {
    return ByteBuffer.allocate(4 + body.length).putInt(body.length).put(body).array();
  }

  /** A frame of the right length, of bytes that are no protobuf. */
  private static byte[] garbage(int length) {
    byte[] body = new byte[length];
    Arrays.fill(body, (byte) 0xff);
    return frame(body);
  }
}
