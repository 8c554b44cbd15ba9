package io.breakwater.simulation;

import io.breakwater.simulation.Chart.Curve;
import io.breakwater.simulation.Chart.Mark;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Simulates a burst of {@code telegram-2021-10-04}, prints figures and draws them:
 * {@code burst}, or {@code faults}, in which a tenth of the nodes is killed, another tenth falls
 * silent, and a tenth of the gateways is killed; {@code small-burst} and {@code small-faults} are a
 * tenth of that. {@code docs/capacity.md} says more.
 */
final class Main {
  private static final double CALM_S = 15;
  private static final double SETTLES_S = 15;

  private final PrintStream out = System.out;
  private final String name;
  private final Size size;
  private final boolean isFaulty;
  private final double endS;
  private final double burstS;
  private final Tier tier;
  private final List<Mark> marks = new ArrayList<>();

  private Main(String name) {
    this.name = name;
    size = name.startsWith("small") ? Size.TENTH : Size.FULL;
    isFaulty = name.endsWith("faults");
    burstS = isFaulty ? 60 : 40;
    endS = CALM_S + burstS + (isFaulty ? 0 : 10);
    tier = new Tier(size, Crowd.telegram(size.divisor(), CALM_S, burstS));
    marks.add(new Mark(CALM_S, "burst"));
    if (isFaulty) {
      fault(CALM_S + 20, "nodes killed", () -> tier.killNodes(size.nodes() / 10));
      fault(CALM_S + 33, "nodes silent", () -> tier.silenceNodes(size.nodes() / 10));
      fault(CALM_S + 46, "gateways killed", () -> tier.killGateways(size.gateways() / 10));
    } else {
      marks.add(new Mark(CALM_S + burstS, "over"));
    }
  }

  private void fault(double atS, String text, Runnable what) {
    tier.at(atS, what);
    marks.add(new Mark(atS, text));
  }

  /**
   * Simulates.
   *
   * @param args what, and the directory for what is drawn
   */
  public static void main(String[] args) throws IOException {
    Main main = new Main(args[0]);
    main.run();
    main.print();
    main.draw(Path.of(args[1]));
  }

  private void run() {
    out.println(size);
    tier.runUntil(endS, second -> out.printf("%3d s: %s%n", tier.seconds.size(), second));
  }

  private void print() {
    row("calm", 5, CALM_S);
    row("the burst begins", CALM_S, CALM_S + 5);
    double settledS = CALM_S + SETTLES_S;
    row("burst, settled", settledS, isFaulty ? CALM_S + 20 : CALM_S + burstS);
    for (Mark mark : marks.subList(1, marks.size())) {
      row(mark.text(), mark.atS(), Math.min(endS, mark.atS() + 13));
      out.printf(
          Locale.ROOT,
          "%s: rate within a tenth of before after %.1f s; least in half a second: %.2f of before%n",
          mark.text(),
          recoveredS(mark.atS()),
          leastPart(mark.atS()));
    }
    for (int came = (int) CALM_S; came < tier.waits.size(); came += 10) {
      out.printf(
          Locale.ROOT,
          "who came in second %d: %d served so far, waits differ by %.1f s (95 %% by %.1f s)%n",
          came,
          tier.waits.get(came).size(),
          tier.spreadMs(came, 0, 1) / 1_000,
          tier.spreadMs(came, 0.025, 0.975) / 1_000);
    }
    out.printf(Locale.ROOT, "error of the first estimate, median: %.0f %%%n", 100 * tier.estimateError());
  }

  private void row(String what, double fromS, double untilS) {
    Span span = Span.of(tier, fromS, untilS);
    out.printf(
        Locale.ROOT,
        "| %s | %.0f | %.0f | %.0f %% | %.1f | %.1f | %.2f | %.0f | %.0f | %.0f | %.0f |%n",
        what,
        span.mean(second -> second.came),
        span.served(),
        100 * span.unevenness(),
        span.delayMean(),
        span.delayHigh(),
        span.mean(second -> second.load),
        span.mean(second -> second.shed),
        span.aheadHigh(),
        span.mean(second -> second.demands) / size.nodes(),
        span.mean(second -> second.grants) / size.gateways());
  }

  private double servedPerTenth(double fromS, double untilS) {
    return tier.tenths.subList((int) (10 * fromS), (int) (10 * untilS)).stream()
        .mapToInt(Integer::intValue)
        .average()
        .orElse(0);
  }

  private double recoveredS(double atS) {
    double before = servedPerTenth(atS - 4, atS);
    double after = 0;
    while (atS + after + 2 <= endS && servedPerTenth(atS + after, atS + after + 2) < 0.9 * before) {
      after += 0.1;
    }
    return after;
  }

  private double leastPart(double atS) {
    double before = servedPerTenth(atS - 4, atS);
    double least = 1;
    for (double after = 0; after < 10 && atS + after + 0.5 <= endS; after += 0.1) {
      least = Math.min(least, servedPerTenth(atS + after, atS + after + 0.5) / before);
    }
    return least;
  }

  private void draw(Path directory) throws IOException {
    Chart chart = new Chart(tier.seconds, marks);
    chart.panel(
        "sign-ups a second",
        new Curve("come", second -> second.came),
        new Curve("served", second -> second.served));
    chart.panel("people in line", new Curve("all gateways", second -> second.line));
    chart.panel(
        "send to delivered, ms",
        new Curve("p99", second -> Second.quantile(second.delays, 0.99)),
        new Curve("mean", Second::delayMean));
    chart.panel(
        "somebody else had come earlier by, s",
        new Curve("99th percentile", second -> Second.quantile(second.ahead, 0.99) / 1_000),
        new Curve("median", second -> Second.quantile(second.ahead, 0.5) / 1_000));
    chart.panel(
        "credits for sign-ups, per node",
        new Curve("mean", second -> second.poolMean),
        new Curve("standard deviation", second -> second.poolDeviation));
    chart.panel("part of Cassandra's time", new Curve("worked", second -> second.load));
    Files.createDirectories(directory);
    Path file = directory.resolve("simulation-" + name + ".svg");
    Files.writeString(file, chart.toString(), StandardCharsets.UTF_8);
    out.println(file);
  }
}
