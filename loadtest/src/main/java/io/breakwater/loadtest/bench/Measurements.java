package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.bench.profile.Profiler;
import io.breakwater.loadtest.bench.report.Report;
import io.breakwater.loadtest.bench.report.Section;
import io.breakwater.loadtest.bench.report.SideBySide;
import io.breakwater.loadtest.bench.site.ServerSettings;
import io.breakwater.loadtest.bench.site.Site;
import io.breakwater.loadtest.bench.site.StackSite.History;
import io.breakwater.loadtest.bench.site.StackSite.Setting;
import io.breakwater.loadtest.bench.site.StackSite.Sync;
import io.breakwater.loadtest.bench.site.Variant;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What is measured on which servers, in order. Confined to the thread of the bench. */
final class Measurements {
  private static final String VARIANT = "variant";

  private final Sites sites;
  private final Plan plan;
  private final Progress progress;
  private final Report report;
  private final Profiler profiler;
  private final Runnable save;
  private final Set<Section> compared = new LinkedHashSet<>();
  private boolean complete = true;

  /**
   * @param save keeps what the report has so far: run after each part
   */
  Measurements(
      Sites sites, Plan plan, Progress progress, Report report, Profiler profiler, Runnable save) {
    this.sites = sites;
    this.plan = plan;
    this.progress = progress;
    this.report = report;
    this.profiler = profiler;
    this.save = save;
  }

  /**
   * Measures; what fails does not keep the rest from being measured. Variants take turns, so that a
   * machine that changes meanwhile changes for all of them.
   *
   * @return whether nothing failed
   */
  boolean run(List<Subject> subjects) {
    List<Subject> others = subjects.stream().filter(one -> one != Subject.MESSAGES).toList();
    for (int round = 0; round < plan.rounds(); round++) {
      for (Variant variant : plan.variants()) {
        if (subjects.contains(Subject.MESSAGES)) {
          messages(variant);
        }
        if (!others.isEmpty()) {
          others(others, variant);
        }
      }
    }
    if (plan.variants().size() > 1) {
      List<String> names = plan.variants().stream().map(Variant::name).toList();
      compared.forEach(section -> report.add(SideBySide.of(section, VARIANT, names)));
    }
    return complete;
  }

  /** Each setting on a stack of its own, so that none has the leftovers of another. */
  private void messages(Variant variant) {
    MessagesBench.Tables tables =
        new MessagesBench.Tables(
            section(MessagesBench.searchSection(), variant),
            section(MessagesBench.ratesSection(), variant),
            compared(MessagesBench.costSection(), variant),
            compared(MessagesBench.latencySection(), variant));
    for (Sync sync : plan.syncs()) {
      for (History history : plan.histories()) {
        String setting =
            sites.isGiven() ? "as given" : "sync %s, history %s".formatted(sync, history);
        attempt(
            "messages, " + setting,
            new Setting(variant, sync, history),
            bench -> new MessagesBench(bench, setting, tables).run());
        if (sites.isGiven()) {
          return;
        }
      }
    }
  }

  /** One stack for all: what they leave behind does not hurt each other, and users are dear. */
  private void others(List<Subject> subjects, Variant variant) {
    Section connects = compared(ConnectsBench.section(), variant);
    attempt(
        "the stack",
        new Setting(variant, Sync.GROUP, History.ON),
        bench -> {
          for (Subject subject : subjects) {
            progress.say(subject + " ...");
            attempt(subject.toString(), bench, one -> measure(subject, one, connects, variant));
          }
        });
  }

  private void measure(Subject subject, Bench bench, Section connects, Variant variant) {
    switch (subject) {
      case MESSAGES -> throw new IllegalArgumentException("messages have stacks of their own");
      case SIGNUPS -> new SignUpsBench(bench, compared(SignUpsBench.section(), variant)).run();
      case CONNECTS -> new ConnectsBench(bench, connects).connects();
      case RECONNECTS -> new ConnectsBench(bench, connects).reconnects();
      case IDLE -> new IdleBench(bench, compared(IdleBench.section(), variant)).run();
      case REFUSALS -> new RefusalsBench(bench, compared(RefusalsBench.section(), variant)).run();
      case OFFLINE -> new OfflineBench(bench, compared(OfflineBench.section(), variant)).run();
      case START -> {
        StartBench.Tables tables =
            new StartBench.Tables(
                section(StartBench.startsSection(), variant),
                compared(StartBench.archiveSection(), variant),
                compared(StartBench.minuteSection(), variant));
        new StartBench(bench, tables).run();
      }
    }
  }

  private Section compared(Section section, Variant variant) {
    Section ours = section(section, variant);
    compared.add(ours);
    return ours;
  }

  /** That of the report with this title; its next lines are of this variant. */
  private Section section(Section section, Variant variant) {
    Section ours = report.add(section);
    if (plan.variants().size() > 1) {
      ours.under(VARIANT, variant.name());
    }
    return ours;
  }

  /** Something that is measured on servers. */
  private interface Attempt {
    void run(Bench bench);
  }

  private void attempt(String what, Setting setting, Attempt attempt) {
    try (Site site = sites.open(setting);
        Bench bench = new Bench(site, plan, progress, profiler(setting.variant()))) {
      note(site, setting);
      attempt(what, bench, attempt);
    } catch (TrialFailure | UncheckedIOException e) {
      failed(what, e);
    }
    save.run();
  }

  private Profiler profiler(Variant variant) {
    return plan.variants().size() > 1 ? profiler.named(variant.name()) : profiler;
  }

  /** With what the servers run; said again where it differs. */
  private void note(Site site, Setting setting) {
    String variant = plan.variants().size() > 1 ? " (%s)".formatted(setting.variant().name()) : "";
    ServerSettings.of(site)
        .forEach((part, settings) -> report.circumstance(part + variant, settings));
    if (!setting.variant().setup().equals(Variant.USUAL.setup())) {
      report.circumstance("setup" + variant, setting.variant().setup().toString());
    }
  }

  private void attempt(String what, Bench bench, Attempt attempt) {
    try {
      attempt.run(bench);
    } catch (TrialFailure | UncheckedIOException e) {
      failed(what, e);
    }
    save.run();
  }

  private void failed(String what, RuntimeException failure) {
    complete = false;
    progress.say(what + " FAILED: " + failure.getMessage());
    report.add(new Section(what + ": FAILED")).note(String.valueOf(failure.getMessage()));
  }
}
