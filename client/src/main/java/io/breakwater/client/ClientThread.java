package io.breakwater.client;

import io.breakwater.client.core.Changes;
import io.breakwater.client.core.Event;
import io.breakwater.client.core.Machine;
import io.breakwater.client.core.Output;
import io.breakwater.client.core.Step;
import io.breakwater.proto.client.ServerFrame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns a machine. Inputs wait in a queue (frames at most as many as a
 * connection reads ahead; the application's own are bounded by who enqueues them); all that wait
 * are handed in before the step that follows from them is written, so that one write, and one sync,
 * serves many messages.
 */
final class ClientThread {
  private static final Logger LOG = LoggerFactory.getLogger(ClientThread.class);
  private static final int MAX_INPUTS_PER_STEP = 1_024;

  /** What the owner of a machine does with its steps; called on the thread. */
  interface Owner {
    /** Makes them durable. */
    void persist(Changes changes) throws IOException;

    /** They are durable, and the outputs to the network are on their way. */
    void persisted(Changes changes) throws IOException;

    void notify(Event event);

    /** The thread is about to end; {@code failure} is what ended it, if it was not closed. */
    void ended(@Nullable IOException failure);
  }

  private final Machine machine;
  private final List<Endpoint> endpoints;
  private final @Nullable Tls tls;
  private final Owner owner;
  private final String name;
  private final Thread thread;
  private final BlockingQueue<Runnable> inputs = new LinkedBlockingQueue<>();
  private final Reports reports = new Reports();

  /** Confined to the thread. */
  private @Nullable Connection connection;

  /** Confined to the thread. */
  private int nextEndpoint;

  /** Confined to the thread. */
  private boolean closing;

  /** What solves a proof of work, if anything does. Confined to the thread. */
  private @Nullable Thread worker;

  ClientThread(Machine machine, ClientConfig config, Owner owner, String name) {
    this.machine = machine;
    this.endpoints = config.endpoints();
    this.tls = config.tls();
    this.owner = owner;
    this.name = name;
    nextEndpoint = ThreadLocalRandom.current().nextInt(endpoints.size());
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Milliseconds that do not go backwards. Any thread. */
  static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  /** Runs on the thread, before the next step. Any thread; dropped if the thread has ended. */
  void execute(Runnable input) {
    inputs.add(input);
  }

  /** Ends the thread; waits until it has ended, unless called on it. Any thread. */
  void close() throws InterruptedException {
    execute(() -> closing = true);
    if (!Thread.currentThread().equals(thread)) {
      thread.join();
    }
  }

  /** Empties the queue at the end, so that nobody waits for an input that was never taken. */
  void runRemaining() {
    for (Runnable input = inputs.poll(); input != null; input = inputs.poll()) {
      input.run();
    }
  }

  private void run() {
    IOException failure = null;
    try {
      machine.start(nowMs());
      while (!closing) {
        carryOut();
        takeInputs();
        machine.tick(nowMs());
      }
      Connection last = connection;
      machine.stop(nowMs());
      carryOut();
      if (last != null) {
        last.awaitClosed();
      }
    } catch (IOException e) {
      LOG.error("{}: the store failed, the client has stopped", name, e);
      failure = e;
    } catch (RuntimeException e) {
      LOG.error("{}: the client has stopped", name, e);
      failure = new IOException("the client failed", e);
    } catch (InterruptedException e) {
      LOG.warn("{}: interrupted, the client has stopped", name);
    } finally {
      if (connection != null) {
        connection.close();
      }
      stopWork();
      owner.ended(failure);
    }
  }

  private void takeInputs() throws InterruptedException {
    long wakeUpMs = machine.wakeUpMs();
    long waitMs = wakeUpMs == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, wakeUpMs - nowMs());
    Runnable first = inputs.poll(waitMs, TimeUnit.MILLISECONDS);
    if (first != null) {
      first.run();
      List<Runnable> more = new ArrayList<>();
      inputs.drainTo(more, MAX_INPUTS_PER_STEP - 1);
      more.forEach(Runnable::run);
    }
  }

  private void carryOut() throws IOException {
    for (Step step = machine.drain(); !step.isEmpty(); step = machine.drain()) {
      Changes changes = step.changes();
      if (!changes.isEmpty()) {
        owner.persist(changes);
        changes.cursor().ifPresent(cursor -> machine.stored(cursor, nowMs()));
      }
      for (Output output : step.outputs()) {
        toNetwork(output);
      }
      owner.persisted(changes);
      for (Output output : step.outputs()) {
        if (output instanceof Output.Notify notify) {
          owner.notify(notify.event());
        }
      }
    }
  }

  private void toNetwork(Output output) {
    if (output instanceof Output.Connect connect) {
      Endpoint endpoint = endpoints.get(nextEndpoint);
      nextEndpoint = (nextEndpoint + 1) % endpoints.size();
      connection = Connection.open(connect.connection(), endpoint, tls, reports, name);
    } else if (output instanceof Output.Transmit transmit) {
      if (connection != null && connection.is(transmit.connection())) {
        connection.transmit(transmit.frame());
      }
    } else if (output instanceof Output.Close close) {
      if (connection != null && connection.is(close.connection())) {
        connection.close();
        connection = null;
      }
    } else if (output instanceof Output.Work work) {
      stopWork();
      worker = new Thread(() -> solve(work), name + "-work");
      worker.setDaemon(true);
      worker.start();
    } else if (output instanceof Output.StopWork) {
      stopWork();
    }
  }

  /** On a thread of its own. */
  private void solve(Output.Work work) {
    new ProofOfWork(work.challenge(), work.bits())
        .solve()
        .ifPresent(
            nonce ->
                execute(() -> machine.worked(work.connection(), work.challenge(), nonce, nowMs())));
  }

  private void stopWork() {
    if (worker != null) {
      worker.interrupt();
      worker = null;
    }
  }

  private final class Reports implements Connection.Reports {
    @Override
    public void connected(long number) {
      execute(() -> machine.connected(number, nowMs()));
    }

    @Override
    public void received(long number, ServerFrame frame, Runnable handled) {
      execute(
          () -> {
            handled.run();
            machine.received(number, frame, nowMs());
          });
    }

    @Override
    public void disconnected(long number, String why) {
      execute(() -> machine.disconnected(number, why, nowMs()));
    }
  }
}
