package io.breakwater.loadtest.wire;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import io.breakwater.proto.client.Ack;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Hello;
import io.breakwater.proto.client.LinkDevice;
import io.breakwater.proto.client.Ping;
import io.breakwater.proto.client.RevokeDevice;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignUp;
import io.breakwater.proto.client.Welcome;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A device with a session. Keeps every entry that comes above its cursor, whatever its origin, and
 * acknowledges it. Confined to the thread of the trial.
 */
final class Device implements AutoCloseable {
  /** Within which a healthy stack answers, however busy the machine. */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Account account;
  private final Wire wire;
  private final Welcome welcome;
  private final List<Entry> entries = new ArrayList<>();

  /** The cursor: entries up to here are not taken again. */
  private long stored;

  private Device(Account account, Wire wire, Welcome welcome) {
    this.account = account;
    this.wire = wire;
    this.welcome = welcome;
  }

  static ByteString random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return ByteString.copyFrom(random);
  }

  /** Makes an account, and a connection that says hello with it. */
  static Device signUp(int port, String handle) {
    return attach(port, signUp(port, handle, random(16)));
  }

  static Account signUp(int port, String handle, ByteString signUpId) {
    return signUp(Transport.tcp(port), handle, signUpId);
  }

  static Account signUp(Transport transport, String handle, ByteString signUpId) {
    try (Wire wire = Wire.connect(transport)) {
      wire.send(signUpFrame(handle, signUpId));
      if (wire.next(PATIENCE) instanceof Heard.Frame(ServerFrame frame) && frame.hasSignedUp()) {
        return new Account(
            frame.getSignedUp().getUser(),
            frame.getSignedUp().getDevice(),
            frame.getSignedUp().getToken());
      }
      throw new TrialFailure("cannot sign up as " + handle);
    }
  }

  static ClientFrame signUpFrame(String handle, ByteString signUpId) {
    return ClientFrame.newBuilder()
        .setSignUp(SignUp.newBuilder().setHandle(handle).setSignUpId(signUpId))
        .build();
  }

  static ClientFrame hello(Account account) {
    return ClientFrame.newBuilder().setHello(helloOf(account, 1)).build();
  }

  static Hello helloOf(Account account, int version) {
    return Hello.newBuilder()
        .setVersion(version)
        .setUser(account.user())
        .setDevice(account.device())
        .setToken(account.token())
        .setHeartbeatS(60)
        .build();
  }

  static Device attach(int port, Account account) {
    return attach(Transport.tcp(port), account);
  }

  /** A session without a cursor: everything that the mailbox has comes. */
  static Device attach(Transport transport, Account account) {
    Wire wire = Wire.connect(transport);
    wire.send(hello(account));
    Heard answer = wire.next(PATIENCE);
    if (answer instanceof Heard.Frame(ServerFrame frame) && frame.hasWelcome()) {
      return new Device(account, wire, frame.getWelcome());
    }
    wire.close();
    throw new TrialFailure("hello was answered with %s (expected: WELCOME)".formatted(answer));
  }

  /** An attempt to attach that must fail. */
  static void attachRefused(Transport transport, Account account) {
    try (Wire wire = Wire.connect(transport)) {
      wire.send(hello(account));
      Heard answer = wire.next(PATIENCE);
      if (!(answer instanceof Heard.Frame(ServerFrame frame) && frame.hasError())) {
        throw new TrialFailure("hello was answered with %s (expected: ERROR)".formatted(answer));
      }
    }
  }

  Account account() {
    return account;
  }

  ByteString user() {
    return account.user();
  }

  Wire wire() {
    return wire;
  }

  Welcome welcome() {
    return welcome;
  }

  /** All that came, in the order in which it came. */
  List<Entry> entries() {
    return entries;
  }

  /** The first transmission of a message. */
  Send.Builder message(ByteString to, long clientId, String text) {
    return Send.newBuilder()
        .setClientId(clientId)
        .setFirstTriedMs(welcome.getServerTimeMs())
        .setTo(to)
        .setPayload(ByteString.copyFromUtf8(text));
  }

  void send(Send.Builder message) {
    wire.send(ClientFrame.newBuilder().setSend(message).build());
  }

  void ping() {
    wire.send(ClientFrame.newBuilder().setPing(Ping.getDefaultInstance()).build());
  }

  /** Makes another device of this account. */
  Account link() {
    wire.send(
        ClientFrame.newBuilder()
            .setLinkDevice(LinkDevice.newBuilder().setRequest(7).setLinkId(random(16)))
            .build());
    ServerFrame frame = await("DEVICE_LINKED", ServerFrame::hasDeviceLinked);
    return new Account(
        frame.getDeviceLinked().getUser(),
        frame.getDeviceLinked().getDevice(),
        frame.getDeviceLinked().getToken());
  }

  void revoke(int device) {
    wire.send(
        ClientFrame.newBuilder()
            .setRevokeDevice(RevokeDevice.newBuilder().setRequest(8).setDevice(device))
            .build());
    await("DEVICE_REVOKED", ServerFrame::hasDeviceRevoked);
  }

  /** The next thing that comes and is no delivery and no end of a sync. */
  Heard next(Duration limit) {
    Clock clock = Clock.start();
    while (true) {
      Duration left = limit.minus(clock.elapsed());
      Heard next = left.isPositive() ? wire.next(left) : new Heard.Silence();
      if (next instanceof Heard.Frame(ServerFrame frame) && frame.hasDeliver()) {
        take(frame.getDeliver().getEntriesList());
      } else if (!(next instanceof Heard.Frame(ServerFrame frame) && frame.hasSynced())) {
        return next;
      }
    }
  }

  private void take(List<Entry> delivered) {
    for (Entry entry : delivered) {
      if (Long.compareUnsigned(entry.getEntryId(), stored) > 0) {
        entries.add(entry);
        stored = entry.getEntryId();
      }
    }
    Entry last = delivered.getLast();
    Cursor cursor =
        Cursor.newBuilder().setEntryId(last.getEntryId()).setTimeMs(last.getTimeMs()).build();
    wire.send(ClientFrame.newBuilder().setAck(Ack.newBuilder().setCursor(cursor)).build());
  }

  ServerFrame await(String what, Predicate<ServerFrame> wanted) {
    return await(what, wanted, PATIENCE);
  }

  /** Passes over other frames. */
  ServerFrame await(String what, Predicate<ServerFrame> wanted, Duration limit) {
    Clock clock = Clock.start();
    Heard last = new Heard.Silence();
    while (true) {
      Heard next = next(limit.minus(clock.elapsed()));
      if (next instanceof Heard.Frame(ServerFrame frame)) {
        if (wanted.test(frame)) {
          return frame;
        }
        last = next;
      } else {
        throw new TrialFailure(
            "%s after %s; before that: %s (expected: %s)"
                .formatted(next, clock.elapsed(), last, what));
      }
    }
  }

  /** Hears what comes until there are so many entries, or for so long. */
  void hear(int count, Duration limit) {
    Clock clock = Clock.start();
    while (entries.size() < count && !clock.has(limit)) {
      Heard next = next(Duration.ofMillis(100));
      if (next instanceof Heard.Closed) {
        throw new TrialFailure(
            "the connection ended while %d entries were awaited".formatted(count));
      }
    }
  }

  @Override
  public void close() {
    wire.close();
  }
}
