package io.breakwater.loadtest.bench.phone;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.line.Account;
import io.breakwater.loadtest.line.Line;
import io.breakwater.proto.client.Ack;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Hello;
import io.breakwater.proto.client.Ping;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.Sent;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.Welcome;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One device, connected or not; it writes to one other user at most. It acknowledges what it has
 * read from its socket at once, and never reconnects by itself. Confined to the loop.
 */
public final class Phone {
  /** Before going back, as docs/protocol.md asks for. */
  private static final int RESEND_PAUSE_MS = 20;

  private static final AtomicLong COUNT = new AtomicLong();

  private final PhoneLoop loop;
  private final Account account;
  private final String name = "phone-" + COUNT.incrementAndGet();
  private PhoneEvents events = PhoneEvents.NONE;
  private @Nullable Outbox outbox;

  /** The connection that counts; events of earlier ones do not. */
  private @Nullable Call call;

  private boolean isUp;

  /** The server's clock at the welcome, less ours. */
  private long clockOffsetMs;

  private long cursor;
  private long cursorTimeMs;
  private boolean owesAck;

  /** The lowest client id that is to be sent again after a pause; 0 if none. */
  private long goesBackTo;

  /** A phone that is switched off. */
  public Phone(PhoneLoop loop, Account account) {
    this.loop = loop;
    this.account = account;
  }

  /** Whose it is. */
  public Account account() {
    return account;
  }

  /** Replaces the owner. */
  public void tell(PhoneEvents owner) {
    events = owner;
  }

  /** Chooses to whom it writes; a phone writes to the same user for ever. */
  public void writesTo(ByteString user, int payloadBytes) {
    if (outbox == null) {
      outbox = new Outbox(user, payloadBytes);
    } else if (!outbox.to().equals(user)) {
      throw new IllegalStateException("the phone writes to somebody else already");
    }
  }

  /** Whether it has a session and everything that it missed. */
  public boolean isUp() {
    return isUp;
  }

  /** Whether it has a connection, or is about to. */
  public boolean isConnected() {
    return call != null;
  }

  /** Connects; {@link PhoneEvents#up} or {@link PhoneEvents#lost} follows. */
  public void connect(int heartbeatSeconds) {
    disconnect();
    Call next = new Call(heartbeatSeconds);
    call = next;
    loop.connect(next);
  }

  /** Hangs up without a word. */
  public void disconnect() {
    Call old = call;
    call = null;
    isUp = false;
    if (old != null && old.line != null) {
      old.line.close();
    }
  }

  /** Sends a heartbeat, if it is up. */
  public void ping() {
    if (isUp) {
      write(ClientFrame.newBuilder().setPing(Ping.getDefaultInstance()).build());
    }
  }

  /** Transmits a new message; after what has to go again, if there is such. */
  public void send(Message message) {
    Outbox box = outbox();
    long clientId = box.add(message, System.currentTimeMillis() + clockOffsetMs);
    if (goesBackTo == 0) {
      transmit(box.transmit(clientId));
    }
  }

  /** Transmits a message as it is: for those that are refused. */
  public void send(Send send) {
    write(ClientFrame.newBuilder().setSend(send).build());
  }

  private Outbox outbox() {
    if (outbox == null) {
      throw new IllegalStateException("the phone does not know to whom it writes");
    }
    return outbox;
  }

  private void transmit(List<Send> sends) {
    sends.forEach(this::send);
  }

  private void write(ClientFrame frame) {
    if (call != null && call.line != null) {
      call.line.send(frame);
    }
  }

  private void heard(ServerFrame frame) {
    switch (frame.getBodyCase()) {
      case WELCOME -> welcomed(frame.getWelcome());
      case SYNCED -> synced();
      case SENT -> accepted(frame.getSent());
      case DELIVER -> delivered(frame.getDeliver().getEntriesList());
      case SEND_REFUSED -> refused(frame.getSendRefused());
      case RESEND_FROM -> {
        if (outbox != null && outbox.obeys(frame.getResendFrom().getClientId())) {
          goBack(
              frame.getResendFrom().getFrom(),
              ThreadLocalRandom.current().nextInt(1, RESEND_PAUSE_MS));
        }
      }
      case ERROR -> hangUp(frame.getError().getReason() + ": " + frame.getError().getDetail());
      case DISPLACED -> hangUp("displaced");
      case GO_AWAY -> hangUp("the gateway goes away");
      case REATTACHED -> goBack(1, 1);
      default -> {}
    }
  }

  private void welcomed(Welcome welcome) {
    clockOffsetMs = welcome.getServerTimeMs() - System.currentTimeMillis();
    goBack(1, 0);
  }

  private void synced() {
    if (!isUp) {
      isUp = true;
      events.up(this);
    }
  }

  private void accepted(Sent sent) {
    Message message = outbox().accepted(sent.getClientId(), sent.getMessageId());
    if (message != null) {
      events.accepted(this, message);
    }
  }

  private void delivered(List<Entry> entries) {
    for (Entry entry : entries) {
      owesAck = true;
      if (Long.compareUnsigned(entry.getEntryId(), cursor) > 0) {
        cursor = entry.getEntryId();
        cursorTimeMs = entry.getTimeMs();
        if (entry.hasMessage() && entry.getMessage().getPayload().size() >= Message.MIN_BYTES) {
          events.delivered(this, Message.of(entry.getMessage().getPayload()));
        }
      }
    }
  }

  private void acknowledge() {
    if (owesAck) {
      owesAck = false;
      write(ClientFrame.newBuilder().setAck(Ack.newBuilder().setCursor(cursor())).build());
    }
  }

  private Cursor cursor() {
    return Cursor.newBuilder().setEntryId(cursor).setTimeMs(cursorTimeMs).build();
  }

  private void refused(SendRefused refusal) {
    if (refusal.getFinal()) {
      if (outbox != null) {
        outbox.remove(refusal.getClientId());
      }
      events.rejected(this, refusal.getReason().toString());
    } else if (outbox != null && outbox.obeys(refusal.getClientId())) {
      events.refused(this, refusal.getReason().toString());
      goBack(refusal.getClientId(), refusal.getReturnAfterMs());
    }
  }

  /** Sends again from a message on, after a pause; until then nothing new goes out. */
  private void goBack(long from, int pauseMs) {
    if (outbox == null || outbox.isEmpty()) {
      return;
    }
    boolean waits = goesBackTo != 0;
    goesBackTo = waits ? Math.min(goesBackTo, from) : from;
    if (!waits) {
      loop.at(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMs), this::goAgain);
    }
  }

  private void goAgain() {
    long from = goesBackTo;
    goesBackTo = 0;
    transmit(outbox().transmit(from));
  }

  private void hangUp(String why) {
    disconnect();
    events.lost(this, why);
  }

  /** One connection of this phone. */
  private final class Call implements Line.Owner {
    private final int heartbeatSeconds;
    private @Nullable Line line;

    Call(int heartbeatSeconds) {
      this.heartbeatSeconds = heartbeatSeconds;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void connected(Line connected) {
      line = connected;
      if (call != this) {
        connected.close();
        return;
      }
      Hello.Builder hello =
          Hello.newBuilder()
              .setVersion(1)
              .setUser(account.user())
              .setDevice(account.device())
              .setToken(account.token())
              .setHeartbeatS(heartbeatSeconds);
      if (cursor != 0) {
        hello.setCursor(cursor());
      }
      write(ClientFrame.newBuilder().setHello(hello).build());
    }

    @Override
    public void heard(ServerFrame frame) {
      if (call == this) {
        Phone.this.heard(frame);
      }
    }

    @Override
    public void paused() {
      if (call == this) {
        acknowledge();
      }
    }

    @Override
    public void closed() {
      if (call == this) {
        hangUp("the connection ended");
      }
    }
  }
}
