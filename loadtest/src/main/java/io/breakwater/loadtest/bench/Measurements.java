package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.bench.report.Report;
import io.breakwater.loadtest.bench.report.Section;
import io.breakwater.loadtest.bench.site.StackSite.History;
import io.breakwater.loadtest.bench.site.StackSite.Sync;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.util.List;

/** What is measured on which servers, in order. Confined to the thread of the bench. */
final class Measurements {
  private final Sites sites;
  private final Plan plan;
  private final Progress progress;
  private final Report report;
  private boolean complete = true;

  Measurements(Sites sites, Plan plan, Progress progress, Report report) {
    this.sites = sites;
    this.plan = plan;
    this.progress = progress;
    this.report = report;
  }

  /**
   * Measures; what fails does not keep the rest from being measured.
   *
   * @return whether nothing failed
   */
  boolean run(List<Subject> subjects) {
    if (subjects.contains(Subject.MESSAGES)) {
      messages();
    }
    List<Subject> others = subjects.stream().filter(one -> one != Subject.MESSAGES).toList();
    if (!others.isEmpty()) {
      others(others);
    }
    return complete;
  }

  /** Each setting on a stack of its own, so that none has the leftovers of another. */
  private void messages() {
    Section search = section(MessagesBench.searchSection());
    Section cost = section(MessagesBench.costSection());
    Section latency = section(MessagesBench.latencySection());
    for (Sync sync : plan.syncs()) {
      for (History history : plan.histories()) {
        String setting =
            sites.isGiven() ? "as given" : "sync %s, history %s".formatted(sync, history);
        attempt(
            "messages, " + setting,
            sync,
            history,
            bench -> new MessagesBench(bench, setting, search, cost, latency).run());
        if (sites.isGiven()) {
          return;
        }
      }
    }
  }

  /** One stack for all: what they leave behind does not hurt each other, and users are dear. */
  private void others(List<Subject> subjects) {
    Section connects = ConnectsBench.section();
    attempt(
        "the stack",
        Sync.GROUP,
        History.ON,
        bench -> {
          for (Subject subject : subjects) {
            progress.say(subject + " ...");
            attempt(subject.toString(), bench, one -> measure(subject, one, connects));
          }
        });
    section(connects);
  }

  private void measure(Subject subject, Bench bench, Section connects) {
    switch (subject) {
      case MESSAGES -> throw new IllegalArgumentException("messages have stacks of their own");
      case SIGNUPS -> new SignUpsBench(bench, section(SignUpsBench.section())).run();
      case CONNECTS -> new ConnectsBench(bench, connects).connects();
      case RECONNECTS -> new ConnectsBench(bench, connects).reconnects();
      case IDLE -> new IdleBench(bench, section(IdleBench.section())).run();
      case REFUSALS -> new RefusalsBench(bench, section(RefusalsBench.section())).run();
      case OFFLINE -> new OfflineBench(bench, section(OfflineBench.section())).run();
    }
  }

  private Section section(Section section) {
    report.add(section);
    return section;
  }

  /** Something that is measured on servers. */
  private interface Attempt {
    void run(Bench bench);
  }

  private void attempt(String what, Sync sync, History history, Attempt attempt) {
    try (Bench bench = new Bench(sites.open(sync, history), plan, progress)) {
      attempt(what, bench, attempt);
    } catch (TrialFailure e) {
      failed(what, e);
    }
  }

  private void attempt(String what, Bench bench, Attempt attempt) {
    try {
      attempt.run(bench);
    } catch (TrialFailure e) {
      failed(what, e);
    }
  }

  private void failed(String what, TrialFailure failure) {
    complete = false;
    progress.say(what + " FAILED: " + failure.getMessage());
    section(new Section(what + ": FAILED")).note(String.valueOf(failure.getMessage()));
  }
}
