package io.breakwater.loadtest.surge.figures;

import io.breakwater.loadtest.surge.facts.Fact;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What there was in each second, summed over the generators. A census holds until the next one of
 * its generator.
 */
final class Censuses {
  private static final int UNKNOWN = -1;

  private final Span span;
  private final List<One> generators = new ArrayList<>();

  Censuses(Span span) {
    this.span = span;
  }

  /** One generator. */
  static final class One {
    private final Span span;
    private final int[] sockets;
    private final int[] signingUp;
    private final int[] waiting;
    private int socketsBefore;
    private int signingUpBefore;
    private int waitingBefore;
    private long firstCpuNanos = UNKNOWN;
    private long lastCpuNanos;

    private One(Span span) {
      this.span = span;
      sockets = new int[span.seconds()];
      signingUp = new int[span.seconds()];
      waiting = new int[span.seconds()];
      Arrays.fill(sockets, UNKNOWN);
      Arrays.fill(signingUp, UNKNOWN);
      Arrays.fill(waiting, UNKNOWN);
    }

    void taken(Fact.Census fact) {
      if (fact.atNanos() > span.endNanos()) {
        return;
      }
      if (span.isBefore(fact.atNanos())) {
        socketsBefore = fact.sockets();
        signingUpBefore = fact.signingUp();
        waitingBefore = fact.waiting();
        firstCpuNanos = fact.cpuNanos();
      } else {
        int second = span.second(fact.atNanos());
        sockets[second] = fact.sockets();
        signingUp[second] = fact.signingUp();
        waiting[second] = fact.waiting();
        if (firstCpuNanos == UNKNOWN) {
          firstCpuNanos = fact.cpuNanos();
        }
      }
      lastCpuNanos = fact.cpuNanos();
    }
  }

  /** One generator more. */
  One add() {
    One one = new One(span);
    generators.add(one);
    return one;
  }

  int generators() {
    return generators.size();
  }

  double[] sockets() {
    double[] sum = new double[span.seconds()];
    generators.forEach(each -> hold(sum, each.sockets, each.socketsBefore));
    return sum;
  }

  double[] signingUp() {
    double[] sum = new double[span.seconds()];
    generators.forEach(each -> hold(sum, each.signingUp, each.signingUpBefore));
    return sum;
  }

  double[] waiting() {
    double[] sum = new double[span.seconds()];
    generators.forEach(each -> hold(sum, each.waiting, each.waitingBefore));
    return sum;
  }

  private static void hold(double[] sum, int[] values, int before) {
    int last = before;
    for (int second = 0; second < sum.length; second++) {
      last = values[second] == UNKNOWN ? last : values[second];
      sum[second] += last;
    }
  }

  /** From the last census before the run, or the first in it, to the last one in it. */
  double cpuMicros() {
    return generators.stream()
            .filter(each -> each.firstCpuNanos != UNKNOWN)
            .mapToLong(each -> each.lastCpuNanos - each.firstCpuNanos)
            .sum()
        / 1e3;
  }
}
