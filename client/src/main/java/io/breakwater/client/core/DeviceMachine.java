package io.breakwater.client.core;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Hello;
import io.breakwater.proto.client.Ping;
import io.breakwater.proto.client.Pong;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Reattached;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.Welcome;
import java.util.random.RandomGenerator;

/**
 * A device that has an account. Deterministic: the same inputs at the same times with the same
 * random numbers give the same outputs. One thread at a time.
 *
 * <p>How to drive it:
 *
 * <pre>
 *   machine = new DeviceMachine(config, credentials, whatWasPersisted, random);
 *   machine.start(now);
 *   loop:
 *     step = machine.drain();
 *     write step.changes() durably and atomically;
 *     if it has a cursor: machine.stored(cursor, now), and go on with the next drain after this step
 *     carry out step.outputs() in order;
 *     wait for an input, at most until machine.wakeUpMs(); hand it in, or machine.tick(now)
 * </pre>
 *
 * {@code nowMs} is any clock that does not go backwards; milliseconds. Calling {@link #tick} early
 * or often does no harm.
 */
public final class DeviceMachine implements Machine {
  /** Version of the protocol. */
  public static final int VERSION = 1;

  private static final int MAX_PAYLOAD_BYTES = 65_536;
  private static final long DISPLACED_MS = 60_000;
  private static final long STEP_SILENCE_MS = 10_000;

  private final DeviceConfig config;
  private final Credentials credentials;
  private final RandomGenerator random;
  private final Pending pending = new Pending();
  private final ServerClock serverClock = new ServerClock();
  private final Link link;
  private final Outbox outbox;
  private final Inbox inbox;
  private final Requests requests;
  private int maxPayloadBytes = MAX_PAYLOAD_BYTES;
  private long pingAtMs = Link.NEVER;

  /**
   * @param state what {@link Step#changes} of earlier machines of this device have added up to
   * @param random for jitter only
   */
  public DeviceMachine(
      DeviceConfig config, Credentials credentials, DeviceState state, RandomGenerator random) {
    this.config = config;
    this.credentials = credentials;
    this.random = random;
    link = new Link(pending, random, config.heartbeatS() * 1_500L + STEP_SILENCE_MS);
    Conversations conversations = new Conversations(pending);
    outbox = new Outbox(config, pending, random, conversations, serverClock, link);
    inbox = new Inbox(credentials, state.cursor(), pending, conversations, link);
    requests = new Requests(pending, link);
    state.conversations().forEach(conversations::restore);
    state.outbox().forEach(outbox::restore);
    state.seen().forEach(inbox::restore);
  }

  /**
   * Connects at once if it is not connected; also by wish of the application while it waits, or was
   * displaced.
   */
  @Override
  public void start(long nowMs) {
    link.connectNow(nowMs);
  }

  /** Closes the connection and stays away; {@link #start} comes back. */
  @Override
  public void stop(long nowMs) {
    inbox.ackNow(nowMs);
    link.stop("closed by the application");
    requests.failAll(Reason.UNAVAILABLE, "closed by the application");
  }

  /** The connection of an {@link Output.Connect} is open. */
  @Override
  public void connected(long connection, long nowMs) {
    if (link.connected(connection, nowMs)) {
      Hello.Builder hello =
          Hello.newBuilder()
              .setVersion(VERSION)
              .setUser(credentials.user().bytes())
              .setDevice(credentials.device())
              .setToken(credentials.token())
              .setHeartbeatS(config.heartbeatS());
      if (!inbox.stored().equals(Position.START)) {
        hello.setCursor(inbox.stored().toCursor());
      }
      link.transmit(ClientFrame.newBuilder().setHello(hello).build());
    }
  }

  /** The connection could not be made, or ended by itself. */
  @Override
  public void disconnected(long connection, String why, long nowMs) {
    if (link.disconnected(connection, why, nowMs)) {
      pingAtMs = Link.NEVER;
    }
  }

  /** A frame arrived. */
  @Override
  public void received(long connection, ServerFrame frame, long nowMs) {
    if (link.hears(connection, nowMs)) {
      try {
        handle(frame, nowMs);
      } catch (IllegalArgumentException e) {
        link.drop("malformed frame: " + e.getMessage(), nowMs);
      }
    }
  }

  private void handle(ServerFrame frame, long nowMs) {
    switch (frame.getBodyCase()) {
      case WELCOME -> welcome(frame.getWelcome(), nowMs);
      case REATTACHED -> reattached(frame.getReattached(), nowMs);
      case SENT -> outbox.accepted(frame.getSent(), nowMs);
      case RESEND_FROM -> outbox.resendFrom(frame.getResendFrom(), nowMs);
      case SEND_REFUSED -> outbox.refused(frame.getSendRefused(), nowMs);
      case DELIVER -> inbox.deliver(frame.getDeliver(), nowMs);
      case SYNCED -> inbox.synced();
      case TOO_LONG -> pending.notify(new Event.TooLong(frame.getTooLong().getRetainedSinceMs()));
      case PONG -> pong(frame.getPong(), nowMs);
      case FOUND -> requests.found(frame.getFound());
      case DEVICE_LINKED -> requests.linked(frame.getDeviceLinked());
      case DEVICE_REVOKED -> requests.revoked(frame.getDeviceRevoked());
      case GO_AWAY -> link.leaveAfter(frame.getGoAway().getReturnAfterMs(), nowMs);
      case DISPLACED -> displaced(nowMs);
      case ERROR -> error(frame.getError(), nowMs);
      case QUEUED, SIGNED_UP, BODY_NOT_SET -> {
        // Not for a device that has an account, or of a later version of the protocol.
      }
    }
  }

  private void welcome(Welcome welcome, long nowMs) {
    if (link.isUp()) {
      return;
    }
    link.up(nowMs);
    serverClock.set(welcome.getServerTimeMs(), nowMs);
    if (welcome.getMaxPayloadBytes() > 0) {
      maxPayloadBytes = welcome.getMaxPayloadBytes();
    }
    schedulePing(nowMs);
    pending.notify(new Event.Attached());
    outbox.setRetryFor(welcome.getRetryForMs());
    inbox.welcomed(welcome.getMailboxHead(), nowMs);
    outbox.attached(nowMs);
    requests.attached(nowMs);
  }

  private void reattached(Reattached reattached, long nowMs) {
    if (link.isUp()) {
      serverClock.set(reattached.getServerTimeMs(), nowMs);
      inbox.heardHead(reattached.getMailboxHead(), nowMs);
      outbox.attached(nowMs);
      requests.attached(nowMs);
    }
  }

  private void pong(Pong pong, long nowMs) {
    serverClock.set(pong.getServerTimeMs(), nowMs);
    if (pong.getMailboxHead() != 0) {
      inbox.heardHead(pong.getMailboxHead(), nowMs);
    }
  }

  private void displaced(long nowMs) {
    long backInMs = DISPLACED_MS + random.nextLong(DISPLACED_MS / 6);
    link.comeBackAfter(backInMs, nowMs);
    pending.notify(new Event.Displaced(backInMs));
    link.drop("displaced", nowMs);
  }

  private void error(Error error, long nowMs) {
    if (error.getRequest() != 0) {
      requests.failed(error, nowMs);
      return;
    }
    if (error.getReason() == Reason.UNAUTHENTICATED
        || error.getReason() == Reason.UNSUPPORTED_VERSION) {
      link.stop(error.getReason().name());
      pending.notify(new Event.Stopped(error.getReason(), error.getDetail()));
      requests.failAll(error.getReason(), error.getDetail());
      return;
    }
    if (error.getReturnAfterMs() > 0) {
      link.comeBackAfter(error.getReturnAfterMs(), nowMs);
    }
    link.drop(error.getReason() + ": " + error.getDetail(), nowMs);
  }

  /**
   * Takes a message into the outbox.
   *
   * @return its client id, by which events name it
   * @throws OutboxFullException if the outbox is at its bound
   * @throws IllegalArgumentException if the payload is larger than the server takes
   */
  public long send(UserId peer, ByteString payload, long nowMs) {
    if (payload.size() > maxPayloadBytes) {
      throw new IllegalArgumentException(
          "payload: " + payload.size() + " bytes (expected: at most " + maxPayloadBytes + ')');
    }
    return outbox.send(peer, payload, nowMs);
  }

  /**
   * Asks who has this handle; the event {@link Event.Found} or {@link Event.RequestFailed} carries
   * the returned number.
   */
  public int lookUp(String handle, long nowMs) {
    return requests.lookUp(handle, nowMs);
  }

  /**
   * Makes another device of this account; answered by {@link Event.Linked} or {@link
   * Event.RequestFailed}.
   *
   * @param linkId 16 random bytes, stored before the first attempt; repeating with the same
   *     finishes the same device
   */
  public int link(ByteString linkId, long nowMs) {
    return requests.link(linkId, nowMs);
  }

  /**
   * Signs out a device of this account; answered by {@link Event.Revoked} or {@link
   * Event.RequestFailed}.
   */
  public int revoke(int device, long nowMs) {
    return requests.revoke(device, nowMs);
  }

  @Override
  public void worked(long connection, ByteString challenge, long nonce, long nowMs) {
    throw new IllegalStateException("only a sign-up works");
  }

  /** The changes of a step that carried this cursor are durable. */
  @Override
  public void stored(Position cursor, long nowMs) {
    inbox.stored(cursor, nowMs);
  }

  /** Time has passed. */
  @Override
  public void tick(long nowMs) {
    link.tick(nowMs);
    outbox.tick(nowMs);
    inbox.tick(nowMs);
    requests.tick(nowMs);
    if (link.isUp() && nowMs >= pingAtMs) {
      schedulePing(nowMs);
      link.transmit(ClientFrame.newBuilder().setPing(Ping.getDefaultInstance()).build());
    }
  }

  private void schedulePing(long nowMs) {
    long heartbeatMs = config.heartbeatS() * 1_000L;
    pingAtMs = nowMs + heartbeatMs * 9 / 10 + random.nextLong(heartbeatMs / 5 + 1);
  }

  /**
   * When to call {@link #tick} if nothing else happens before; {@link Long#MAX_VALUE} for never.
   */
  @Override
  public long wakeUpMs() {
    long session = Math.min(outbox.wakeUpMs(), inbox.wakeUpMs());
    long rest = Math.min(link.wakeUpMs(), requests.wakeUpMs());
    return Math.min(Math.min(session, rest), link.isUp() ? pingAtMs : Link.NEVER);
  }

  /** What the inputs since the last drain have led to. */
  @Override
  public Step drain() {
    return pending.drain();
  }

  /** Whether a session is attached. */
  public boolean isAttached() {
    return link.isUp();
  }

  /** Messages in the outbox. */
  public int outboxMessages() {
    return outbox.messages();
  }

  /** What was done so far. */
  public Counters counters() {
    return new Counters(
        outbox.sent(),
        outbox.resent(),
        outbox.accepted(),
        inbox.received(),
        inbox.repeated(),
        inbox.redelivered(),
        link.connects());
  }
}
