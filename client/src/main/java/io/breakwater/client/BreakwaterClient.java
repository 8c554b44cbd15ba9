package io.breakwater.client;

import com.google.protobuf.ByteString;
import io.breakwater.client.core.Changes;
import io.breakwater.client.core.Counters;
import io.breakwater.client.core.Credentials;
import io.breakwater.client.core.DeviceMachine;
import io.breakwater.client.core.Event;
import io.breakwater.client.core.OutboxFullException;
import io.breakwater.client.core.ReceivedMessage;
import io.breakwater.client.core.UserId;
import io.breakwater.client.store.DeviceStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device of a user: connected as long as it is open, as far as the network allows. Methods may be
 * called on any thread and never wait; stages complete on the client's thread, which must not be
 * held up.
 *
 * <p>A message that was taken by {@link #send} is sent until it is answered, across connections
 * and, from the store, across processes.
 */
public final class BreakwaterClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BreakwaterClient.class);

  private final DeviceMachine machine;
  private final ClientThread thread;
  private final Session session;
  private final int ownDevice;

  /**
   * Messages on their way to the machine, so that the queue before it is bounded as the outbox is.
   */
  private final AtomicInteger entering = new AtomicInteger();

  private final int maxEntering;

  private final AtomicReference<Counters> counters;

  private BreakwaterClient(
      ClientConfig config, Credentials credentials, DeviceStore store, Listener listener) {
    machine =
        new DeviceMachine(
            config.device(),
            credentials,
            store.load(),
            new SplittableRandom(ThreadLocalRandom.current().nextLong()));
    counters = new AtomicReference<>(machine.counters());
    maxEntering = config.device().outboxMessages();
    ownDevice = credentials.device();
    session = new Session(store, listener);
    thread = new ClientThread(machine, config, session, "breakwater-client");
  }

  /**
   * Opens a device and connects. Messages that were stored but not yet handed to a listener are
   * handed over first.
   *
   * @param store stays the caller's to close, after the client
   */
  public static BreakwaterClient open(
      ClientConfig config, Credentials credentials, DeviceStore store, Listener listener) {
    BreakwaterClient client = new BreakwaterClient(config, credentials, store, listener);
    List<ReceivedMessage> notHanded = store.notHanded();
    if (!notHanded.isEmpty()) {
      client.thread.execute(() -> client.session.handOverStored(notHanded));
    }
    client.thread.start();
    return client;
  }

  /**
   * Makes an account. Completes exceptionally with {@link RequestFailedException} if trying again
   * cannot help. Where many sign up at once, it waits in the service's line, for hours if it must;
   * {@link io.breakwater.client.core.Event.Queued} says every few seconds at which place and for
   * how long still, to be shown to whoever waits. The place is kept while connections come and go;
   * another attempt, with the same id too, begins at the end of the line.
   *
   * @param signUpId 16 random bytes, stored before the first attempt; a secret. Repeating a sign-up
   *     with the same id and handle, in another process too, finishes the same account
   * @param queued hears the place and the estimate in the server's line, and of lost connections
   */
  public static SignUpAttempt signUp(
      ClientConfig config, byte[] signUpId, String handle, EventListener queued) {
    return SignUpAttempt.start(config, signUpId, handle, queued);
  }

  /** Hears events; see {@link Listener}. */
  public interface EventListener {
    /** Called on the thread of the attempt. */
    void onEvent(Event event);
  }

  /**
   * Sends a message. Completes exceptionally with {@link
   * io.breakwater.client.core.OutboxFullException} if the outbox is at its bound, with {@link
   * IllegalArgumentException} if the payload is too large, and with {@link ClientClosedException}
   * if the client is closed before the answer came.
   *
   * @param payload opaque to the server
   */
  public CompletionStage<SendOutcome> send(UserId peer, byte[] payload) {
    CompletableFuture<SendOutcome> outcome = new CompletableFuture<>();
    if (entering.incrementAndGet() > maxEntering) {
      entering.decrementAndGet();
      outcome.completeExceptionally(
          new OutboxFullException(
              "outbox: "
                  + maxEntering
                  + " messages on their way into it (expected: below "
                  + maxEntering
                  + ')'));
      return outcome;
    }
    ByteString bytes = ByteString.copyFrom(payload);
    submit(
        outcome,
        () -> {
          entering.decrementAndGet();
          long clientId = machine.send(peer, bytes, ClientThread.nowMs());
          session.sends.put(new Changes.Removed(peer, clientId), outcome);
        });
    return outcome;
  }

  /** Sends a message to the user who has this handle; fails as {@link #lookUp} does, too. */
  public CompletionStage<SendOutcome> send(String handle, byte[] payload) {
    return lookUp(handle).thenCompose(peer -> send(peer, payload));
  }

  /** Who has this handle. Completes exceptionally with {@link RequestFailedException}. */
  public CompletionStage<UserId> lookUp(String handle) {
    CompletableFuture<Event> answer = request(() -> machine.lookUp(handle, ClientThread.nowMs()));
    return answer.thenApply(event -> ((Event.Found) event).user());
  }

  /**
   * Makes another device of this account. Completes exceptionally with {@link
   * RequestFailedException}.
   *
   * @param linkId 16 random bytes, stored before the first attempt; a secret. Repeating with the
   *     same finishes the same device
   */
  public CompletionStage<LinkedDevice> link(byte[] linkId) {
    ByteString id = ByteString.copyFrom(linkId);
    CompletableFuture<Event> answer = request(() -> machine.link(id, ClientThread.nowMs()));
    return answer.thenApply(
        event -> {
          Event.Linked linked = (Event.Linked) event;
          return new LinkedDevice(linked.credentials(), linked.start());
        });
  }

  /**
   * Signs out another device of this account. Completes exceptionally with {@link
   * RequestFailedException}.
   */
  public CompletionStage<Void> revoke(int device) {
    return request(() -> machine.revoke(device, ClientThread.nowMs())).thenAccept(event -> {});
  }

  /** Signs out this device: its credentials are worthless from then on. */
  public CompletionStage<Void> signOut() {
    return revoke(ownDevice);
  }

  /**
   * Connects now, if it is not connected: when the network came back, or after it was displaced.
   */
  public void reconnect() {
    thread.execute(() -> machine.start(ClientThread.nowMs()));
  }

  /** What was done since it was opened. */
  public Counters counters() {
    return counters.get();
  }

  private CompletableFuture<Event> request(IntSupplier ask) {
    CompletableFuture<Event> answer = new CompletableFuture<>();
    submit(answer, () -> session.requests.put(ask.getAsInt(), answer));
    return answer;
  }

  private void submit(CompletableFuture<?> answer, Runnable input) {
    thread.execute(
        () -> {
          try {
            input.run();
          } catch (IllegalArgumentException | OutboxFullException e) {
            answer.completeExceptionally(e);
          }
        });
    session.failIfEnded(answer);
  }

  /**
   * Closes the connection and waits until the client's thread has ended; the outbox stays in the
   * store.
   */
  @Override
  public void close() {
    try {
      thread.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What belongs to the client's thread besides the machine. */
  private final class Session implements ClientThread.Owner {
    final Map<Changes.Removed, CompletableFuture<SendOutcome>> sends = new HashMap<>();
    final Map<Integer, CompletableFuture<Event>> requests = new HashMap<>();

    private final DeviceStore store;
    private final Listener listener;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    Session(DeviceStore store, Listener listener) {
      this.store = store;
      this.listener = listener;
    }

    /** What is submitted too late for the thread is failed by whoever submitted it. */
    void failIfEnded(CompletableFuture<?> answer) {
      if (end.isDone()) {
        answer.completeExceptionally(new ClientClosedException("the client is closed"));
      }
    }

    @Override
    public void persist(Changes changes) throws IOException {
      store.write(changes);
    }

    @Override
    public void persisted(Changes changes) throws IOException {
      counters.set(machine.counters());
      if (!changes.received().isEmpty()) {
        handOver(changes.received());
      }
    }

    void handOverStored(List<ReceivedMessage> messages) {
      try {
        handOver(messages);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void handOver(List<ReceivedMessage> messages) throws IOException {
      for (ReceivedMessage message : messages) {
        try {
          listener.onMessage(message);
        } catch (RuntimeException e) {
          LOG.error("the listener failed with entry {}", message.entryId(), e);
        }
      }
      store.handed(messages.get(messages.size() - 1).entryId());
    }

    @Override
    public void notify(Event event) {
      complete(event);
      try {
        listener.onEvent(event);
      } catch (RuntimeException e) {
        LOG.error("the listener failed with an event", e);
      }
    }

    private void complete(Event event) {
      if (event instanceof Event.Accepted accepted) {
        outcome(
            accepted.peer(),
            accepted.clientId(),
            new SendOutcome.Accepted(accepted.clientId(), accepted.messageId()));
      } else if (event instanceof Event.Refused refused) {
        outcome(
            refused.peer(),
            refused.clientId(),
            new SendOutcome.Refused(refused.clientId(), refused.reason()));
      } else if (event instanceof Event.Unknown unknown) {
        outcome(unknown.peer(), unknown.clientId(), new SendOutcome.Unknown(unknown.clientId()));
      } else if (event instanceof Event.Found found) {
        answer(found.request(), found);
      } else if (event instanceof Event.Linked linked) {
        answer(linked.request(), linked);
      } else if (event instanceof Event.Revoked revoked) {
        answer(revoked.request(), revoked);
      } else if (event instanceof Event.RequestFailed failed) {
        CompletableFuture<Event> waiting = requests.remove(failed.request());
        if (waiting != null) {
          waiting.completeExceptionally(
              new RequestFailedException(failed.reason(), failed.detail(), failed.returnAfterMs()));
        }
      }
    }

    private void outcome(UserId peer, long clientId, SendOutcome outcome) {
      CompletableFuture<SendOutcome> waiting = sends.remove(new Changes.Removed(peer, clientId));
      if (waiting != null) {
        waiting.complete(outcome);
      }
    }

    private void answer(int request, Event event) {
      CompletableFuture<Event> waiting = requests.remove(request);
      if (waiting != null) {
        waiting.complete(event);
      }
    }

    @Override
    public void ended(@Nullable IOException failure) {
      end.complete(null);
      thread.runRemaining();
      ClientClosedException closed = new ClientClosedException("the client is closed");
      sends.values().forEach(waiting -> waiting.completeExceptionally(closed));
      requests.values().forEach(waiting -> waiting.completeExceptionally(closed));
      if (failure != null) {
        listener.onStoreFailed(failure);
      }
    }
  }
}
