package io.breakwater.loadtest.chaos.check;

import io.breakwater.loadtest.chaos.check.Message.Handed;
import io.breakwater.loadtest.chaos.check.Stream.Furthest;
import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.payload.Content;
import io.breakwater.loadtest.chaos.payload.Conversation;
import io.breakwater.loadtest.chaos.payload.Device;
import io.breakwater.loadtest.chaos.payload.Identity;
import io.breakwater.loadtest.chaos.report.Promise;
import org.jspecify.annotations.Nullable;

/** Messages as applications, clients and storage see them. */
final class Sightings {
  private final Campaign campaign;
  private final Findings findings;
  private final Tally tally;
  private final long toleranceMs;

  Sightings(Campaign campaign, Findings findings, Tally tally, long toleranceMs) {
    this.campaign = campaign;
    this.findings = findings;
    this.tally = tally;
    this.toleranceMs = toleranceMs;
  }

  void delivered(Fact.Delivered delivered) {
    tally.delivered++;
    Reader reader = campaign.reader(delivered.device());
    if (reader == null || !reader.isRunning || reader.run != delivered.run()) {
      findings.doubt(
          "fact %d: run %d of %s does not run"
              .formatted(delivered.number(), delivered.run(), delivered.device()));
      return;
    }
    Message message =
        identify(
            delivered,
            delivered.sender(),
            delivered.conversation(),
            delivered.clientId(),
            delivered.content());
    if (message != null && isNews(reader, message, delivered)) {
      take(reader, message, delivered);
    } else if (message == null && !reader.isPast(delivered.entryId())) {
      reader.handed(delivered.entryId(), delivered.number());
    }
  }

  /** Nothing if nobody sent it. */
  private @Nullable Message identify(
      Fact fact, Device sender, Conversation conversation, long clientId, Content content) {
    Message byOrigin = campaign.stream(sender, conversation).withClientId(clientId);
    return switch (content) {
      case Content.Sound(Identity identity) -> {
        Message message =
            campaign.stream(identity.sender(), identity.conversation())
                .withSequence(identity.sequence());
        if (message == null) {
          findings.breach(Promise.P3, "%s was never sent".formatted(identity), fact.number());
        } else if (message.stream != campaign.stream(sender, conversation)) {
          findings.breach(
              Promise.P3,
              "%s came as one of %s in %s".formatted(message, sender, conversation),
              message.invokedBy,
              fact.number());
        }
        yield message;
      }
      case Content.Foreign() -> {
        findings.breach(
            Promise.P3,
            "client id %d of %s in %s holds what nobody sent"
                .formatted(clientId, sender, conversation),
            byOrigin == null ? 0 : byOrigin.invokedBy,
            fact.number());
        yield byOrigin;
      }
      case Content.Damaged() -> {
        findings.breach(
            Promise.P10,
            "client id %d of %s in %s is not as it was sent"
                .formatted(clientId, sender, conversation),
            byOrigin == null ? 0 : byOrigin.invokedBy,
            fact.number());
        yield byOrigin;
      }
    };
  }

  /** Keeps the mailbox in order; false if it was there before and may be repeated. */
  private boolean isNews(Reader reader, Message message, Fact.Delivered delivered) {
    long entry = delivered.entryId();
    if (!reader.isPast(entry)) {
      reader.handed(entry, delivered.number());
      return true;
    }
    Handed before = message.handedTo(reader);
    if (before != null && before.entry() == entry && reader.mayHaveAgain(entry)) {
      tally.happened(Sometimes.HANDED_AGAIN);
      return false;
    }
    findings.breach(
        Promise.P4,
        "%s was handed entry %s after %s: %s"
            .formatted(
                reader,
                Long.toUnsignedString(entry),
                Long.toUnsignedString(reader.lastEntry),
                message),
        message.invokedBy,
        reader.lastBy,
        delivered.number());
    return true;
  }

  private void take(Reader reader, Message message, Fact.Delivered delivered) {
    Shown.bind(findings, message, delivered.clientId(), delivered.number());
    Shown.show(findings, message, delivered.messageId(), delivered.number());
    if (!message.stream.conversation.has(reader.device.user())) {
      findings.breach(
          Promise.P3,
          "%s was handed what is not theirs: %s".formatted(reader, message),
          message.invokedBy,
          delivered.number());
      return;
    }
    if (!message.isFor(reader.device)) {
      findings.breach(
          Promise.P2,
          "%s was handed what it sent itself: %s".formatted(reader, message),
          message.invokedBy,
          delivered.number());
      return;
    }
    Handed before = message.handedTo(reader);
    if (before != null) {
      findings.breach(
          Promise.P2,
          "%s was handed twice: %s".formatted(reader, message),
          message.invokedBy,
          before.by(),
          delivered.number());
      return;
    }
    if (reader.signedOutBy != 0 && message.invokedBy > reader.signedOutBy) {
      findings.breach(
          Promise.DEVICES,
          "%s was handed what was sent after it was signed out: %s".formatted(reader, message),
          reader.signedOutBy,
          message.invokedBy,
          delivered.number());
    }
    message.handed.add(
        new Handed(reader, delivered.entryId(), delivered.number(), delivered.atMs()));
    advance(reader, message, delivered);
    campaign.stream(reader.device, message.stream.conversation)
        .saw(delivered.messageId(), delivered.number(), true);
  }

  /**
   * A sender's messages keep their order; except copies of before a link, see {@link
   * Reader#isEntitledTo}.
   */
  private void advance(Reader reader, Message message, Fact.Delivered delivered) {
    Furthest further = message.stream.advance(reader, message.sequence, delivered.number());
    boolean isLateCopy = message.isCopyFor(reader.device) && message.invokedBy < reader.linkedBy;
    if (further != null && !isLateCopy) {
      findings.breach(
          Promise.P4,
          "%s was handed %s after send %d".formatted(reader, message, further.sequence()),
          message.invokedBy,
          further.by(),
          delivered.number());
    }
  }

  void repeated(Fact.Repeated repeated) {
    tally.repeated++;
    tally.happened(Sometimes.REPEATED);
    Reader reader = campaign.reader(repeated.device());
    Message message =
        campaign.stream(repeated.sender(), repeated.conversation())
            .withClientId(repeated.clientId());
    if (reader == null || message == null) {
      findings.doubt("fact %d: a repetition of what is not recorded".formatted(repeated.number()));
      return;
    }
    Shown.show(findings, message, repeated.messageId(), repeated.number());
    if (message.isFor(reader.device)
        && message.handedTo(reader) == null
        && reader.isEntitledTo(message)
        && !reader.wasToldOf(message, toleranceMs)) {
      findings.breach(
          Promise.P2,
          "%s dropped as repeated what it never got: %s".formatted(reader, message),
          message.invokedBy,
          repeated.number());
    }
  }

  void stored(Fact.Stored stored) {
    tally.stored++;
    Message message =
        identify(
            stored, stored.sender(), stored.conversation(), stored.clientId(), stored.content());
    if (message == null) {
      return;
    }
    Shown.bind(findings, message, stored.clientId(), stored.number());
    Shown.show(findings, message, stored.messageId(), stored.number());
    if (message.storedBy != 0) {
      findings.breach(
          Promise.P3,
          "%s is stored twice".formatted(message),
          message.invokedBy,
          message.storedBy,
          stored.number());
    }
    message.storedBy = stored.number();
  }
}
