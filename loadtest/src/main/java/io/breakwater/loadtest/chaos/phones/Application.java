package io.breakwater.loadtest.chaos.phones;

import io.breakwater.client.BreakwaterClient;
import io.breakwater.client.ClientClosedException;
import io.breakwater.client.LinkedDevice;
import io.breakwater.client.Listener;
import io.breakwater.client.core.Changes;
import io.breakwater.client.core.Credentials;
import io.breakwater.client.core.Event;
import io.breakwater.client.core.MessageId;
import io.breakwater.client.core.OutgoingMessage;
import io.breakwater.client.core.ReceivedMessage;
import io.breakwater.client.core.UserId;
import io.breakwater.client.store.DeviceStore;
import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.history.Fact.Ending;
import io.breakwater.loadtest.chaos.payload.Content;
import io.breakwater.loadtest.chaos.payload.Conversation;
import io.breakwater.loadtest.chaos.payload.Device;
import io.breakwater.loadtest.chaos.payload.Identity;
import io.breakwater.loadtest.chaos.phones.Ledger.Sent;
import io.breakwater.proto.client.Reason;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One run of the application of a device: from its start until it is closed or killed. It records
 * what it does and hears; once it has ended it does neither, whatever threads of its client still
 * run. Any thread.
 */
final class Application implements Listener {
  /** So many sends of a device may be unanswered; then it sends nothing until some are answered. */
  private static final int MAX_OPEN_SENDS = 256;

  private final Surroundings around;
  private final Notebook notebook;
  private final int run;
  private final UserId self;
  private final KillableStore store;

  // Guarded by the lock of the notebook.
  private @Nullable BreakwaterClient client;
  private boolean isAlive = true;
  private boolean isLeaving;
  private boolean isAttached;
  private boolean isCaughtUp;
  private boolean hasFailed;
  private @Nullable Reason rejection;
  private long detachedSinceMs = Counts.nowMs();

  private Application(
      Surroundings around, Notebook notebook, Credentials credentials, DeviceStore device) {
    this.around = around;
    this.notebook = notebook;
    this.run = ++notebook.run;
    self = credentials.user();
    store = new KillableStore(device, notebook.lock, this::written);
  }

  /**
   * Starts it, with what the store has.
   *
   * @param device is closed when the application ends
   */
  static Application start(
      Surroundings around, Notebook notebook, Credentials credentials, DeviceStore device) {
    notebook.lock.lock();
    try {
      Application application = new Application(around, notebook, credentials, device);
      application.recordStart();
      application.client =
          BreakwaterClient.open(around.config(), credentials, application.store, application);
      return application;
    } finally {
      notebook.lock.unlock();
    }
  }

  private void recordStart() {
    Map<Changes.Removed, Sent> outbox = new HashMap<>();
    for (OutgoingMessage message : store.load().outbox()) {
      Sent sent = sent(message);
      if (sent != null) {
        outbox.put(new Changes.Removed(message.peer(), message.clientId()), sent);
      }
    }
    long cursor = store.load().cursor().entryId();
    Device device = notebook.device;
    around
        .recorder()
        .record((number, ms) -> new Fact.ApplicationStarted(number, ms, device, run, cursor));
    notebook.ledger.restart(outbox).forEach(lost -> unknown(lost, 0, "lost with the application"));
  }

  private void unknown(Sent sent, long clientId, String why) {
    unknown(around, notebook.device, sent, clientId, why);
  }

  private static void unknown(
      Surroundings around, Device device, Sent sent, long clientId, String why) {
    around
        .recorder()
        .record(
            (number, ms) ->
                new Fact.SendUnknown(
                    number, ms, device, sent.conversation(), sent.sequence(), clientId, why));
    around.counts().heard(around.counts().unknown);
  }

  /** Under the lock. */
  private void written(Changes changes) {
    for (OutgoingMessage message : changes.put()) {
      Sent sent = sent(message);
      if (sent != null) {
        notebook.ledger.stored(message.peer(), message.clientId(), sent);
      }
    }
  }

  /** Which send a message of the outbox is. */
  private @Nullable Sent sent(OutgoingMessage message) {
    Content content = around.payloads().read(message.payload().toByteArray());
    if (content instanceof Content.Sound(Identity identity)
        && identity.sender().equals(notebook.device)) {
      return new Sent(identity.conversation(), identity.sequence());
    }
    around.troubles().add("the store of %s has %s".formatted(notebook.device, message));
    return null;
  }

  /** Sends a message to a user; false if it does not send now. */
  boolean send(int to, int bytes) {
    UserId peer = around.people().id(to);
    notebook.lock.lock();
    try {
      BreakwaterClient sender = client;
      if (peer == null
          || sender == null
          || !isAlive
          || isLeaving
          || notebook.ledger.open() >= MAX_OPEN_SENDS) {
        return false;
      }
      Conversation conversation = Conversation.of(notebook.device.user(), to);
      Sent sent = notebook.ledger.invoke(conversation);
      MessageId after = notebook.shown(conversation);
      around
          .recorder()
          .record(
              (number, ms) ->
                  new Fact.SendInvoked(
                      number, ms, notebook.device, conversation, sent.sequence(), 0, after, bytes));
      around.counts().invoked.incrementAndGet();
      byte[] payload =
          around
              .payloads()
              .write(new Identity(notebook.device, conversation, sent.sequence()), bytes);
      var _ =
          sender
              .send(peer, payload)
              .exceptionally(
                  failure -> {
                    throw notTaken(sent, failure);
                  });
      return true;
    } finally {
      notebook.lock.unlock();
    }
  }

  /** The outcomes themselves are heard as events, like those of earlier runs. */
  private CompletionException notTaken(Sent sent, Throwable failure) {
    notebook.lock.lock();
    try {
      // A client that was closed may have stored it: the next run will see.
      if (isAlive
          && !(failure instanceof ClientClosedException)
          && notebook.ledger.notTaken(sent)) {
        refused(sent, 0, failure.toString());
      }
    } finally {
      notebook.lock.unlock();
    }
    return new CompletionException(failure);
  }

  private void refused(Sent sent, long clientId, String why) {
    around
        .recorder()
        .record(
            (number, ms) ->
                new Fact.SendRefused(
                    number,
                    ms,
                    notebook.device,
                    sent.conversation(),
                    sent.sequence(),
                    clientId,
                    why));
    around.counts().heard(around.counts().refused);
  }

  @Override
  public void onMessage(ReceivedMessage message) {
    notebook.lock.lock();
    try {
      if (isAlive) {
        delivered(message);
      }
    } finally {
      notebook.lock.unlock();
    }
  }

  private void delivered(ReceivedMessage message) {
    var stream = message.origin().stream();
    Device sender = around.people().device(stream.sender(), stream.senderDevice());
    Integer to = around.people().user(message.to());
    if (sender == null || to == null) {
      around.troubles().add("%s was handed %s".formatted(notebook.device, message));
      return;
    }
    Conversation conversation = Conversation.of(sender.user(), to);
    Content content = around.payloads().read(message.payload().toByteArray());
    around
        .recorder()
        .record(
            (number, ms) ->
                new Fact.Delivered(
                    number,
                    ms,
                    notebook.device,
                    run,
                    message.entryId(),
                    sender,
                    conversation,
                    message.origin().clientId(),
                    message.messageId(),
                    content));
    around.counts().heard(around.counts().delivered);
    Conversation named = around.people().learn(stream.conversation(), conversation);
    if (!named.equals(conversation)) {
      around.troubles().add("conversation %s is %s and %s".formatted(message, named, conversation));
    }
    notebook.shown(conversation, message.messageId());
    if (sender.user() != notebook.device.user()) {
      around.replies().offer(new Replies.Reply(notebook.device, sender.user()));
    }
  }

  @Override
  public void onEvent(Event event) {
    notebook.lock.lock();
    try {
      if (isAlive) {
        hear(event);
      }
    } finally {
      notebook.lock.unlock();
    }
  }

  private void hear(Event event) {
    switch (event) {
      case Event.Accepted(UserId peer, long clientId, MessageId id) -> accepted(peer, clientId, id);
      case Event.Refused(UserId peer, long clientId, Reason reason) -> {
        Sent sent = answered(peer, clientId);
        if (sent != null) {
          refused(sent, clientId, reason.name());
        }
      }
      case Event.Unknown(UserId peer, long clientId) -> {
        Sent sent = answered(peer, clientId);
        if (sent != null) {
          unknown(sent, clientId, "given up");
        }
      }
      case Event.Repeated repeated -> repeated(repeated);
      case Event.TooLong(long sinceMs) ->
          around
              .recorder()
              .record((number, ms) -> new Fact.ToldTooLong(number, ms, notebook.device, sinceMs));
      case Event.Attached _ -> isAttached = true;
      case Event.CaughtUp _ -> isCaughtUp = true;
      case Event.Detached _ -> detached();
      case Event.Displaced _ -> detached();
      case Event.Stopped stopped -> {
        detached();
        rejection = stopped.reason();
      }
      case Event.DeviceAdded _,
          Event.DeviceRemoved _,
          Event.Found _,
          Event.Linked _,
          Event.Revoked _,
          Event.RequestFailed _,
          Event.SignedUp _,
          Event.Queued _,
          Event.SignUpFailed _ -> {
        // Said by whoever asked.
      }
    }
  }

  private void detached() {
    isAttached = false;
    isCaughtUp = false;
    detachedSinceMs = Counts.nowMs();
  }

  private void accepted(UserId peer, long clientId, MessageId id) {
    Sent sent = answered(peer, clientId);
    if (sent != null) {
      around
          .recorder()
          .record(
              (number, ms) ->
                  new Fact.SendAccepted(
                      number,
                      ms,
                      notebook.device,
                      sent.conversation(),
                      sent.sequence(),
                      clientId,
                      id));
      around.counts().heard(around.counts().accepted);
      notebook.shown(sent.conversation(), id);
    }
  }

  private @Nullable Sent answered(UserId peer, long clientId) {
    Sent sent = notebook.ledger.answered(peer, clientId);
    if (sent == null) {
      around
          .troubles()
          .add(
              "%s was answered client id %d to %s, which is not open"
                  .formatted(notebook.device, clientId, peer));
    }
    return sent;
  }

  private void repeated(Event.Repeated repeated) {
    var stream = repeated.origin().stream();
    Device sender = around.people().device(stream.sender(), stream.senderDevice());
    Conversation conversation = around.people().conversation(stream.conversation());
    if (sender == null || conversation == null) {
      around
          .troubles()
          .add("%s dropped as repeated: %s".formatted(notebook.device, repeated.origin()));
      return;
    }
    around
        .recorder()
        .record(
            (number, ms) ->
                new Fact.Repeated(
                    number,
                    ms,
                    notebook.device,
                    sender,
                    conversation,
                    repeated.origin().clientId(),
                    repeated.messageId()));
  }

  @Override
  public void onStoreFailed(IOException failure) {
    notebook.lock.lock();
    try {
      if (isAlive) {
        hasFailed = true;
        around.troubles().add("the store of %s failed: %s".formatted(notebook.device, failure));
      }
    } finally {
      notebook.lock.unlock();
    }
  }

  /**
   * Asks for another device. Completes on a thread of the client; fails if the application ends
   * before it hears the answer.
   */
  CompletionStage<LinkedDevice> link(byte[] linkId) {
    return open().link(linkId).thenApply(this::ifAlive);
  }

  /** Asks that a device is signed out; completes as {@link #link} does. */
  CompletionStage<Boolean> revoke(int number) {
    return open().revoke(number).thenApply(_ -> ifAlive(true));
  }

  private BreakwaterClient open() {
    notebook.lock.lock();
    try {
      BreakwaterClient open = client;
      if (open == null || !isAlive || isLeaving) {
        throw new IllegalStateException("the application has ended");
      }
      return open;
    } finally {
      notebook.lock.unlock();
    }
  }

  private <T> T ifAlive(T answer) {
    notebook.lock.lock();
    try {
      if (!isAlive) {
        throw new IllegalStateException("the application has ended");
      }
      return answer;
    } finally {
      notebook.lock.unlock();
    }
  }

  /** Whether it is connected and has been handed what it missed. */
  boolean isCaughtUp() {
    notebook.lock.lock();
    try {
      return isAlive && isAttached && isCaughtUp;
    } finally {
      notebook.lock.unlock();
    }
  }

  /** Whether its client has stopped by itself. */
  boolean hasFailed() {
    notebook.lock.lock();
    try {
      return hasFailed;
    } finally {
      notebook.lock.unlock();
    }
  }

  /** Why the server does not let it in any more; null if it does. */
  @Nullable Reason rejection() {
    notebook.lock.lock();
    try {
      return rejection;
    } finally {
      notebook.lock.unlock();
    }
  }

  /** Somebody looks at it: if it has been without connection for so long, it tries at once. */
  void lookAt(long patienceMs) {
    notebook.lock.lock();
    try {
      long nowMs = Counts.nowMs();
      if (client != null && !isAttached && nowMs - detachedSinceMs >= patienceMs) {
        detachedSinceMs = nowMs;
        client.reconnect();
      }
    } finally {
      notebook.lock.unlock();
    }
  }

  /** Ends it; returns when its threads are gone and its store is closed. */
  void end(Ending ending) throws IOException {
    if (ending == Ending.KILLED) {
      stop(Ending.KILLED);
      closeKilled();
    } else {
      BreakwaterClient closing = leave();
      closing.close();
      stop(Ending.CLOSED);
      store.close();
    }
  }

  /** Ends it as if killed, and records nothing: the history is over. */
  void silence() throws IOException {
    leave();
    notebook.lock.lock();
    try {
      isAlive = false;
      store.kill();
    } finally {
      notebook.lock.unlock();
    }
    closeKilled();
  }

  private BreakwaterClient leave() {
    notebook.lock.lock();
    try {
      isLeaving = true;
      return Objects.requireNonNull(client, "it was started");
    } finally {
      notebook.lock.unlock();
    }
  }

  private void stop(Ending ending) {
    notebook.lock.lock();
    try {
      isAlive = false;
      if (ending == Ending.KILLED) {
        store.kill();
      }
      around
          .recorder()
          .record(
              (number, ms) ->
                  new Fact.ApplicationStopped(number, ms, notebook.device, run, ending));
    } finally {
      notebook.lock.unlock();
    }
  }

  /**
   * The client's thread ends at what it wants to write next; and it is given something to write, so
   * that it does not come to acknowledge what it has, as a client does that is closed.
   */
  private void closeKilled() throws IOException {
    BreakwaterClient killed = leave();
    var _ = killed.send(self, new byte[0]).handle((outcome, failure) -> outcome != null);
    killed.close();
    store.close();
  }

  /** Records that the open sends of a device will not be answered: it is signed out. */
  static void giveUp(Surroundings around, Notebook notebook) {
    notebook.lock.lock();
    try {
      notebook
          .ledger
          .giveUp()
          .forEach(sent -> unknown(around, notebook.device, sent, 0, "signed out"));
    } finally {
      notebook.lock.unlock();
    }
  }
}
