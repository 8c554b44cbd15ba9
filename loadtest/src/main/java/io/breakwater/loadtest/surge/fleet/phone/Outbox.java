package io.breakwater.loadtest.surge.fleet.phone;

import static io.breakwater.loadtest.surge.fleet.phone.Timers.NEVER;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.loadtest.surge.fleet.phone.Conversation.Open;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ResendFrom;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.Sent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Messages of a device that wait for their answers, by docs/protocol.md section 6. It has no bound:
 * what a scenario writes while a server takes nothing, waits here and counts as late. Confined to
 * its phone.
 */
final class Outbox {
  private static final int WINDOW = 256;
  private static final long WINDOW_BYTES = 1 << 20;
  private static final long ANSWER = TimeUnit.SECONDS.toNanos(10);
  private static final int MOST_ANSWER_DOUBLINGS = 3;
  private static final long CHECK = TimeUnit.SECONDS.toNanos(1);
  private static final long LEAST_PAUSE_MS = 50;
  private static final long GO_BACK_PAUSE_MS = 20;
  private static final int MOST_GO_BACK_DOUBLINGS = 8;
  private static final double MOST_BUDGET = 64;
  private static final double BUDGET_SHARE = 0.1;

  /** What carries its messages. */
  interface Carrier {
    /** Whether there is a session. */
    boolean isUp();

    void transmit(ClientFrame frame);

    /** Something was not answered for long. */
    void overdue(long now);

    /** Of the server's clock, milliseconds. */
    long serverMs(long now);

    /** How long after its first transmission a message may be sent again. */
    long retryForMs();
  }

  private final World world;
  private final Manners manners;
  private final Who who;
  private final Carrier carrier;
  private final Map<ByteString, Conversation> conversations = new HashMap<>(4);

  /** Those that may have something to transmit, served in turn, one message each. */
  private final ArrayDeque<Conversation> line = new ArrayDeque<>(2);

  private final List<Conversation> paused = new ArrayList<>(0);
  private int unanswered;
  private int inFlight;
  private long inFlightBytes;
  private int window = WINDOW;

  /** Until then nothing is transmitted at all: the device was too fast. */
  private long pausedUntil;

  private double budget = MOST_BUDGET;
  private long checkAt = NEVER;
  private boolean isOver;

  Outbox(World world, Manners manners, Who who, Carrier carrier) {
    this.world = world;
    this.manners = manners;
    this.who = who;
    this.carrier = carrier;
  }

  boolean isEmpty() {
    return unanswered == 0;
  }

  /** Nothing is transmitted any more, and no answer is taken: what is open stays so. */
  void end() {
    isOver = true;
  }

  /** A message of somebody arrived. */
  Seen.Sight saw(Who from, Message message) {
    return with(from, message.getSender())
        .saw(message.getSenderDevice(), message.getClientId(), message.getMessageId());
  }

  private Conversation with(Who peer, ByteString user) {
    return conversations.computeIfAbsent(user, key -> new Conversation(peer, key));
  }

  /** Takes a new message, and transmits it as soon as it may. */
  void write(int stream, Who to, ByteString user, int bytes, long intended, long now) {
    if (isOver) {
      throw new IllegalStateException(who + " writes after the end");
    }
    Conversation conversation = with(to, user);
    Open message = new Open(++conversation.lastClientId, intended, bytes);
    conversation.open.add(message);
    if (unanswered++ == 0) {
      checkAt = now + CHECK;
    }
    world.tallies().written++;
    world.tallies().unanswered++;
    world.tell(new Fact.Written(stream, who, conversation.peer, message.clientId, intended));
    lineUp(conversation);
    pump(now);
  }

  /** There is a session, a new one or anew: what is unanswered goes again. */
  void attached(long now) {
    if (isOver) {
      return;
    }
    line.clear();
    paused.clear();
    for (Conversation each : conversations.values()) {
      each.isInLine = false;
      each.isTrying = false;
      each.goBacks = 0;
      if (!each.open.isEmpty()) {
        each.open.forEach(message -> message.owed = 0);
        goBack(each, 0);
      }
    }
    if (unanswered > 0) {
      checkAt = now + CHECK;
    }
    pump(now);
  }

  void accepted(Sent frame, long now) {
    Conversation conversation = answered(frame.getTo());
    if (conversation == null) {
      return;
    }
    conversation.saw(frame.getMessageId());
    Open message = conversation.find(frame.getClientId());
    if (message == null) {
      return;
    }
    world.tallies().accepted++;
    world.tell(new Fact.Accepted(who, conversation.peer, message.clientId, now));
    conversation.goBacks = 0;
    conversation.isTrying = false;
    window = Math.min(WINDOW, window + 1);
    remove(conversation, message);
    pump(now);
  }

  void resendFrom(ResendFrom frame, long now) {
    Conversation conversation = answered(frame.getTo());
    if (conversation == null || !isLatestAnswer(conversation, frame.getClientId())) {
      return;
    }
    world.tallies().wentBack++;
    goBack(conversation, Math.min(frame.getFrom(), frame.getClientId()));
    int repeats = conversation.goBacks++;
    if (repeats > 0) {
      pause(conversation, now + goBackPause(repeats));
      conversation.isTrying = manners == Manners.OBEDIENT;
    }
    pump(now);
  }

  private @Nullable Conversation answered(ByteString user) {
    return isOver ? null : conversations.get(user);
  }

  private long goBackPause(int repeats) {
    if (manners == Manners.IMPATIENT) {
      return Manners.SECOND_NANOS;
    }
    long upToMs = GO_BACK_PAUSE_MS << Math.min(repeats, MOST_GO_BACK_DOUBLINGS);
    return world.random().nextLong(TimeUnit.MILLISECONDS.toNanos(upToMs));
  }

  void refused(SendRefused frame, long now) {
    Conversation conversation = answered(frame.getTo());
    if (conversation == null) {
      return;
    }
    String reason = frame.getReason().name();
    if (frame.getFinal()) {
      Open message = conversation.find(frame.getClientId());
      if (message != null) {
        reject(conversation, message, reason, now);
      }
    } else {
      long afterMs = Integer.toUnsignedLong(frame.getReturnAfterMs());
      world.tallies().refused++;
      world.tell(new Fact.Refused(who, "send", now, reason, afterMs));
      if (isLatestAnswer(conversation, frame.getClientId())) {
        goBack(conversation, frame.getClientId());
        comeBack(conversation, frame.getReason(), afterMs, now);
      }
    }
    pump(now);
  }

  private void comeBack(Conversation conversation, Reason reason, long afterMs, long now) {
    if (manners == Manners.IMPATIENT) {
      pause(conversation, now + Manners.SECOND_NANOS);
      return;
    }
    long until = now + TimeUnit.MILLISECONDS.toNanos(Math.max(LEAST_PAUSE_MS, afterMs));
    if (reason == Reason.RATE_LIMITED) {
      // Whatever the conversation: the next one would be refused as well.
      pausedUntil = Math.max(pausedUntil, until);
    } else {
      pause(conversation, until);
    }
    if (reason == Reason.RATE_LIMITED || reason == Reason.OVERLOADED) {
      window = 1;
    }
    conversation.isTrying = true;
  }

  private void reject(Conversation conversation, Open message, String reason, long now) {
    world.tallies().rejected++;
    world.tell(new Fact.Rejected(who, conversation.peer, message.clientId, now, reason));
    remove(conversation, message);
  }

  /** Whether this answers the last transmission of a message, and so is to be obeyed. */
  private static boolean isLatestAnswer(Conversation conversation, long clientId) {
    Open message = conversation.find(clientId);
    if (message == null) {
      return false;
    }
    message.owed = Math.max(0, message.owed - 1);
    return message.owed == 0 && message.isInFlight;
  }

  private void goBack(Conversation conversation, long from) {
    for (int i = conversation.place(from); i < conversation.open.size(); i++) {
      land(conversation.open.get(i));
    }
    conversation.sendFrom = Math.min(conversation.sendFrom, from);
    lineUp(conversation);
  }

  private void land(Open message) {
    if (message.isInFlight) {
      message.isInFlight = false;
      inFlight--;
      inFlightBytes -= message.bytes;
    }
  }

  private void remove(Conversation conversation, Open message) {
    land(message);
    conversation.open.remove(conversation.place(message.clientId));
    world.tallies().unanswered--;
    if (--unanswered == 0) {
      checkAt = NEVER;
    }
    if (!conversation.open.isEmpty()) {
      // It may have been waited for.
      lineUp(conversation);
    }
  }

  private void pause(Conversation conversation, long until) {
    conversation.pausedUntil = Math.max(conversation.pausedUntil, until);
  }

  private void lineUp(Conversation conversation) {
    if (!conversation.isInLine) {
      conversation.isInLine = true;
      line.addLast(conversation);
    }
  }

  /** Transmits what the window allows, one message of each conversation in turn. */
  private void pump(long now) {
    while (carrier.isUp() && pausedUntil <= now && !line.isEmpty()) {
      Conversation conversation = line.getFirst();
      int place = conversation.place(conversation.sendFrom);
      if (place == conversation.open.size() || (conversation.isTrying && place > 0)) {
        line.removeFirst().isInLine = false;
      } else if (conversation.pausedUntil > now) {
        line.removeFirst().isInLine = false;
        if (!paused.contains(conversation)) {
          paused.add(conversation);
        }
      } else if (fits(conversation.open.get(place))) {
        line.addLast(line.removeFirst());
        transmit(conversation, place, now);
      } else {
        return;
      }
    }
  }

  private boolean fits(Open message) {
    return inFlight == 0 || (inFlight < window && inFlightBytes + message.bytes <= WINDOW_BYTES);
  }

  private void transmit(Conversation conversation, int place, long now) {
    Open message = conversation.open.get(place);
    conversation.sendFrom = Math.max(conversation.sendFrom, message.clientId + 1);
    long serverMs = carrier.serverMs(now);
    boolean isRetry = message.firstTriedMs != 0;
    if (isRetry && serverMs - message.firstTriedMs > carrier.retryForMs()) {
      reject(conversation, message, "UNKNOWN", now);
      return;
    }
    if (isRetry) {
      world.tallies().resent++;
    } else {
      message.firstTriedMs = serverMs;
      budget = Math.min(MOST_BUDGET, budget + BUDGET_SHARE);
    }
    if (!message.isInFlight) {
      message.isInFlight = true;
      inFlight++;
      inFlightBytes += message.bytes;
    }
    message.owed++;
    message.deadline = now + patience(message);
    carrier.transmit(
        ClientFrame.newBuilder()
            .setSend(
                Send.newBuilder()
                    .setClientId(message.clientId)
                    .setPrev(place == 0 ? 0 : conversation.open.get(place - 1).clientId)
                    .setAfter(conversation.after())
                    .setFirstTriedMs(message.firstTriedMs)
                    .setRetry(isRetry)
                    .setTo(conversation.user)
                    .setPayload(
                        new Payload(who, message.clientId, message.intendedNanos)
                            .bytes(message.bytes)))
            .build());
  }

  private long patience(Open message) {
    return manners == Manners.IMPATIENT
        ? Manners.SECOND_NANOS
        : (ANSWER << Math.min(message.timeouts, MOST_ANSWER_DOUBLINGS))
            + world.random().nextLong(ANSWER / 10);
  }

  /** Does what is due. */
  void wake(long now) {
    if (isOver || !carrier.isUp()) {
      return;
    }
    for (int i = paused.size() - 1; i >= 0; i--) {
      if (paused.get(i).pausedUntil <= now) {
        lineUp(paused.remove(i));
      }
    }
    if (now >= checkAt) {
      checkAt = now + CHECK;
      check(now);
    }
    pump(now);
  }

  private void check(long now) {
    budget = Math.min(MOST_BUDGET, budget + BUDGET_SHARE);
    boolean isOverdue = false;
    for (Conversation conversation : conversations.values()) {
      for (int place = 0; place < conversation.open.size(); place++) {
        Open message = conversation.open.get(place);
        if (message.isInFlight && message.deadline <= now) {
          isOverdue = true;
          place -= again(conversation, place, now);
        }
      }
    }
    if (isOverdue) {
      carrier.overdue(now);
    }
  }

  /**
   * Transmits a message that was not answered, by itself, if it may.
   *
   * @return 1 if it was given up and is gone, else 0
   */
  private int again(Conversation conversation, int place, long now) {
    if (pausedUntil > now || (manners == Manners.OBEDIENT && budget < 1)) {
      return 0;
    }
    int before = conversation.open.size();
    budget = Math.max(0, budget - 1);
    Open message = conversation.open.get(place);
    message.timeouts++;
    message.owed = 0;
    transmit(conversation, place, now);
    return before - conversation.open.size();
  }

  /** When to wake it. */
  long wakeAt() {
    if (isOver || unanswered == 0 || !carrier.isUp()) {
      return NEVER;
    }
    long at = checkAt;
    if (!line.isEmpty() && pausedUntil > world.now()) {
      at = Math.min(at, pausedUntil);
    }
    for (int i = 0; i < paused.size(); i++) {
      at = Math.min(at, paused.get(i).pausedUntil);
    }
    return at;
  }
}
