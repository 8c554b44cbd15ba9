package io.breakwater.cli.chat;

import io.breakwater.client.Listener;
import io.breakwater.client.core.ConversationId;
import io.breakwater.client.core.Event;
import io.breakwater.client.core.MessageId;
import io.breakwater.client.core.ReceivedMessage;
import io.breakwater.client.core.UserId;
import java.io.BufferedOutputStream;
import java.io.Flushable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Writes the payloads of the next messages of other users, each with a newline; what other devices
 * of the same user sent is passed over.
 *
 * <p>They are written in mailbox order. Within a conversation that is the order of message ids, for
 * messages that others sent: the home of the mailbox gives both, in one step, and recovery keeps
 * both. So nothing is held back for sorting; but it is checked, and counted as out of order.
 * Messages of several senders are in order per conversation.
 */
final class LineReceiver implements Listener, Flushable {
  private final UserId self;
  private final long limit;
  private final BufferedOutputStream out;
  private final Notes notes;
  private final CompletableFuture<Long> done = new CompletableFuture<>();
  private final Map<ConversationId, MessageId> last = new HashMap<>();
  private Consumer<ReceivedMessage> taken = message -> {};
  private final AtomicLong written = new AtomicLong();
  private long outOfOrder;

  /**
   * @param limit how many messages to write
   */
  LineReceiver(UserId self, long limit, OutputStream out, Notes notes) {
    this.self = self;
    this.limit = limit;
    this.out = new BufferedOutputStream(out, 1 << 16);
    this.notes = notes;
  }

  /**
   * Is told of each message that needs not be handed over again; to be set before the client is
   * opened.
   */
  void onTaken(Consumer<ReceivedMessage> listener) {
    taken = listener;
  }

  /**
   * Completes with the number of messages that were out of order, when all are written; all are
   * flushed once the client is closed.
   */
  CompletableFuture<Long> done() {
    return done;
  }

  @Override
  public void onMessage(ReceivedMessage message) {
    if (written.get() == limit || done.isCompletedExceptionally()) {
      return;
    }
    if (!message.origin().stream().sender().equals(self)) {
      write(message);
    }
    taken.accept(message);
    if (written.get() == limit) {
      done.complete(outOfOrder);
    }
  }

  private void write(ReceivedMessage message) {
    MessageId before = last.put(message.origin().stream().conversation(), message.messageId());
    if (before != null && before.compareTo(message.messageId()) >= 0) {
      outOfOrder++;
    }
    try {
      message.payload().writeTo(out);
      out.write('\n');
      written.incrementAndGet();
    } catch (IOException e) {
      done.completeExceptionally(
          new ChatFailure("cannot write to standard output: " + e.getMessage(), e));
      throw new UncheckedIOException(e);
    }
  }

  /** How many were written. */
  long written() {
    return written.get();
  }

  @Override
  public void onEvent(Event event) {
    if (event instanceof Event.Stopped stopped) {
      done.completeExceptionally(
          new ChatFailure("the server does not accept this device: " + stopped.reason()));
    }
    notes.event(event);
  }

  @Override
  public void onStoreFailed(IOException failure) {
    done.completeExceptionally(
        new ChatFailure("cannot store or write what arrives: " + failure.getMessage(), failure));
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }
}
