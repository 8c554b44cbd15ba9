package io.breakwater.loadtest.chaos.phones;

import io.breakwater.loadtest.chaos.payload.Device;
import io.breakwater.loadtest.chaos.payload.Payloads;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Sends at times of a Poisson process, from devices whose applications run: replies to what was
 * handed over last, or something new. If it falls behind, it leaves out what is more than a second
 * late.
 */
final class Writers implements AutoCloseable {
  private static final double REPLIES = 0.4;

  /** So often another writer is looked for if nobody of the first choice sends now. */
  private static final int TRIES = 8;

  private static final long MAX_LATE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final double NANOS_PER_S = 1e9;

  private final CrowdPlan plan;
  private final Circles circles;
  private final Map<Device, Phone> phones;
  private final Surroundings around;
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("crowd-writers").factory());

  // Confined to the thread.
  private final SplittableRandom random;
  private long nextNanos = System.nanoTime();

  Writers(CrowdPlan plan, Map<Device, Phone> phones, Surroundings around, SplittableRandom random) {
    this.plan = plan;
    this.phones = phones;
    this.around = around;
    this.random = random;
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    circles = new Circles(plan.users(), plan.seed());
  }

  void start() {
    thread.execute(this::schedule);
  }

  private void schedule() {
    long nowNanos = System.nanoTime();
    double gapNanos = -Math.log(1 - random.nextDouble()) / plan.sendsPerSecond() * NANOS_PER_S;
    nextNanos = Math.max(nextNanos + (long) gapNanos, nowNanos - MAX_LATE_NANOS);
    try {
      var _ =
          thread.schedule(
              this::writeAndGoOn, Math.max(0, nextNanos - nowNanos), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // It is closed.
    }
  }

  private void writeAndGoOn() {
    try {
      write();
    } catch (RuntimeException e) {
      around.troubles().add("writing: " + e);
    }
    schedule();
  }

  private void write() {
    if (random.nextDouble() < REPLIES && reply()) {
      return;
    }
    for (int tries = 0; tries < TRIES; tries++) {
      Circles.Writing writing = circles.draw(random);
      int offset = random.nextInt(plan.devicesPerUser());
      for (int number = 0; number < plan.devicesPerUser(); number++) {
        Device by = new Device(writing.from(), 1 + (offset + number) % plan.devicesPerUser());
        if (send(by, writing.to())) {
          return;
        }
      }
    }
  }

  private boolean reply() {
    Replies.Reply reply = around.replies().poll();
    return reply != null && send(reply.by(), reply.to());
  }

  private boolean send(Device by, int to) {
    Phone phone = phones.get(by);
    return phone != null && phone.send(to, bytes());
  }

  /** Half to one and a half of the mean. */
  private int bytes() {
    return Math.max(
        Payloads.MIN_BYTES, plan.payloadBytes() / 2 + random.nextInt(plan.payloadBytes() + 1));
  }

  /** Nothing is sent any more once this returns. */
  @Override
  public void close() {
    // Not by an interrupt: it could hit the recorder in a write, and close its file.
    thread.shutdown();
    try {
      if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
        around.troubles().add("the writers did not stop within 10 s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
