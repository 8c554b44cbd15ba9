package io.breakwater.client.store;

import io.breakwater.client.core.Changes;
import io.breakwater.client.core.DeviceState;
import io.breakwater.client.core.ReceivedMessage;
import java.io.IOException;
import java.util.List;

/**
 * The durable state of one device. Called by one thread at a time; may block.
 *
 * <p>Received messages arrive in {@link #write} together with the cursor that says so. An
 * application that keeps its messages in the same database stores them there and has each exactly
 * once, whenever it crashes. A store that is not the application's database keeps them until {@link
 * #handed}, so that a message whose listener was interrupted is handed over again.
 */
public interface DeviceStore extends AutoCloseable {
  /** What all writes have added up to. */
  DeviceState load();

  /**
   * Makes the changes durable, all or none.
   *
   * @throws IOException if it is not known that they are; the client then stops
   */
  void write(Changes changes) throws IOException;

  /** Messages that were written and not yet {@link #handed}, in mailbox order. */
  List<ReceivedMessage> notHanded();

  /**
   * The listener has returned from every message up to this entry. Need not be durable at once.
   *
   * @throws IOException if it cannot be noted; the client then stops
   */
  void handed(long entryId) throws IOException;

  @Override
  void close() throws IOException;
}
