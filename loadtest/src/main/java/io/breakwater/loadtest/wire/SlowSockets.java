package io.breakwater.loadtest.wire;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.trial.Trial;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import io.breakwater.loadtest.verdict.Verdict;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * 1,000 devices that never read while they are written to, 5,000 sockets that never finish a frame,
 * 250 of which lack a byte, and 64 devices that never read and ask for more: memory stays bounded,
 * and two bystanders do not notice.
 */
public final class SlowSockets {
  private static final int UNREAD = 1_000;
  private static final int FAR_BEHIND = 100;
  private static final int BEFORE_HELLO = 4_500;
  private static final int IN_SESSION = 500;

  /** Of those in a session: how many send all of the largest frame but its last byte. */
  private static final int NEARLY_DONE = 250;

  private static final int LARGEST_FRAME = 131_072;

  /** What the gateway may keep of unfinished frames; less than the nearly done ones would need. */
  private static final int INBOUND_ROOM_BYTES = 16 << 20;

  private static final int MESSAGES = 20;

  /** Above the window of a session, 256. */
  private static final int MANY_MESSAGES = 300;

  private static final int PAYLOAD_BYTES = 160;
  private static final int HEARTBEAT_S = 590;
  private static final int SIGN_UPS_AT_ONCE = 16;

  private static final Duration FIRST_FRAME = Duration.ofSeconds(8);
  private static final Duration STARTED_FRAME = Duration.ofSeconds(15);
  private static final Duration ROOM = Duration.ofSeconds(10);

  /** The gateway counts from when it accepts, a little before we write. */
  private static final Duration SKEW = Duration.ofMillis(500);

  private static final Duration SETTLE_LIMIT = Duration.ofSeconds(60);

  /** What a socket may cost: less than the window of a session has of these messages. */
  private static final long UNREAD_BYTES = 64 * 1_024;

  private static final long UNFINISHED_BYTES = 16 * 1_024;

  private final Stack stack;
  private final Verdict verdict;
  private final List<StuckSocket> sockets = new ArrayList<>();

  private SlowSockets(Stack stack, Verdict verdict) {
    this.stack = stack;
    this.verdict = verdict;
  }

  /** Proves it. */
  public static void run(Trial trial) {
    try (Stack stack =
        trial.startStack(
            new Stack.Setup(
                List.of("--tls"),
                Map.of(
                    "BREAKWATER_GATEWAY_OUTBOUND_TOTAL_BYTES", Integer.toString(Greedy.ROOM_BYTES),
                    "BREAKWATER_GATEWAY_INBOUND_TOTAL_BYTES", Integer.toString(INBOUND_ROOM_BYTES),
                    "BREAKWATER_GATEWAY_RATE_DEVICE_SENDS", "off",
                    "BREAKWATER_GATEWAY_RATE_DEVICE_PAYLOAD_BYTES", "off",
                    "BREAKWATER_GATEWAY_RATE_ACCOUNT_SENDS", "off")))) {
      SlowSockets trialOfSockets = new SlowSockets(stack, trial.verdict());
      try {
        trialOfSockets.prove();
      } finally {
        trialOfSockets.closeAll();
      }
    }
  }

  private void prove() {
    List<Account> accounts = signUp(UNREAD + IN_SESSION);
    try (Device sender = Device.signUp(stack.port(), "sender");
        Device ada = Device.signUp(stack.port(), "ada");
        Device grace = Device.signUp(stack.port(), "grace")) {
      Bystanders bystanders = new Bystanders(ada, grace);
      bystanders.talk();
      settled();
      Footprint before = Footprint.of(stack);
      before.print("before", verdict);
      Flood flood = new Flood(sender);
      unread(accounts.subList(0, UNREAD), flood, bystanders, before);
      List<Account> others = accounts.subList(UNREAD, accounts.size());
      unfinished(others.subList(NEARLY_DONE, others.size()), bystanders);
      closeAll();
      nearlyDone(others.subList(0, NEARLY_DONE), bystanders);
      closeAll();
      greedy(accounts.subList(UNREAD, UNREAD + Greedy.DEVICES), flood, bystanders);
      Clock.await(
          "the sockets to be gone", Duration.ofSeconds(30), () -> gateway("connections") == 3);
      settled();
      Footprint.of(stack).print("after", verdict);
      bystanders.talk();
      bystanders.judge();
    }
  }

  private List<Account> signUp(int count) {
    try (ExecutorService threads = Executors.newFixedThreadPool(SIGN_UPS_AT_ONCE)) {
      return all(
          threads,
          count,
          number -> Device.signUp(stack.port(), "slow." + number, Device.random(16)));
    }
  }

  private static <T> List<T> all(ExecutorService threads, int count, IntFunction<T> work) {
    List<CompletableFuture<T>> futures =
        IntStream.range(0, count)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> work.apply(i), threads))
            .toList();
    try {
      return futures.stream().map(CompletableFuture::join).toList();
    } catch (CompletionException e) {
      throw new TrialFailure(String.valueOf(e.getCause()), e);
    }
  }

  private void unread(
      List<Account> accounts, Flood flood, Bystanders bystanders, Footprint before) {
    ByteString payload = Device.random(PAYLOAD_BYTES);
    for (Account account : accounts) {
      StuckSocket socket = new StuckSocket(stack.port());
      sockets.add(socket);
      socket.write(hello(account));
    }
    Clock.await("the sessions", Duration.ofSeconds(30), () -> delivery("sessions") >= UNREAD + 3);
    Footprint.of(stack).print("1,000 sessions", verdict);
    bystanders.talkWhile(() -> flood.send(accounts, MESSAGES, payload));
    settled();
    Footprint half = Footprint.of(stack);
    half.print("each sent 20 messages", verdict);
    bystanders.talkWhile(() -> flood.send(accounts.subList(0, FAR_BEHIND), MANY_MESSAGES, payload));
    settled();
    Footprint end = Footprint.of(stack);
    end.print("100 of them 300 more", verdict);
    below(
        "gateway, per socket that is not read",
        Footprint.each(end.gatewayBytes(), before.gatewayBytes(), UNREAD),
        UNREAD_BYTES);
    below(
        "delivery, per session that lags",
        Footprint.each(end.delivery().live(), before.delivery().live(), UNREAD),
        UNREAD_BYTES);
    below(
        "gateway, more for one that is far behind",
        Footprint.each(end.gatewayBytes(), half.gatewayBytes(), FAR_BEHIND),
        UNREAD_BYTES);
    below(
        "delivery, more for one that is far behind",
        Footprint.each(end.delivery().live(), half.delivery().live(), FAR_BEHIND),
        UNREAD_BYTES);
    verdict.check(
        gateway("slow_consumers_total") == 0 && delivery("sessions") >= UNREAD + 3,
        "they lag, and keep their sessions",
        delivery("sessions") + " sessions");
  }

  private void unfinished(List<Account> accounts, Bystanders bystanders) {
    Footprint before = Footprint.of(stack);
    List<StuckSocket> inSession = new ArrayList<>();
    for (Account account : accounts) {
      StuckSocket socket = new StuckSocket(stack.port());
      sockets.add(socket);
      inSession.add(socket);
      socket.write(hello(account));
      welcomed(socket);
    }
    List<StuckSocket> beforeHello = new ArrayList<>();
    inSession.forEach(socket -> socket.begin(131_072, new byte[1_000]));
    for (int i = 0; i < BEFORE_HELLO; i++) {
      StuckSocket socket = new StuckSocket(stack.port());
      sockets.add(socket);
      beforeHello.add(socket);
      socket.begin(4_096, new byte[1_000]);
    }
    Footprint during = Footprint.of(stack);
    during.print("4,750 unfinished frames", verdict);
    below(
        "gateway, per unfinished frame of 1,000 bytes",
        Footprint.each(
            during.gatewayBytes(), before.gatewayBytes(), BEFORE_HELLO + accounts.size()),
        UNFINISHED_BYTES);
    bystanders.talkWhile(
        () -> {
          timedOut("before hello", beforeHello, FIRST_FRAME);
          timedOut("in a session", inSession, STARTED_FRAME);
        });
  }

  /** More than there is room for: those for whom there is none are told to come back. */
  private void nearlyDone(List<Account> accounts, Bystanders bystanders) {
    List<StuckSocket> begun = new ArrayList<>();
    for (Account account : accounts) {
      StuckSocket socket = new StuckSocket(stack.port());
      sockets.add(socket);
      begun.add(socket);
      socket.write(hello(account));
      welcomed(socket);
    }
    byte[] most = new byte[LARGEST_FRAME - 1];
    bystanders.talkWhile(() -> begun.forEach(socket -> socket.begin(LARGEST_FRAME, most)));
    long kept = gateway("unfinished_bytes");
    verdict.check(
        kept > LARGEST_FRAME && kept <= INBOUND_ROOM_BYTES / 2,
        "%d frames are sent but for their last byte: the gateway keeps".formatted(begun.size()),
        "%.1f MiB (expected: up to %d)"
            .formatted(kept / (double) (1 << 20), INBOUND_ROOM_BYTES >> 21));
    bystanders.talkWhile(() -> refusedOrTimedOut(begun));
    Clock.await(
        "the room to be free again",
        Duration.ofSeconds(10),
        () -> gateway("unfinished_bytes") == 0);
  }

  private void refusedOrTimedOut(List<StuckSocket> begun) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Reason> reasons =
          all(
              threads,
              begun.size(),
              i -> lastWord(begun.get(i), STARTED_FRAME.plus(ROOM)).getError().getReason());
      long refused = reasons.stream().filter(Reason.OVERLOADED::equals).count();
      long late = reasons.stream().filter(Reason.TIMED_OUT::equals).count();
      verdict.check(
          refused > begun.size() / 2 && late > 0 && refused + late == begun.size(),
          "some may wait for the rest, the others are OVERLOADED",
          refused + " refused, " + late + " TIMED_OUT");
      verdict.check(
          gateway("unfinished_refused_total") == refused,
          "and counted",
          gateway("unfinished_refused_total") + " of " + refused);
    }
  }

  private void greedy(List<Account> accounts, Flood flood, Bystanders bystanders) {
    Greedy greedy = new Greedy(stack);
    bystanders.talkWhile(() -> greedy.run(accounts, flood));
    greedy.judge(verdict);
  }

  private static void welcomed(StuckSocket socket) {
    try {
      if (!socket.read(Device.PATIENCE).hasWelcome()) {
        throw new TrialFailure("a device was not welcomed");
      }
    } catch (IOException e) {
      throw new TrialFailure("a device was not welcomed: " + e.getMessage(), e);
    }
  }

  /** All of them are told so, at their time. */
  private void timedOut(String which, List<StuckSocket> begun, Duration after) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Duration> times =
          all(
              threads,
              begun.size(),
              i -> {
                StuckSocket socket = begun.get(i);
                ServerFrame frame = lastWord(socket, after.plus(ROOM));
                return frame.getError().getReason() == Reason.TIMED_OUT
                    ? socket.sinceBegun()
                    : Duration.ZERO;
              });
      Duration first = times.stream().min(Duration::compareTo).orElseThrow();
      Duration last = times.stream().max(Duration::compareTo).orElseThrow();
      verdict.check(
          first.compareTo(after.minus(SKEW)) >= 0 && last.compareTo(after.plus(ROOM)) <= 0,
          "%d frames begun %s are TIMED_OUT after %d s"
              .formatted(begun.size(), which, after.toSeconds()),
          Verdict.seconds(first) + " to " + Verdict.seconds(last));
    }
  }

  private static ServerFrame lastWord(StuckSocket socket, Duration limit) {
    try {
      ServerFrame frame = socket.read(limit);
      while (!frame.hasError()) {
        frame = socket.read(limit);
      }
      return frame;
    } catch (IOException e) {
      return ServerFrame.getDefaultInstance();
    }
  }

  private static ClientFrame hello(Account account) {
    return ClientFrame.newBuilder()
        .setHello(Device.helloOf(account, 1).toBuilder().setHeartbeatS(HEARTBEAT_S))
        .build();
  }

  private void below(String what, double bytes, long limit) {
    verdict.check(
        bytes <= limit,
        what,
        "%.1f KiB (expected: at most %d)".formatted(bytes / 1_024, limit / 1_024));
  }

  /** Waits until delivery has nothing under way: what is left is what sessions cost. */
  private void settled() {
    Clock.await("the tail to be settled", SETTLE_LIMIT, () -> delivery("tail_entries") == 0);
  }

  private long gateway(String name) {
    return stack
        .metrics(Part.GATEWAY)
        .map(metrics -> metrics.value("breakwater_gateway_" + name))
        .orElse(-1L);
  }

  private long delivery(String name) {
    return stack
        .metrics(Part.DELIVERY)
        .map(metrics -> metrics.value("breakwater_delivery_" + name))
        .orElse(-1L);
  }

  private void closeAll() {
    sockets.forEach(StuckSocket::close);
    sockets.clear();
  }

  /** Two who write to each other all the while. */
  private final class Bystanders {
    private final Device to;
    private final Talk talk;
    private Duration slowest = Duration.ZERO;

    Bystanders(Device from, Device to) {
      this.to = to;
      talk = new Talk(from, to);
    }

    void talk() {
      Clock clock = Clock.start();
      talk.sendUntilAccepted(1);
      to.hear(talk.count(), Device.PATIENCE);
      slowest = clock.elapsed().compareTo(slowest) > 0 ? clock.elapsed() : slowest;
    }

    /** Until that is done, on a thread of its own. */
    void talkWhile(Runnable work) {
      try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
        CompletableFuture<Void> done = CompletableFuture.runAsync(work, thread);
        while (!done.isDone()) {
          talk();
        }
        done.join();
      } catch (CompletionException e) {
        throw new TrialFailure(String.valueOf(e.getCause()), e);
      }
    }

    void judge() {
      verdict.check(
          to.entries().size() == talk.count() && slowest.compareTo(Duration.ofSeconds(5)) < 0,
          "meanwhile every message of a bystander arrived",
          "%d of %d, the slowest after %d ms"
              .formatted(to.entries().size(), talk.count(), slowest.toMillis()));
    }
  }
}
