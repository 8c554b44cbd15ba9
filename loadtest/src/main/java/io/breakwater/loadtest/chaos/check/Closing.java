package io.breakwater.loadtest.chaos.check;

import io.breakwater.client.core.MessageId;
import io.breakwater.loadtest.chaos.check.Message.Handed;
import io.breakwater.loadtest.chaos.check.Message.Outcome;
import io.breakwater.loadtest.chaos.report.Promise;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What can be said only when everything is known. */
final class Closing {
  /**
   * By the recorder's clock, or for how long, milliseconds.
   *
   * @param healed the last time; {@link Long#MIN_VALUE} if nothing was ever broken
   */
  record Times(long healed, long ended, long progress, long tolerance) {
    /** By when something has to be done that may begin then. */
    long deadline(long from) {
      return Math.max(healed, from) + progress;
    }
  }

  private final Campaign campaign;
  private final Findings findings;
  private final Tally tally;
  private final Times times;

  Closing(Campaign campaign, Findings findings, Tally tally, Times times) {
    this.campaign = campaign;
    this.findings = findings;
    this.tally = tally;
    this.times = times;
  }

  // ---- what holds in every part of a history, too

  void judgeSafety() {
    for (List<Stream> streams : campaign.conversations()) {
      Map<MessageId, Message> places = new HashMap<>();
      for (Stream stream : streams) {
        judgeOrder(stream);
        for (Message message : stream.messages) {
          judgePlace(message, places);
          judgeRefused(message);
        }
      }
    }
  }

  private void judgeOrder(Stream stream) {
    Message before = null;
    for (Message message : stream.messages) {
      MessageId id = message.id;
      if (id == null) {
        continue;
      }
      if (before != null && before.id != null && before.id.compareTo(id) > 0) {
        findings.breach(
            Promise.P4,
            "%s sorts before send %d".formatted(message, before.sequence),
            before.idBy,
            message.idBy);
      }
      before = message;
    }
  }

  private void judgePlace(Message message, Map<MessageId, Message> places) {
    MessageId id = message.id;
    if (id == null) {
      return;
    }
    if (id.compareTo(message.after) <= 0) {
      findings.breach(
          Promise.P4,
          "%s sorts before %s, which its author had seen".formatted(message, message.after),
          message.afterBy,
          message.invokedBy,
          message.idBy);
    }
    Message other = places.putIfAbsent(id, message);
    if (other != null) {
      findings.breach(
          Promise.P4,
          "%s and %s have the same place, %s".formatted(other, message, id),
          other.idBy,
          message.idBy);
    }
  }

  private void judgeRefused(Message message) {
    if (message.outcome != Outcome.REFUSED) {
      return;
    }
    for (Handed handed : message.handed) {
      findings.breach(
          Promise.P3,
          "%s was refused for good, but handed to %s".formatted(message, handed.reader()),
          message.invokedBy,
          message.resolvedBy,
          handed.by());
    }
    if (message.storedBy != 0) {
      findings.breach(
          Promise.P3,
          "%s was refused for good, but is stored".formatted(message),
          message.invokedBy,
          message.resolvedBy,
          message.storedBy);
    }
  }

  // ---- what holds at the end only

  /** Everything has an outcome and is where it has to be, in time. */
  void judgeDelivery() {
    Behind behind = new Behind();
    for (List<Stream> streams : campaign.conversations()) {
      for (Stream stream : streams) {
        for (Message message : stream.messages) {
          judgeOutcome(message);
          if (message.exists() && message.outcome != Outcome.REFUSED) {
            judgeReaders(message, behind);
          }
          count(message);
        }
      }
    }
    behind.judge(findings);
  }

  private void count(Message message) {
    if (message.outcome == Outcome.UNKNOWN || message.outcome == Outcome.OPEN) {
      tally.happened(
          message.exists() ? Sometimes.UNKNOWN_AND_DELIVERED : Sometimes.UNKNOWN_AND_NOT_DELIVERED);
    }
  }

  private void judgeOutcome(Message message) {
    Reader sender = campaign.reader(message.stream.sender);
    if (sender == null || sender.signOutAskedBy != 0) {
      // A device that is signed out learns of nothing any more.
      return;
    }
    long deadline = times.deadline(Math.max(message.invokedAtMs, sender.startedAtMs));
    if (message.outcome != Outcome.OPEN) {
      if (message.resolvedAtMs > deadline) {
        findings.breach(
            Promise.LIVENESS,
            "%s was answered %d ms too late".formatted(message, message.resolvedAtMs - deadline),
            message.invokedBy,
            message.resolvedBy);
      }
    } else if (!sender.isRunning) {
      findings.doubt("%s has no outcome: its application is stopped".formatted(message));
    } else if (times.ended < deadline) {
      findings.doubt(
          "%s has no outcome: the history ends %d ms too early"
              .formatted(message, deadline - times.ended));
    } else {
      findings.breach(
          Promise.LIVENESS, "%s was never answered".formatted(message), message.invokedBy);
    }
  }

  private void judgeReaders(Message message, Behind behind) {
    for (int user : message.stream.conversation.members()) {
      for (Reader reader : campaign.readersOf(user)) {
        if (!message.isFor(reader.device)) {
          continue;
        }
        Handed handed = message.handedTo(reader);
        if (handed == null) {
          judgeMissing(message, reader, behind);
        } else {
          judgeLate(message, handed);
        }
      }
    }
  }

  private long deadline(Message message, Reader reader) {
    return times.deadline(Math.max(message.invokedAtMs, reader.startedAtMs));
  }

  private void judgeLate(Message message, Handed handed) {
    long deadline = deadline(message, handed.reader());
    if (handed.atMs() > deadline) {
      findings.breach(
          Promise.LIVENESS,
          "%s was handed to %s %d ms too late"
              .formatted(message, handed.reader(), handed.atMs() - deadline),
          message.invokedBy,
          handed.by());
    }
  }

  private void judgeMissing(Message message, Reader reader, Behind behind) {
    if (reader.signOutAskedBy != 0 || !reader.isEntitledTo(message)) {
      return;
    }
    if (reader.wasToldOf(message, times.tolerance)) {
      tally.happened(Sometimes.EXPIRED_UNSEEN);
      return;
    }
    Handed sibling = message.anySibling(reader);
    boolean isPassed = sibling != null && reader.isPast(sibling.entry());
    if (!isPassed && !reader.isRunning) {
      findings.doubt("%s lacks %s: its application is stopped".formatted(reader, message));
    } else if (!isPassed && times.ended < deadline(message, reader)) {
      findings.doubt(
          "%s lacks %s: the history ends %d ms too early"
              .formatted(reader, message, deadline(message, reader) - times.ended));
    } else {
      findings.breach(
          Promise.P2,
          "%s, but not delivered to %s: %s".formatted(why(message), reader, message),
          message.invokedBy,
          message.resolvedBy,
          message.idBy,
          sibling == null ? message.storedBy : sibling.by());
      behind.lacks(reader, message);
    }
  }

  private static String why(Message message) {
    if (message.outcome == Outcome.ACCEPTED) {
      return "accepted";
    }
    return message.handed.isEmpty()
        ? "of unknown outcome, stored"
        : "of unknown outcome, delivered to " + message.handed.get(0).reader();
  }

  /** Storage has what was accepted, and what was delivered. */
  void judgeStorage() {
    for (List<Stream> streams : campaign.conversations()) {
      for (Stream stream : streams) {
        for (Message message : stream.messages) {
          if (message.exists() && message.storedBy == 0) {
            findings.breach(
                Promise.P1,
                "%s, but not in storage: %s".formatted(why(message), message),
                message.invokedBy,
                message.resolvedBy,
                message.idBy);
          }
        }
      }
    }
  }
}
