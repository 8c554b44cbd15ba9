package io.breakwater.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleConsumer;

/**
 * A model: machines that all delivery nodes share. Each write is work for three of them, taken in
 * order of arrival, and is answered when two are done, after a latency that varies. Now and then
 * one of them stands still, as collections make it.
 */
final class Cassandra {
  private static final int REPLICAS = 3;
  private static final double PAUSE_MS = 25;
  private static final double PAUSE_EACH_MS = 3_000;

  private record Write(double atMs, double workMs, double latencyMs, DoubleConsumer done) {}

  private final Agenda agenda;
  private final SplittableRandom random;
  private final double[] busyUntilMs;
  private final double[] pauseAtMs;
  private final double speed;
  private final List<Write> writes = new ArrayList<>();
  private double workedMs;

  /**
   * @param cores that each machine has for it
   */
  Cassandra(Agenda agenda, int machines, double cores, SplittableRandom random) {
    this.agenda = agenda;
    this.random = random;
    this.speed = cores;
    this.busyUntilMs = new double[machines];
    this.pauseAtMs = random.doubles(machines, 0, PAUSE_EACH_MS).toArray();
  }

  /** A write arrives within this millisecond; {@code done} is told when it was answered. */
  void write(double atMs, double workMs, double latencyMs, DoubleConsumer done) {
    writes.add(new Write(atMs, workMs, latencyMs, done));
  }

  /** Takes what has arrived in this millisecond. */
  void step() {
    long nowMs = agenda.nowMs();
    for (int machine = 0; machine < busyUntilMs.length; machine++) {
      if (nowMs >= pauseAtMs[machine]) {
        pauseAtMs[machine] += PAUSE_EACH_MS;
        busyUntilMs[machine] = Math.max(busyUntilMs[machine], (double) nowMs) + PAUSE_MS;
      }
    }
    writes.sort(Comparator.comparingDouble(Write::atMs));
    for (Write write : writes) {
      double answeredMs = second(write) + write.latencyMs * between(0.6, 1.4);
      agenda.at(answeredMs, () -> write.done.accept(answeredMs));
    }
    writes.clear();
  }

  /** When two of three are done. */
  private double second(Write write) {
    int first = random.nextInt(busyUntilMs.length);
    double least = Double.MAX_VALUE;
    double middle = Double.MAX_VALUE;
    for (int i = 0; i < REPLICAS; i++) {
      double done = work(first + i, write);
      if (done < least) {
        middle = least;
        least = done;
      } else {
        middle = Math.min(middle, done);
      }
    }
    return middle;
  }

  private double work(int machine, Write write) {
    int index = machine % busyUntilMs.length;
    double tookMs = write.workMs / speed * between(0.7, 1.3);
    workedMs += tookMs;
    busyUntilMs[index] = Math.max(busyUntilMs[index], write.atMs) + tookMs;
    return busyUntilMs[index];
  }

  private double between(double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /** Ms of work since it was asked last, of all machines. */
  double worked() {
    double worked = workedMs;
    workedMs = 0;
    return worked;
  }

  int machines() {
    return busyUntilMs.length;
  }
}
