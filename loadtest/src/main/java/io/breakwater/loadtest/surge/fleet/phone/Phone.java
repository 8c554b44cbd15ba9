package io.breakwater.loadtest.surge.fleet.phone;

import static io.breakwater.loadtest.surge.fleet.phone.Timers.NEVER;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.line.Account;
import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.proto.client.Ack;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Hello;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.client.Ping;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.Sync;
import io.breakwater.proto.client.Synced;
import io.breakwater.proto.client.Welcome;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A device that has an account. While it is switched on it keeps a session, by its {@link Manners};
 * what it has not sent waits meanwhile. It stores nothing: as far as a server can tell, all that it
 * acknowledges is durable. Confined to the loop.
 */
public final class Phone implements Link.User, Outbox.Carrier {
  private static final long ACK_AFTER = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int ACK_ENTRIES = 32;
  private static final long DISPLACED_MS = 60_000;
  private static final int DISPLACED_JITTER_MS = 10_000;
  private static final long SILENCE_EXTRA = TimeUnit.SECONDS.toNanos(10);
  private static final String NETWORK = "network";

  /** Who follows what a phone does. */
  public interface Owner {
    /** It has a session. */
    default void welcomed(Phone phone) {}

    /** It has no messages left without an answer. */
    default void settled(Phone phone) {}

    /** It has hung up, as it was asked to, or for ever since its credentials are worth nothing. */
    default void gone(Phone phone) {}

    /** It has no connection, or no longer; it comes back in its own time. */
    default void cutOff(Phone phone) {}

    /** Nothing is outstanding that was there when it was asked. */
    default void caughtUp(Phone phone) {}
  }

  /** How a phone treats what is delivered to it. */
  private enum Inbox {
    TAKES,
    /** Not acknowledged, and told to nobody: it waits on the server. */
    LEAVES
  }

  private final World world;
  private final Who who;
  private final Account account;
  private final Manners manners;
  private final Link link;
  private final Outbox outbox;
  private @Nullable LookUps lookUps;
  private Inbox inbox = Inbox.TAKES;
  private Owner owner;

  /** The intended time of connecting, or when the session before was lost. */
  private long since;

  private boolean isResumed;
  private long welcomeNanos;
  private long welcomeServerMs;
  private long retryForMs;
  private long cursor;
  private long cursorTimeMs;
  private int unacknowledged;
  private long ackAt = NEVER;
  private long pingAt = NEVER;
  private long hangUpAt = NEVER;

  /** From the next welcome on; NEVER if it stays, or stays for as long as it was told already. */
  private long stay = NEVER;

  /**
   * Whether every further {@link Synced} answers a question: the one that comes unasked is here.
   */
  private boolean isSynced;

  private boolean isSyncTold;
  private boolean isAsked;

  /** When this session was first asked; NEVER if it was not. */
  private long askedAt = NEVER;

  private boolean isHopeless;
  private boolean isWindingUp;

  /** Where the roll that it is in has it; of that roll. */
  int seat = -1;

  /** One that is switched off. */
  public Phone(World world, Who who, Account account, Manners manners, Owner owner) {
    this.world = world;
    this.who = who;
    this.account = account;
    this.manners = manners;
    this.owner = owner;
    long heartbeat = TimeUnit.SECONDS.toNanos(world.heartbeatSeconds());
    link = new Link(world, manners, this, heartbeat * 3 / 2 + SILENCE_EXTRA);
    outbox = new Outbox(world, manners, who, this);
  }

  /** Whose it is. */
  public Who who() {
    return who;
  }

  /** Its user's 16 bytes. */
  public ByteString user() {
    return account.user();
  }

  /** Whether it has a session. */
  @Override
  public boolean isUp() {
    return link.isUp();
  }

  /** Whether it has no connection and wants none. */
  public boolean isOff() {
    return link.isOff();
  }

  /** Whether its credentials are worth anything, as far as it knows. */
  public boolean isHopeful() {
    return !isHopeless;
  }

  /** Whether all its messages have their final answers. */
  public boolean isSettled() {
    return outbox.isEmpty();
  }

  /** Replaces its owner. */
  public void follow(Owner next) {
    owner = next;
  }

  /** Switches it on, to stay on. */
  public void switchOn(long sinceNanos) {
    switchOn(sinceNanos, NEVER);
  }

  /**
   * Switches it on.
   *
   * @param sinceNanos the intended time
   * @param stayNanos from the first welcome until it hangs up; or, if it has messages without an
   *     answer then, until it has none. Its owner hears of it. NEVER: it stays
   */
  public void switchOn(long sinceNanos, long stayNanos) {
    since = sinceNanos;
    isResumed = false;
    inbox = Inbox.TAKES;
    stay = stayNanos;
    hangUpAt = NEVER;
    world.tell(new Fact.Coming(who, false, sinceNanos));
    link.connectNow(world.now());
  }

  /** Switches it on to write alone: what waits for it goes on waiting. */
  public void switchOnToWrite() {
    switchOn(world.now());
    inbox = Inbox.LEAVES;
  }

  /** Hangs up at once. */
  public void switchOff() {
    acknowledge();
    leave();
    isAsked = false;
    link.stop();
  }

  private void leave() {
    if (link.isUp()) {
      world.tallies().up--;
    }
    hangUpAt = NEVER;
    forget();
  }

  /** What was true of the connection. */
  private void forget() {
    unacknowledged = 0;
    ackAt = NEVER;
    pingAt = NEVER;
    isSynced = false;
    isSyncTold = false;
    askedAt = NEVER;
  }

  /**
   * Breaks its connection, and connects at once: it is on another network.
   *
   * @param intended when
   */
  public void changeNetwork(long intended) {
    cut(intended);
    comeBack(intended);
    link.connectNow(world.now());
  }

  /** Breaks its connection; it has none until {@link #networkBack}. */
  public void loseNetwork() {
    long now = world.now();
    world.tell(new Fact.Left(who, now));
    cut(now);
  }

  private void cut(long at) {
    boolean wasUp = link.isUp();
    long hangsUp = hangUpAt;
    leave();
    hangUpAt = hangsUp;
    link.cut();
    if (wasUp) {
      world.tallies().lost++;
      world.tell(new Fact.Lost(who, at, NETWORK));
    }
  }

  /**
   * The run is over: it transmits nothing more of what it was to send, takes no answers, hangs up
   * only when it is switched off, and comes back by itself only if a connection breaks.
   */
  public void windUp() {
    isWindingUp = true;
    outbox.end();
    lookUps = null;
    stay = NEVER;
    hangUpAt = NEVER;
  }

  /** Lets it come back, as after a connection that broke. The wait counts from here. */
  public void networkBack() {
    if (isWindingUp) {
      return;
    }
    long now = world.now();
    comeBack(now);
    world.tell(new Fact.Coming(who, true, now));
    link.connectLater(now);
  }

  private void comeBack(long from) {
    since = from;
    isResumed = true;
  }

  /** Writes a message, now or as soon as it can be transmitted. */
  public void write(int stream, Who to, ByteString user, int bytes, long intended) {
    outbox.write(stream, to, user, bytes, intended, world.now());
    link.arm();
  }

  /** Asks for handles, now or as soon as there is a session. */
  public void lookUp(List<String> handles) {
    lookUps = new LookUps(manners, world.tallies(), link::transmit, handles, world.now());
    if (link.isUp()) {
      lookUps.attached(world.now());
      link.arm();
    }
  }

  /**
   * Asks whether everything is there: {@link Owner#caughtUp} and a fact follow, if it is up.
   *
   * <p>A session says by itself once that it has all, perhaps before it was asked; a server that
   * owes several such answers may give one. So the first {@link Synced} of a session, or after it
   * was attached elsewhere, is no answer, and it is asked again then; the next one is an answer to
   * one of the questions. What was durable when the first of them was sent is there then.
   */
  public void ask() {
    isAsked = true;
    if (link.isUp()) {
      sync();
    }
  }

  private void sync() {
    askedAt = Math.min(askedAt, world.now());
    link.transmit(ClientFrame.newBuilder().setSync(Sync.newBuilder().setCursor(cursor())).build());
  }

  @Override
  public ClientFrame greeting() {
    Hello.Builder hello =
        Hello.newBuilder()
            .setVersion(1)
            .setUser(account.user())
            .setDevice(account.device())
            .setToken(account.token())
            .setHeartbeatS(world.heartbeatSeconds());
    if (cursor != 0) {
      hello.setCursor(cursor());
    }
    return ClientFrame.newBuilder().setHello(hello).build();
  }

  private Cursor cursor() {
    return Cursor.newBuilder().setEntryId(cursor).setTimeMs(cursorTimeMs).build();
  }

  @Override
  public void heard(ServerFrame frame, long now) {
    switch (frame.getBodyCase()) {
      case WELCOME -> welcomed(frame.getWelcome(), now);
      case SYNCED -> synced(now);
      case SENT -> {
        boolean wasOpen = !outbox.isEmpty();
        outbox.accepted(frame.getSent(), now);
        settle(wasOpen);
      }
      case SEND_REFUSED -> {
        boolean wasOpen = !outbox.isEmpty();
        outbox.refused(frame.getSendRefused(), now);
        settle(wasOpen);
      }
      case RESEND_FROM -> outbox.resendFrom(frame.getResendFrom(), now);
      case DELIVER -> delivered(frame.getDeliver().getEntriesList(), now);
      case FOUND -> {
        if (lookUps != null) {
          lookUps.found(frame.getFound().getRequest());
          endLookUps();
        }
      }
      case ERROR -> failed(frame.getError(), now);
      case GO_AWAY ->
          link.leaveAfter(
              "GO_AWAY", Integer.toUnsignedLong(frame.getGoAway().getReturnAfterMs()), now);
      case DISPLACED ->
          link.dismissed(
              "DISPLACED", DISPLACED_MS + world.random().nextInt(DISPLACED_JITTER_MS), now);
      case REATTACHED -> {
        attached(now);
        // Whoever was asked before may be gone; another one may say by itself that it has all.
        isSynced = false;
        if (isAsked) {
          sync();
        }
      }
      default -> {}
    }
  }

  private void settle(boolean wasOpen) {
    if (wasOpen && outbox.isEmpty()) {
      owner.settled(this);
    }
  }

  private void endLookUps() {
    if (lookUps != null && lookUps.isDone()) {
      lookUps = null;
    }
  }

  private void welcomed(Welcome welcome, long now) {
    world.tallies().welcomed++;
    world.tallies().up++;
    world.tell(new Fact.Welcomed(who, isResumed, since, now, link.tries()));
    link.up(now);
    welcomeNanos = now;
    welcomeServerMs = welcome.getServerTimeMs();
    retryForMs = welcome.getRetryForMs() > 0 ? welcome.getRetryForMs() : Long.MAX_VALUE;
    isSynced = false;
    isSyncTold = false;
    askedAt = NEVER;
    if (stay != NEVER) {
      hangUpAt = now + stay;
      stay = NEVER;
    }
    schedulePing(now);
    attached(now);
    owner.welcomed(this);
  }

  private void attached(long now) {
    outbox.attached(now);
    if (lookUps != null) {
      lookUps.attached(now);
    }
  }

  private void synced(long now) {
    if (!isSyncTold) {
      isSyncTold = true;
      world.tell(new Fact.Synced(who, welcomeNanos, now));
    }
    if (!isSynced) {
      isSynced = true;
      if (isAsked) {
        sync();
      }
    } else if (isAsked) {
      isAsked = false;
      world.tell(new Fact.CaughtUp(who, askedAt));
      askedAt = NEVER;
      owner.caughtUp(this);
    }
  }

  private void delivered(List<Entry> entries, long now) {
    if (inbox == Inbox.LEAVES) {
      return;
    }
    for (Entry entry : entries) {
      unacknowledged++;
      if (Long.compareUnsigned(entry.getEntryId(), cursor) > 0) {
        cursor = entry.getEntryId();
        cursorTimeMs = entry.getTimeMs();
        if (entry.hasMessage()) {
          delivered(entry.getEntryId(), entry.getMessage(), now);
        }
      }
    }
    if (unacknowledged > 0 && ackAt == NEVER) {
      ackAt = now + ACK_AFTER;
    }
  }

  /** What an application would be handed is a fact; see docs/protocol.md, section 7. */
  private void delivered(long entryId, Message message, long now) {
    Payload payload = Payload.of(message.getPayload()).orElse(null);
    if (payload == null) {
      world.tallies().unreadable++;
      Who nobody = new Who(who.population(), Fact.NOBODY, 0);
      world.tell(new Fact.Delivered(nobody, who, entryId, now));
      return;
    }
    Seen.Sight sight = outbox.saw(payload.from(), message);
    if (sight == Seen.Sight.REPEATED) {
      world.tallies().repeated++;
      world.tell(new Fact.Repeated(who, now));
      return;
    }
    world.tallies().delivered++;
    world.tell(
        new Fact.Delivered(
            payload.from(), who, payload.number(), now, sight == Seen.Sight.MISPLACED));
  }

  @Override
  public void paused(long now) {
    if (unacknowledged >= ACK_ENTRIES) {
      acknowledge();
    }
  }

  private void acknowledge() {
    if (unacknowledged > 0) {
      unacknowledged = 0;
      ackAt = NEVER;
      link.transmit(ClientFrame.newBuilder().setAck(Ack.newBuilder().setCursor(cursor())).build());
    }
  }

  private void failed(Error error, long now) {
    long afterMs = Integer.toUnsignedLong(error.getReturnAfterMs());
    if (error.getRequest() != 0) {
      world.tallies().refused++;
      world.tell(new Fact.Refused(who, "look-up", now, error.getReason().name(), afterMs));
      if (lookUps != null) {
        lookUps.failed(error.getRequest(), afterMs, now);
        endLookUps();
      }
      return;
    }
    boolean isForEver =
        error.getReason() == Reason.UNAUTHENTICATED
            || error.getReason() == Reason.UNSUPPORTED_VERSION;
    if (isForEver) {
      world.trouble().accept(who + " is not welcome: " + error.getReason());
    }
    if (isForEver && manners == Manners.OBEDIENT) {
      isHopeless = true;
      if (link.isUp()) {
        world.tallies().lost++;
        world.tell(new Fact.Lost(who, now, error.getReason().name()));
      } else {
        world.tell(new Fact.Refused(who, "connect", now, error.getReason().name(), 0));
      }
      switchOff();
      owner.gone(this);
    } else {
      link.dismissed(error.getReason().name(), afterMs, now);
    }
  }

  @Override
  public void refused(String reason, long returnAfterMs, long now) {
    world.tallies().refused++;
    world.tell(new Fact.Refused(who, "connect", now, reason, returnAfterMs));
    owner.cutOff(this);
  }

  @Override
  public void lost(String reason, long now) {
    world.tallies().up--;
    world.tallies().lost++;
    world.tell(new Fact.Lost(who, now, reason));
    forget();
    comeBack(now);
    owner.cutOff(this);
  }

  @Override
  public long wakeAt() {
    if (link.isOff()) {
      return NEVER;
    }
    // With messages left it hangs up when it is settled, not at a time.
    long hangUp = outbox.isEmpty() ? hangUpAt : NEVER;
    long at = Math.min(Math.min(ackAt, pingAt), Math.min(hangUp, outbox.wakeAt()));
    return lookUps == null || !link.isUp() ? at : Math.min(at, lookUps.wakeAt());
  }

  @Override
  public void wake(long now) {
    if (now >= hangUpAt && outbox.isEmpty()) {
      world.tell(new Fact.Left(who, now));
      switchOff();
      owner.gone(this);
      return;
    }
    if (link.isUp()) {
      if (now >= ackAt) {
        acknowledge();
      }
      if (now >= pingAt) {
        schedulePing(now);
        link.transmit(ClientFrame.newBuilder().setPing(Ping.getDefaultInstance()).build());
      }
      if (lookUps != null) {
        lookUps.wake(now);
      }
      outbox.wake(now);
    }
  }

  private void schedulePing(long now) {
    long heartbeat = TimeUnit.SECONDS.toNanos(world.heartbeatSeconds());
    pingAt = now + heartbeat * 9 / 10 + world.random().nextLong(heartbeat / 5);
  }

  @Override
  public void transmit(ClientFrame frame) {
    link.transmit(frame);
  }

  @Override
  public void overdue(long now) {
    link.overdue(now);
  }

  @Override
  public long serverMs(long now) {
    return welcomeServerMs + TimeUnit.NANOSECONDS.toMillis(now - welcomeNanos);
  }

  @Override
  public long retryForMs() {
    return retryForMs;
  }
}
