package io.breakwater.loadtest.surge.fleet.phone;

import static io.breakwater.loadtest.surge.fleet.phone.Timers.NEVER;

import io.breakwater.loadtest.line.Line;
import io.breakwater.loadtest.surge.fleet.phone.Timers.Alarm;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Ping;
import io.breakwater.proto.client.ServerFrame;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one connection of a phone: when it is opened, when it counts as lost, when the phone comes
 * back. By docs/protocol.md, sections 8 and 10, or after a second each time; told times exactly,
 * however many connections in a row have ended before a greeting. Confined to the loop.
 */
final class Link implements Timers.Sleeper {
  private static final long BASE_MS = 1_000;
  private static final long MOST_MS = 120_000;
  private static final int MOST_DOUBLINGS = 10;
  private static final long STABLE = TimeUnit.SECONDS.toNanos(60);
  private static final long GREETING = TimeUnit.SECONDS.toNanos(10);
  private static final long DOUBT = TimeUnit.SECONDS.toNanos(10);
  private static final long SIGN = TimeUnit.SECONDS.toNanos(5);
  private static final long LEAST_WINDOW_MS = 30_000;
  private static final long MOST_WINDOW_MS = 600_000;

  /** A socket's own timeout may be this much earlier than ours. */
  private static final long TIMEOUT_SLACK = TimeUnit.MILLISECONDS.toNanos(100);

  /** Whose connection it is. */
  interface User {
    /** What is said first. */
    ClientFrame greeting();

    void heard(ServerFrame frame, long now);

    /** Nothing more is there to read now. */
    void paused(long now);

    /** There is no connection, and there was no session on it. */
    void refused(String reason, long returnAfterMs, long now);

    /** The session's connection is gone. */
    void lost(String reason, long now);

    /** When the user itself has something to do; NEVER if nothing. */
    long wakeAt();

    /** Does what is due. */
    void wake(long now);
  }

  private enum Phase {
    OFF,
    WAITING,
    CONNECTING,
    GREETING,
    UP
  }

  private final World world;
  private final Manners manners;
  private final User user;
  private final long silence;
  private final Alarm alarm = new Alarm(this);
  private Phase phase = Phase.OFF;
  private @Nullable Call call;

  /** When to connect while waiting; when to give up before the session is there. */
  private long deadline;

  private long upSince;
  private long heardAt;

  /** By then a server that was asked for a sign of life must have given one. */
  private long signBy = NEVER;

  private long leaveAt = NEVER;

  /** Not before then, as a server said; 0 if it said nothing. */
  private long notBefore;

  private long returnAfterMs;
  private @Nullable String told;
  private int windowMs = (int) LEAST_WINDOW_MS;
  private int attempts;
  private int timeouts;
  private int tries;
  private int turn;

  /**
   * @param silence of the server, after which it counts as lost
   */
  Link(World world, Manners manners, User user, long silence) {
    this.world = world;
    this.manners = manners;
    this.user = user;
    this.silence = silence;
    this.turn = world.random().nextInt(1 << 16);
  }

  boolean isOff() {
    return phase == Phase.OFF;
  }

  boolean isUp() {
    return phase == Phase.UP;
  }

  /** Connections that were begun since the last session, or since it was off. */
  int tries() {
    return tries;
  }

  /** Connects at once, unless a connection is there or under way. */
  void connectNow(long now) {
    if (phase == Phase.OFF || phase == Phase.WAITING) {
      connect(now);
      arm();
    }
  }

  /** Connects as after a connection that broke. */
  void connectLater(long now) {
    if (phase == Phase.OFF) {
      comeBack(now);
      arm();
    }
  }

  /** Closes the connection, if there is one, and stays away. */
  void stop() {
    Call old = abandon();
    if (old != null && old.line != null) {
      old.line.close();
    }
    rest();
  }

  /** Breaks the connection, if there is one, and stays away. */
  void cut() {
    Call old = abandon();
    if (old != null && old.line != null) {
      old.line.cut();
    }
    rest();
  }

  private void rest() {
    phase = Phase.OFF;
    tries = 0;
    attempts = 0;
    world.timers().clear(alarm);
  }

  void transmit(ClientFrame frame) {
    if (call != null && call.line != null) {
      call.line.send(frame);
    }
  }

  /** The server has greeted back: a session. */
  void up(long now) {
    phase = Phase.UP;
    upSince = now;
    timeouts = 0;
    tries = 0;
  }

  /** The server has ended it, and said when to come back; 0: it did not say when. */
  void dismissed(String reason, long afterMs, long now) {
    told = reason;
    comeBackAfter(afterMs, now);
    drop(reason, now);
  }

  /** The server is about to close. The impatient stay until it does. */
  void leaveAfter(String reason, long afterMs, long now) {
    told = reason;
    comeBackAfter(afterMs, now);
    if (manners == Manners.OBEDIENT) {
      leaveAt = now + TimeUnit.MILLISECONDS.toNanos(afterMs);
    }
  }

  private void comeBackAfter(long afterMs, long now) {
    returnAfterMs = afterMs;
    if (afterMs > 0) {
      notBefore = now + TimeUnit.MILLISECONDS.toNanos(afterMs);
      windowMs = (int) Math.clamp(2 * afterMs, LEAST_WINDOW_MS, MOST_WINDOW_MS);
    }
  }

  /** Something had no answer for long: asks for a sign of life if nothing at all was heard. */
  void overdue(long now) {
    if (phase == Phase.UP && signBy == NEVER && now - heardAt >= DOUBT) {
      signBy = now + SIGN;
      transmit(ClientFrame.newBuilder().setPing(Ping.getDefaultInstance()).build());
    }
  }

  @Override
  public void wake(long now) {
    switch (phase) {
      case OFF -> {}
      case WAITING -> {
        if (now >= deadline) {
          connect(now);
        }
      }
      case CONNECTING, GREETING -> {
        if (now >= deadline) {
          timeouts++;
          drop("timeout", now);
        } else if (now >= leaveAt) {
          drop(reason(), now);
        }
      }
      case UP -> {
        if (now >= leaveAt) {
          drop(reason(), now);
        } else if (now >= heardAt + silence || now >= signBy) {
          drop("silence", now);
        }
      }
    }
    user.wake(now);
    arm();
  }

  /** Sees to it that it is woken when the next thing is due. */
  void arm() {
    world.timers().atLatest(alarm, Math.min(wakeAt(), user.wakeAt()));
  }

  private long wakeAt() {
    return switch (phase) {
      case OFF -> NEVER;
      case WAITING -> deadline;
      case CONNECTING, GREETING -> Math.min(deadline, leaveAt);
      case UP -> Math.min(signBy, Math.min(leaveAt, heardAt + silence));
    };
  }

  private void connect(long now) {
    phase = Phase.CONNECTING;
    deadline = now + GREETING;
    tries++;
    world.tallies().attempts++;
    Call next = new Call();
    call = next;
    world.lines().open(turn++, next);
  }

  private @Nullable Call abandon() {
    Call old = call;
    call = null;
    return old;
  }

  private void drop(String reason, long now) {
    Call old = abandon();
    if (old != null && old.line != null) {
      old.line.close();
    }
    gone(reason, now);
  }

  private String reason() {
    return told == null ? "broken" : told;
  }

  private void gone(String reason, long now) {
    boolean wasUp = phase == Phase.UP;
    long afterMs = returnAfterMs;
    if (wasUp && now - upSince >= STABLE) {
      attempts = 0;
    }
    comeBack(now);
    if (wasUp) {
      user.lost(reason, now);
    } else {
      user.refused(reason, afterMs, now);
    }
  }

  private void comeBack(long now) {
    deadline = now + delay(now);
    attempts++;
    phase = Phase.WAITING;
    leaveAt = NEVER;
    signBy = NEVER;
    notBefore = 0;
    returnAfterMs = 0;
    told = null;
  }

  private long delay(long now) {
    if (manners == Manners.IMPATIENT) {
      return Manners.SECOND_NANOS;
    }
    if (notBefore != 0) {
      return Math.max(0, notBefore - now);
    }
    long upToMs =
        timeouts >= 2 ? windowMs : Math.min(MOST_MS, BASE_MS << Math.min(attempts, MOST_DOUBLINGS));
    return world.random().nextLong(TimeUnit.MILLISECONDS.toNanos(upToMs) + 1);
  }

  private void connected(long now) {
    phase = Phase.GREETING;
    deadline = now + GREETING;
    heardAt = now;
    transmit(user.greeting());
  }

  private void heard(ServerFrame frame, long now) {
    heardAt = now;
    signBy = NEVER;
    if (phase == Phase.GREETING) {
      deadline = now + Math.max(GREETING, silence);
    }
    user.heard(frame, now);
  }

  private void closed(long now) {
    call = null;
    if (phase == Phase.CONNECTING && now >= deadline - TIMEOUT_SLACK) {
      timeouts++;
      gone("timeout", now);
    } else {
      gone(reason(), now);
    }
  }

  /** One connection: of those before it, nothing is heard any more. */
  private final class Call implements Line.Owner {
    private @Nullable Line line;

    @Override
    public String name() {
      return "phone";
    }

    @Override
    public void connected(Line connected) {
      if (call != this) {
        connected.close();
        return;
      }
      line = connected;
      Link.this.connected(world.now());
      arm();
    }

    @Override
    public void heard(ServerFrame frame) {
      if (call == this) {
        try {
          Link.this.heard(frame, world.now());
        } catch (RuntimeException e) {
          // A socket would take it for a broken connection.
          world.trouble().accept("the generator failed at a frame: " + e);
          throw e;
        }
        arm();
      }
    }

    @Override
    public void paused() {
      if (call == this) {
        user.paused(world.now());
        arm();
      }
    }

    @Override
    public void closed() {
      if (call == this) {
        Link.this.closed(world.now());
        arm();
      }
    }
  }
}
