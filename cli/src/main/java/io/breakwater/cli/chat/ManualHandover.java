package io.breakwater.cli.chat;

import io.breakwater.client.core.Changes;
import io.breakwater.client.core.DeviceState;
import io.breakwater.client.core.ReceivedMessage;
import io.breakwater.client.store.DeviceStore;
import java.io.Flushable;
import java.io.IOException;
import java.util.List;

/**
 * A store that lets messages go only up to the last one that was taken, after it was flushed to
 * where it was written: what comes after stays for the next run. Confined to the client's thread,
 * once the client is open.
 */
final class ManualHandover implements DeviceStore {
  private final DeviceStore store;
  private final Flushable output;
  private long takenEntry;

  ManualHandover(DeviceStore store, Flushable output) {
    this.store = store;
    this.output = output;
  }

  /** Called by the listener, in order. */
  void taken(ReceivedMessage message) {
    takenEntry = message.entryId();
  }

  @Override
  public DeviceState load() {
    return store.load();
  }

  @Override
  public void write(Changes changes) throws IOException {
    store.write(changes);
  }

  @Override
  public List<ReceivedMessage> notHanded() {
    return store.notHanded();
  }

  @Override
  public void handed(long entryId) throws IOException {
    output.flush();
    if (takenEntry != 0) {
      store.handed(takenEntry);
    }
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
