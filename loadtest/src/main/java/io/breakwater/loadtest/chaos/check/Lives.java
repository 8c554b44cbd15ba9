package io.breakwater.loadtest.chaos.check;

import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.payload.Device;
import io.breakwater.loadtest.chaos.report.Promise;
import org.jspecify.annotations.Nullable;

/** Devices come and go, their applications start and stop. */
final class Lives {
  private final Campaign campaign;
  private final Findings findings;
  private final Tally tally;

  Lives(Campaign campaign, Findings findings, Tally tally) {
    this.campaign = campaign;
    this.findings = findings;
    this.tally = tally;
  }

  void linked(Fact.DeviceLinked linked) {
    if (campaign.reader(linked.device()) != null) {
      findings.doubt(
          "device %s was linked before fact %d".formatted(linked.device(), linked.number()));
      return;
    }
    campaign.add(new Reader(linked.device(), linked.number(), linked.atMs(), linked.since()));
    if (tally.invoked > 0) {
      tally.happened(Sometimes.LINKED_LATER);
    }
  }

  void signOutAsked(Fact.SignOutAsked asked) {
    Reader reader = reader(asked, asked.device());
    if (reader != null && reader.signOutAskedBy == 0) {
      reader.signOutAskedBy = asked.number();
    }
  }

  void signedOut(Fact.SignedOut signedOut) {
    Reader reader = reader(signedOut, signedOut.device());
    if (reader == null) {
      return;
    }
    if (reader.signOutAskedBy == 0) {
      findings.breach(
          Promise.DEVICES,
          "%s was signed out, and nobody had asked for it".formatted(reader),
          reader.linkedBy,
          signedOut.number());
      reader.signOutAskedBy = signedOut.number();
    }
    if (reader.signedOutBy == 0) {
      reader.signedOutBy = signedOut.number();
      tally.happened(Sometimes.SIGNED_OUT);
    }
  }

  void started(Fact.ApplicationStarted started) {
    Reader reader = reader(started, started.device());
    if (reader == null) {
      return;
    }
    if (reader.run > 0) {
      tally.happened(Sometimes.RESTARTED);
    }
    if (reader.isRunning) {
      // Its end was not recorded: it may have come at any moment.
      reader.rewind();
    }
    if (Long.compareUnsigned(started.cursor(), reader.lastEntry) < 0) {
      findings.breach(
          Promise.P2,
          "%s starts from entry %s, before %s, which it had been handed"
              .formatted(
                  reader,
                  Long.toUnsignedString(started.cursor()),
                  Long.toUnsignedString(reader.lastEntry)),
          reader.lastBy,
          started.number());
    }
    reader.isRunning = true;
    reader.run = started.run();
    reader.startedAtMs = started.atMs();
    reader.startedBy = started.number();
  }

  void stopped(Fact.ApplicationStopped stopped) {
    Reader reader = reader(stopped, stopped.device());
    if (reader == null) {
      return;
    }
    reader.isRunning = false;
    if (stopped.ending() == Fact.Ending.KILLED) {
      tally.happened(Sometimes.KILLED);
      reader.rewind();
    }
  }

  void toldTooLong(Fact.ToldTooLong told) {
    Reader reader = reader(told, told.device());
    if (reader != null) {
      reader.toldTooLong(told.retainedSinceMs());
      tally.happened(Sometimes.TOLD_TOO_LONG);
    }
  }

  private @Nullable Reader reader(Fact fact, Device device) {
    Reader reader = campaign.reader(device);
    if (reader == null) {
      findings.doubt("fact %d is of device %s, which is unknown".formatted(fact.number(), device));
    }
    return reader;
  }
}
