package io.breakwater.loadtest.chaos.check;

import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.history.History.Replay;
import io.breakwater.loadtest.chaos.payload.Conversation;
import io.breakwater.loadtest.chaos.report.Figures;
import io.breakwater.loadtest.chaos.report.Interruption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Takes facts in their order, and judges at the end. Confined to one thread. */
final class Examination implements Consumer<Fact> {
  private final Requirements requirements;
  private final Findings findings = new Findings();
  private final Tally tally = new Tally();
  private final Campaign campaign = new Campaign();
  private final Interruptions interruptions = new Interruptions();
  private final Lives lives = new Lives(campaign, findings, tally);
  private final Sends sends = new Sends(campaign, findings, tally);
  private final Sightings sightings;

  /** Faults under way, and the facts that they began. */
  private final Map<Integer, Long> faults = new HashMap<>();

  private long lastNumber;
  private long lastAtMs = Long.MIN_VALUE;
  private boolean hasBegun;
  private boolean hasEnded;
  private boolean wasStorageRead;
  private boolean isHealed = true;
  private long healedAtMs = Long.MIN_VALUE;

  Examination(Requirements requirements) {
    this.requirements = requirements;
    sightings = new Sightings(campaign, findings, tally, requirements.clockTolerance().toMillis());
  }

  @Override
  public void accept(Fact fact) {
    place(fact);
    switch (fact) {
      case Fact.CampaignBegan _ -> hasBegun = tally.facts == 1;
      case Fact.DeviceLinked linked -> lives.linked(linked);
      case Fact.SignOutAsked asked -> lives.signOutAsked(asked);
      case Fact.SignedOut signedOut -> lives.signedOut(signedOut);
      case Fact.ApplicationStarted started -> lives.started(started);
      case Fact.ApplicationStopped stopped -> lives.stopped(stopped);
      case Fact.SendInvoked invoked -> {
        sends.invoked(invoked, !faults.isEmpty());
        int from = invoked.device().user();
        interruptions.invoked(from, invoked.conversation().other(from), invoked.atMs());
      }
      case Fact.SendAccepted accepted -> {
        sends.accepted(accepted);
        int from = accepted.device().user();
        interruptions.accepted(from, accepted.conversation().other(from), accepted.atMs());
      }
      case Fact.SendRefused refused -> sends.refused(refused);
      case Fact.SendUnknown unknown -> sends.unknown(unknown);
      case Fact.Delivered delivered -> {
        sightings.delivered(delivered);
        delivered(delivered);
      }
      case Fact.Repeated repeated -> sightings.repeated(repeated);
      case Fact.ToldTooLong told -> lives.toldTooLong(told);
      case Fact.FaultBegun begun -> begun(begun);
      case Fact.FaultEnded ended -> ended(ended);
      case Fact.Healed healed -> healed(healed);
      case Fact.Counted counted -> tally.happened(counted.name(), counted.count());
      case Fact.Stored stored -> sightings.stored(stored);
      case Fact.StorageRead read -> storageRead(read);
      case Fact.CampaignEnded _ -> hasEnded = true;
    }
  }

  private void delivered(Fact.Delivered delivered) {
    int user = delivered.device().user();
    Conversation conversation = delivered.conversation();
    // A copy of what this user wrote on another device takes another way.
    if (delivered.sender().user() != user || conversation.isNotes()) {
      interruptions.delivered(delivered.sender().user(), user, delivered.atMs());
    }
  }

  private void place(Fact fact) {
    if (fact.number() <= lastNumber || fact.atMs() < lastAtMs) {
      findings.doubt(
          "fact %d at %d ms is out of its place (expected: after %d, at %d ms or later)"
              .formatted(fact.number(), fact.atMs(), lastNumber, lastAtMs));
    }
    if (hasEnded) {
      findings.doubt("fact %d comes after the end".formatted(fact.number()));
    }
    tally.beganAtMs = tally.facts == 0 ? fact.atMs() : tally.beganAtMs;
    tally.facts++;
    lastNumber = fact.number();
    lastAtMs = fact.atMs();
    tally.endedAtMs = lastAtMs;
  }

  private void begun(Fact.FaultBegun fault) {
    faults.put(fault.fault(), fault.number());
    isHealed = false;
    interruptions.begun(fault);
  }

  private void ended(Fact.FaultEnded fault) {
    if (faults.remove(fault.fault()) == null) {
      findings.doubt("fault %d ended, but never began".formatted(fault.fault()));
    }
    if (fault.effect() == Fact.Effect.SEEN) {
      tally.effectiveFaults++;
      tally.happened(Sometimes.FAULT_TOOK_EFFECT);
    }
    interruptions.ended(fault);
  }

  private void healed(Fact.Healed healed) {
    isHealed = faults.isEmpty();
    healedAtMs = healed.atMs();
  }

  private void storageRead(Fact.StorageRead read) {
    wasStorageRead = read.messages() == tally.stored;
    if (!wasStorageRead) {
      findings.doubt(
          "storage: %d messages are recorded (expected: %d)"
              .formatted(tally.stored, read.messages()));
    }
  }

  /** No further facts. */
  void end(Replay replay) {
    boolean isWhole = isWhole(replay);
    if (!isHealed) {
      findings.doubt("the last fault is not healed: nobody can say what should have arrived");
    }
    Closing closing =
        new Closing(
            campaign,
            findings,
            tally,
            new Closing.Times(
                healedAtMs,
                lastAtMs,
                requirements.progress().toMillis(),
                requirements.clockTolerance().toMillis()));
    closing.judgeSafety();
    if (isWhole && isHealed) {
      closing.judgeDelivery();
    }
    if (isWhole && wasStorageRead) {
      closing.judgeStorage();
    } else if (isWhole) {
      findings.doubt("storage was not read to the end");
    }
    judgeEvidence();
  }

  private boolean isWhole(Replay replay) {
    if (replay instanceof Replay.CutShort cut) {
      findings.doubt("the history is damaged at " + cut.why());
      return false;
    }
    if (!hasBegun || !hasEnded) {
      findings.doubt(
          "the history is truncated: its %s is missing".formatted(hasBegun ? "end" : "begin"));
      return false;
    }
    return true;
  }

  private void judgeEvidence() {
    atLeast("accepted sends", tally.accepted, requirements.accepted());
    atLeast("delivered messages", tally.delivered, requirements.delivered());
    atLeast("faults that took effect", tally.effectiveFaults, requirements.effectiveFaults());
    for (String name : requirements.sometimes()) {
      atLeast(name, tally.sometimes().getOrDefault(name, 0L), 1);
    }
  }

  private void atLeast(String what, long seen, long expected) {
    if (seen < expected) {
      findings.doubt("%s: %d (expected: at least %d)".formatted(what, seen, expected));
    }
  }

  Findings findings() {
    return findings;
  }

  Figures figures() {
    return tally.figures();
  }

  Map<String, Long> sometimes() {
    return tally.sometimes();
  }

  List<Interruption> interruptions() {
    return interruptions.result();
  }
}
