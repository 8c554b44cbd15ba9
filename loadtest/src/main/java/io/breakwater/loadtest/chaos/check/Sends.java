package io.breakwater.loadtest.chaos.check;

import io.breakwater.loadtest.chaos.check.Message.Outcome;
import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.payload.Conversation;
import io.breakwater.loadtest.chaos.payload.Device;
import io.breakwater.loadtest.chaos.report.Promise;
import org.jspecify.annotations.Nullable;

/** What applications sent, and what they were told of it. */
final class Sends {
  private final Campaign campaign;
  private final Findings findings;
  private final Tally tally;

  Sends(Campaign campaign, Findings findings, Tally tally) {
    this.campaign = campaign;
    this.findings = findings;
    this.tally = tally;
  }

  void invoked(Fact.SendInvoked invoked, boolean inFault) {
    if (campaign.reader(invoked.device()) == null
        || !invoked.conversation().has(invoked.device().user())) {
      findings.doubt(
          "fact %d: %s cannot write into %s"
              .formatted(invoked.number(), invoked.device(), invoked.conversation()));
      return;
    }
    Stream stream = campaign.stream(invoked.device(), invoked.conversation());
    Message message =
        stream.invoke(invoked.sequence(), invoked.number(), invoked.atMs(), invoked.after());
    if (message == null) {
      findings.doubt(
          "fact %d: sequence number %d is not above all before it"
              .formatted(invoked.number(), invoked.sequence()));
      return;
    }
    message.isInvokedInFault = inFault;
    tally.invoked++;
    if (stream.hasSeenOthers()) {
      tally.happened(Sometimes.REPLY);
    }
    Shown.bind(findings, message, invoked.clientId(), invoked.number());
  }

  void accepted(Fact.SendAccepted told) {
    Message message =
        resolve(told, told.device(), told.conversation(), told.sequence(), Outcome.ACCEPTED);
    if (message == null) {
      return;
    }
    Shown.bind(findings, message, told.clientId(), told.number());
    Shown.show(findings, message, told.messageId(), told.number());
    message.stream.saw(told.messageId(), told.number(), false);
  }

  void refused(Fact.SendRefused told) {
    Message message =
        resolve(told, told.device(), told.conversation(), told.sequence(), Outcome.REFUSED);
    if (message != null) {
      Shown.bind(findings, message, told.clientId(), told.number());
    }
  }

  void unknown(Fact.SendUnknown told) {
    Message message =
        resolve(told, told.device(), told.conversation(), told.sequence(), Outcome.UNKNOWN);
    if (message != null) {
      Shown.bind(findings, message, told.clientId(), told.number());
    }
  }

  private @Nullable Message resolve(
      Fact fact, Device device, Conversation conversation, long sequence, Outcome outcome) {
    Message message = campaign.stream(device, conversation).withSequence(sequence);
    if (message == null) {
      findings.doubt(
          "fact %d is the outcome of a send that is not recorded".formatted(fact.number()));
      return null;
    }
    if (message.outcome == outcome) {
      return message;
    }
    if (message.outcome == Outcome.UNKNOWN) {
      // It is known after all.
      tally.unknown--;
    } else if (message.outcome != Outcome.OPEN) {
      findings.breach(
          Promise.P3,
          "%s is %s, and then %s".formatted(message, message.outcome, outcome),
          message.invokedBy,
          message.resolvedBy,
          fact.number());
      return message;
    }
    message.outcome = outcome;
    message.resolvedBy = fact.number();
    message.resolvedAtMs = fact.atMs();
    count(message);
    return message;
  }

  private void count(Message message) {
    switch (message.outcome) {
      case OPEN -> throw new IllegalStateException("an outcome is not " + message.outcome);
      case ACCEPTED -> {
        tally.accepted++;
        if (message.isInvokedInFault) {
          tally.happened(Sometimes.ACCEPTED_IN_SPITE_OF_A_FAULT);
        }
      }
      case REFUSED -> {
        tally.refused++;
        tally.happened(Sometimes.REFUSED);
      }
      case UNKNOWN -> tally.unknown++;
    }
  }
}
