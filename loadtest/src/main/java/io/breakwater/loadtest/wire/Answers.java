package io.breakwater.loadtest.wire;

import io.breakwater.loadtest.verdict.TrialFailure;
import io.breakwater.loadtest.verdict.Verdict;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.ServerFrame;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
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

  /** A plain HTTP request, which is for WebSockets only: answered in HTTP, and closed. */
  void http(String what, int port, String path, int status) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .version(HttpClient.Version.HTTP_1_1)
            .timeout(Device.PATIENCE)
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<Void> answer = client.send(request, HttpResponse.BodyHandlers.discarding());
      verdict.check(
          answer.statusCode() == status
              && answer.headers().firstValue("connection").equals(Optional.of("close")),
          "%s -> HTTP %d and the end".formatted(what, status),
          answer);
    } catch (IOException e) {
      verdict.check(false, "%s -> HTTP %d and the end".formatted(what, status), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrialFailure("interrupted", e);
    }
  }

  private static boolean isFrame(Heard answer, Predicate<ServerFrame> expected) {
    return answer instanceof Heard.Frame(ServerFrame frame) && expected.test(frame);
  }
}
