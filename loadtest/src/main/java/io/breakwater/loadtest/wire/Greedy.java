package io.breakwater.loadtest.wire;

import io.breakwater.loadtest.stack.Metrics;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import io.breakwater.loadtest.verdict.Verdict;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Sync;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Devices that ask for everything again and again and read none of it, half of them over TLS. A
 * window of a session is less than what the kernel holds of a socket; by asking, a device gets a
 * window more each second, until the gateway itself holds what the kernel does not. Confined to one
 * thread at a time.
 */
final class Greedy {
  static final int DEVICES = 64;

  /** What the gateway may hold of all clients together; less than these devices may have alone. */
  static final int ROOM_BYTES = 32 << 20;

  /** A window of a session, 512 KiB, and one more. */
  private static final int MESSAGES = 8;

  private static final int PAYLOAD_BYTES = 65_536;

  /** What it may hold of one client. */
  private static final int SOCKET_BYTES = 1 << 20;

  private static final int BUFFERS_BYTES = 128 << 20;
  private static final double MIB = 1 << 20;

  private static final ClientFrame ASK =
      ClientFrame.newBuilder()
          .setSync(Sync.newBuilder().setCursor(Cursor.getDefaultInstance()))
          .build();

  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Stack stack;
  private final List<StuckSocket> sockets = new ArrayList<>();
  private long looks;
  private long mostBacklog;
  private long mostBuffers;

  Greedy(Stack stack) {
    this.stack = stack;
  }

  /** Returns when the gateway has closed all of them. */
  void run(List<Account> accounts, Flood flood) {
    Transport tcp = Transport.tcp(stack.port());
    Transport tls = Transport.tls(stack.tlsPort(), stack.certificate());
    flood.send(accounts, MESSAGES, Device.random(PAYLOAD_BYTES));
    try {
      for (Account account : accounts) {
        StuckSocket socket = new StuckSocket(sockets.size() % 2 == 0 ? tcp : tls);
        sockets.add(socket);
        socket.write(Device.hello(account));
      }
      askUntilClosed(gateway().value("breakwater_gateway_slow_consumers_total"));
    } finally {
      sockets.forEach(StuckSocket::close);
    }
  }

  private void askUntilClosed(long closedBefore) {
    Clock clock = Clock.start();
    Clock asked = Clock.start();
    while (look() - closedBefore < sockets.size()) {
      if (clock.has(LIMIT)) {
        throw new TrialFailure(
            "%d of %d devices that never read were closed after %d s, the backlog was %d bytes at most"
                .formatted(look() - closedBefore, sockets.size(), LIMIT.toSeconds(), mostBacklog));
      }
      if (asked.has(ASK_AGAIN)) {
        asked = Clock.start();
        sockets.forEach(socket -> socket.writeUnlessClosed(ASK));
      }
      Clock.pause(LOOK_AGAIN);
    }
  }

  /** How many slow consumers were closed so far. */
  private long look() {
    Metrics now = gateway();
    looks++;
    mostBacklog = Math.max(mostBacklog, now.value("breakwater_gateway_backlog_bytes"));
    mostBuffers = Math.max(mostBuffers, now.value("breakwater_gateway_buffers_bytes"));
    return now.value("breakwater_gateway_slow_consumers_total");
  }

  private Metrics gateway() {
    return stack
        .metrics(Part.GATEWAY)
        .orElseThrow(() -> new TrialFailure("the gateway shows no metrics"));
  }

  /** What was seen while they asked. */
  void judge(Verdict verdict) {
    verdict.check(
        mostBacklog > SOCKET_BYTES && mostBacklog <= ROOM_BYTES,
        "%d devices read nothing, half of them over TLS, and ask for more: the gateway holds at most"
            .formatted(sockets.size()),
        "%.1f MiB, looked at %d times (expected: above %d, up to %d)"
            .formatted(mostBacklog / MIB, looks, SOCKET_BYTES >> 20, ROOM_BYTES >> 20));
    verdict.check(
        mostBuffers <= BUFFERS_BYTES,
        "its buffers meanwhile, at most",
        "%.1f MiB (expected: up to %d)".formatted(mostBuffers / MIB, BUFFERS_BYTES >> 20));
    Clock.await(
        "the backlog to be gone",
        Duration.ofSeconds(10),
        () -> gateway().value("breakwater_gateway_backlog_bytes") == 0);
  }
}
