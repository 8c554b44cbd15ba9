package io.breakwater.loadtest.wire;

import io.breakwater.loadtest.verdict.Verdict;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.ServerFrame;
import java.time.Duration;
import java.util.function.Predicate;

/** Compares what comes with the exact answer. Confined to the thread of the trial. */
final class Answers {
  private final Verdict verdict;

  Answers(Verdict verdict) {
    this.verdict = verdict;
  }

  /** Error with this reason, for the connection as a whole, which then ends. */
  void last(String what, Reason reason, Wire wire, Duration limit) {
    Heard answer = wire.next(limit);
    Heard after = wire.next(Device.PATIENCE);
    verdict.check(
        isError(answer, reason, 0) && after instanceof Heard.Closed,
        what + " -> Error " + reason + " and the end",
        answer + "; " + after);
  }

  void last(String what, Reason reason, Wire wire) {
    last(what, reason, wire, Device.PATIENCE);
  }

  /** Error with this reason and request; the connection goes on. */
  void error(String what, Reason reason, int request, Heard answer) {
    verdict.check(isError(answer, reason, request), what + " -> Error " + reason, answer);
  }

  private static boolean isError(Heard answer, Reason reason, int request) {
    return isFrame(
        answer,
        frame -> {
          Error error = frame.getError();
          return frame.hasError() && error.getReason() == reason && error.getRequest() == request;
        });
  }

  /** Refused for good. */
  void refusedForGood(String what, Reason reason, Heard answer) {
    verdict.check(
        isFrame(
            answer,
            frame -> {
              SendRefused refused = frame.getSendRefused();
              return frame.hasSendRefused() && refused.getReason() == reason && refused.getFinal();
            }),
        what + " -> SendRefused " + reason + ", final",
        answer);
  }

  /** Any frame of a kind. */
  void frame(String what, Predicate<ServerFrame> expected, Heard answer) {
    verdict.check(isFrame(answer, expected), what, answer);
  }

  /** The end of the connection, without a word. */
  void closed(String what, Heard answer) {
    verdict.check(answer instanceof Heard.Closed, what, answer);
  }

  private static boolean isFrame(Heard answer, Predicate<ServerFrame> expected) {
    return answer instanceof Heard.Frame(ServerFrame frame) && expected.test(frame);
  }
}
