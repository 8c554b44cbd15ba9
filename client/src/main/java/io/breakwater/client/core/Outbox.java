package io.breakwater.client.core;

import com.google.protobuf.ByteString;
import io.breakwater.client.core.Conversation.Unanswered;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ResendFrom;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.Sent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Messages that wait for their answers.
 *
 * <p>Each conversation goes back n: what is unanswered below {@link Conversation#sendFrom} is in
 * flight, the rest is transmitted in client id order as the window allows. The server asking for an
 * earlier message, a refusal that is not final, and a new session each move that mark back. A
 * refusal pauses its conversation, which then tries one message until one is accepted; one for
 * being too fast pauses all of them. An answer to a transmission that was superseded by a later one
 * of the same message is stale and moves nothing; {@link Unanswered#answersDue} tells. A message
 * that is not answered in time is transmitted again by itself, which moves no mark, within a budget
 * of a tenth of the first transmissions.
 *
 * <p>At its bounds it takes no more messages.
 */
final class Outbox {
  private static final long ANSWER_TIMEOUT_MS = 10_000;
  private static final int MAX_TIMEOUT_DOUBLINGS = 3;
  private static final long CHECK_EVERY_MS = 1_000;
  private static final long MIN_PAUSE_MS = 50;
  private static final long GO_BACK_PAUSE_MS = 20;
  private static final int MAX_GO_BACK_DOUBLINGS = 8;
  private static final long NOT_PAUSED = Long.MIN_VALUE;
  private static final double RETRY_BUDGET_MAX = 64;
  private static final double RETRY_BUDGET_PER_SEND = 0.1;
  private static final double RETRY_BUDGET_PER_CHECK = 0.1;

  private final DeviceConfig config;
  private final Pending pending;
  private final RandomGenerator random;
  private final Conversations conversations;
  private final ServerClock serverClock;
  private final Link link;

  /** Conversations with something unanswered. */
  private final Set<Conversation> active = new LinkedHashSet<>();

  /** Active conversations that may have something to transmit, served in turn, one message each. */
  private final ArrayDeque<Conversation> line = new ArrayDeque<>();

  private final Set<Conversation> paused = new LinkedHashSet<>();

  /** Until then nothing is transmitted at all: this device was too fast. */
  private long pausedUntilMs = NOT_PAUSED;

  private int messages;
  private long bytes;
  private int inFlight;
  private long inFlightBytes;
  private int window;
  private long retryForMs = Long.MAX_VALUE;
  private double retryBudget = RETRY_BUDGET_MAX;
  private long checkAtMs = Link.NEVER;

  private long sent;
  private long resent;
  private long accepted;

  Outbox(
      DeviceConfig config,
      Pending pending,
      RandomGenerator random,
      Conversations conversations,
      ServerClock serverClock,
      Link link) {
    this.config = config;
    this.pending = pending;
    this.random = random;
    this.conversations = conversations;
    this.serverClock = serverClock;
    this.link = link;
    window = config.windowMessages();
  }

  void restore(OutgoingMessage message) {
    Conversation conversation = conversations.with(message.peer());
    conversation.lastClientId = Math.max(conversation.lastClientId, message.clientId());
    add(
        conversation,
        new Unanswered(message.clientId(), message.payload(), message.firstTriedMs()));
  }

  long send(UserId peer, ByteString payload, long nowMs) {
    checkBounds(payload);
    Conversation conversation = conversations.with(peer);
    long clientId = ++conversation.lastClientId;
    pending.put(new OutgoingMessage(peer, clientId, 0, payload));
    pending.conversation(conversation.state());
    add(conversation, new Unanswered(clientId, payload, 0));
    if (link.isUp()) {
      lineUp(conversation);
      pump(nowMs);
    }
    return clientId;
  }

  private void checkBounds(ByteString payload) {
    if (messages >= config.outboxMessages()) {
      throw new OutboxFullException(
          "outbox: "
              + messages
              + " messages waiting (expected: below "
              + config.outboxMessages()
              + ')');
    }
    if (bytes + payload.size() > config.outboxBytes()) {
      throw new OutboxFullException(
          "outbox: "
              + bytes
              + " bytes waiting and "
              + payload.size()
              + " more (expected: at most "
              + config.outboxBytes()
              + ')');
    }
  }

  private void add(Conversation conversation, Unanswered message) {
    conversation.unanswered.put(message.clientId, message);
    active.add(conversation);
    messages++;
    bytes += message.payload.size();
  }

  /** A session is attached, for the first time or anew: whatever is unanswered goes again. */
  void attached(long nowMs) {
    line.clear();
    paused.clear();
    for (Conversation conversation : active) {
      conversation.lined = false;
      conversation.isTrying = false;
      goBack(conversation, 0);
      conversation.unanswered.values().forEach(message -> message.answersDue = 0);
    }
    checkAtMs = nowMs + CHECK_EVERY_MS;
    pump(nowMs);
  }

  void setRetryFor(long ms) {
    retryForMs = ms > 0 ? ms : Long.MAX_VALUE;
  }

  void accepted(Sent frame, long nowMs) {
    UserId peer = UserId.of(frame.getTo());
    MessageId messageId = MessageId.of(frame.getMessageId());
    Conversation conversation = conversations.find(peer);
    if (conversation == null) {
      return;
    }
    conversations.saw(peer, messageId);
    Unanswered message = conversation.unanswered.get(frame.getClientId());
    if (message == null) {
      return;
    }
    remove(conversation, message);
    conversation.goBacks = 0;
    conversation.isTrying = false;
    window = Math.min(config.windowMessages(), window + 1);
    accepted++;
    pending.notify(new Event.Accepted(peer, message.clientId, messageId));
    pump(nowMs);
  }

  void resendFrom(ResendFrom frame, long nowMs) {
    Conversation conversation = conversations.find(UserId.of(frame.getTo()));
    if (conversation == null || !answersLatest(conversation, frame.getClientId())) {
      return;
    }
    goBack(conversation, Math.min(frame.getFrom(), frame.getClientId()));
    int repeats = conversation.goBacks++;
    if (repeats > 0) {
      long pauseMs = GO_BACK_PAUSE_MS << Math.min(repeats - 1, MAX_GO_BACK_DOUBLINGS);
      pause(conversation, nowMs + 1 + random.nextLong(pauseMs));
    }
    pump(nowMs);
  }

  void refused(SendRefused frame, long nowMs) {
    Conversation conversation = conversations.find(UserId.of(frame.getTo()));
    if (conversation == null) {
      return;
    }
    if (frame.getFinal()) {
      Unanswered message = conversation.unanswered.get(frame.getClientId());
      if (message != null) {
        remove(conversation, message);
        pending.notify(new Event.Refused(conversation.peer, message.clientId, frame.getReason()));
      }
    } else if (answersLatest(conversation, frame.getClientId())) {
      goBack(conversation, 0);
      long untilMs = nowMs + Math.max(MIN_PAUSE_MS, frame.getReturnAfterMs());
      if (frame.getReason() == Reason.RATE_LIMITED) {
        // Whatever the conversation: the next one would be refused as well.
        pausedUntilMs = Math.max(pausedUntilMs, untilMs);
      } else {
        pause(conversation, untilMs);
      }
      if (frame.getReason() == Reason.RATE_LIMITED || frame.getReason() == Reason.OVERLOADED) {
        window = 1;
      }
      conversation.isTrying = true;
    }
    pump(nowMs);
  }

  /** Whether this is the answer to the latest transmission of a message that is in flight. */
  private static boolean answersLatest(Conversation conversation, long clientId) {
    Unanswered message = conversation.unanswered.get(clientId);
    if (message == null) {
      return false;
    }
    message.answersDue = Math.max(0, message.answersDue - 1);
    return message.answersDue == 0 && message.inFlight;
  }

  private void goBack(Conversation conversation, long from) {
    if (from < conversation.sendFrom) {
      for (Unanswered message :
          conversation.unanswered.subMap(from, conversation.sendFrom).values()) {
        land(message);
      }
      conversation.sendFrom = from;
    }
    lineUp(conversation);
  }

  private void land(Unanswered message) {
    if (message.inFlight) {
      message.inFlight = false;
      inFlight--;
      inFlightBytes -= message.payload.size();
    }
  }

  private void remove(Conversation conversation, Unanswered message) {
    land(message);
    conversation.unanswered.remove(message.clientId);
    messages--;
    bytes -= message.payload.size();
    pending.removed(conversation.peer, message.clientId);
    if (conversation.unanswered.isEmpty()) {
      active.remove(conversation);
      paused.remove(conversation);
    } else {
      // It may have been awaited.
      lineUp(conversation);
    }
  }

  private void pause(Conversation conversation, long untilMs) {
    conversation.pausedUntilMs = Math.max(conversation.pausedUntilMs, untilMs);
  }

  private void lineUp(Conversation conversation) {
    if (!conversation.lined) {
      conversation.lined = true;
      line.addLast(conversation);
    }
  }

  /** Transmits what the window allows, one message of each conversation in turn. */
  private void pump(long nowMs) {
    while (link.isUp() && pausedUntilMs <= nowMs && !line.isEmpty()) {
      Conversation conversation = line.getFirst();
      Map.Entry<Long, Unanswered> next =
          conversation.unanswered.ceilingEntry(conversation.sendFrom);
      if (next == null || isAwaited(conversation)) {
        line.removeFirst().lined = false;
      } else if (conversation.pausedUntilMs > nowMs) {
        line.removeFirst().lined = false;
        paused.add(conversation);
      } else if (fits(next.getValue())) {
        line.addLast(line.removeFirst());
        conversation.sendFrom = next.getKey() + 1;
        transmit(conversation, next.getValue(), nowMs);
      } else {
        return;
      }
    }
  }

  /** It tries one message, which is not answered yet. */
  private static boolean isAwaited(Conversation conversation) {
    return conversation.isTrying && conversation.unanswered.firstKey() < conversation.sendFrom;
  }

  private boolean fits(Unanswered message) {
    return inFlight == 0
        || (inFlight < window && inFlightBytes + message.payload.size() <= config.windowBytes());
  }

  private void transmit(Conversation conversation, Unanswered message, long nowMs) {
    long serverTimeMs = serverClock.at(nowMs);
    boolean retry = message.firstTriedMs != 0;
    if (retry && serverTimeMs - message.firstTriedMs > retryForMs) {
      remove(conversation, message);
      pending.notify(new Event.Unknown(conversation.peer, message.clientId));
      return;
    }
    if (retry) {
      resent++;
    } else {
      sent++;
      retryBudget = Math.min(RETRY_BUDGET_MAX, retryBudget + RETRY_BUDGET_PER_SEND);
      message.firstTriedMs = serverTimeMs;
      pending.tried(conversation.peer, message.clientId, serverTimeMs);
    }
    if (!message.inFlight) {
      message.inFlight = true;
      inFlight++;
      inFlightBytes += message.payload.size();
    }
    message.answersDue++;
    message.transmittedMs = nowMs;
    message.deadlineMs =
        nowMs
            + (ANSWER_TIMEOUT_MS << Math.min(message.timeouts, MAX_TIMEOUT_DOUBLINGS))
            + random.nextLong(ANSWER_TIMEOUT_MS / 10);
    link.transmit(frame(conversation, message, retry));
  }

  private static ClientFrame frame(Conversation conversation, Unanswered message, boolean retry) {
    Long prev = conversation.unanswered.lowerKey(message.clientId);
    Send.Builder send =
        Send.newBuilder()
            .setClientId(message.clientId)
            .setPrev(prev == null ? 0 : prev)
            .setFirstTriedMs(message.firstTriedMs)
            .setRetry(retry)
            .setTo(conversation.peer.bytes())
            .setPayload(message.payload);
    if (!conversation.highest.equals(MessageId.NONE)) {
      send.setAfter(conversation.highest.bytes());
    }
    return ClientFrame.newBuilder().setSend(send).build();
  }

  void tick(long nowMs) {
    if (!link.isUp()) {
      return;
    }
    paused.removeIf(
        conversation -> {
          boolean due = conversation.pausedUntilMs <= nowMs;
          if (due) {
            lineUp(conversation);
          }
          return due;
        });
    if (pausedUntilMs != NOT_PAUSED && pausedUntilMs <= nowMs) {
      pausedUntilMs = NOT_PAUSED;
    }
    if (nowMs >= checkAtMs) {
      checkAtMs = nowMs + CHECK_EVERY_MS;
      if (isAnswerOverdue(nowMs)) {
        link.overdue(nowMs);
      }
      if (pausedUntilMs == NOT_PAUSED) {
        resendOverdue(nowMs);
      }
    }
    pump(nowMs);
  }

  private boolean isAnswerOverdue(long nowMs) {
    for (Conversation conversation : active) {
      for (Unanswered message : conversation.unanswered.values()) {
        if (message.inFlight && nowMs - message.transmittedMs >= ANSWER_TIMEOUT_MS) {
          return true;
        }
      }
    }
    return false;
  }

  private void resendOverdue(long nowMs) {
    retryBudget = Math.min(RETRY_BUDGET_MAX, retryBudget + RETRY_BUDGET_PER_CHECK);
    for (Conversation conversation : new ArrayList<>(active)) {
      for (Unanswered message :
          new ArrayList<>(conversation.unanswered.headMap(conversation.sendFrom).values())) {
        if (message.inFlight && message.deadlineMs <= nowMs && retryBudget >= 1) {
          retryBudget--;
          message.timeouts++;
          message.answersDue = 0;
          transmit(conversation, message, nowMs);
        }
      }
    }
  }

  long wakeUpMs() {
    if (!link.isUp() || active.isEmpty()) {
      return Link.NEVER;
    }
    long wakeUpMs = pausedUntilMs == NOT_PAUSED ? checkAtMs : Math.min(checkAtMs, pausedUntilMs);
    for (Conversation conversation : paused) {
      wakeUpMs = Math.min(wakeUpMs, conversation.pausedUntilMs);
    }
    return wakeUpMs;
  }

  int messages() {
    return messages;
  }

  long sent() {
    return sent;
  }

  long resent() {
    return resent;
  }

  long accepted() {
    return accepted;
  }
}
