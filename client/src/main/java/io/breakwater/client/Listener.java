package io.breakwater.client;

import io.breakwater.client.core.Event;
import io.breakwater.client.core.ReceivedMessage;
import java.io.IOException;

/**
 * What an application hears. All methods are called on the client's one thread, one at a time, in
 * the order of what happened; while one runs, nothing else is received (the server holds at most
 * its window of entries back), and nothing is sent. They may call any method of the client, but
 * must not wait for a future of it. What they throw is logged and has no effect.
 */
public interface Listener {
  /**
   * A message, in the order of the mailbox. It is durable in the device's store already. Once this
   * returns, the store may let it go: if the process ends before, it is handed over again when the
   * client is opened next.
   */
  void onMessage(ReceivedMessage message);

  /** Anything else; outcomes of messages that were sent by an earlier process among it. */
  default void onEvent(Event event) {}

  /**
   * The store failed: the client has stopped and has to be closed. What is not answered stays in
   * the store's outbox.
   */
  default void onStoreFailed(IOException failure) {}
}
