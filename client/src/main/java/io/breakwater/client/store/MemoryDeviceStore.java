package io.breakwater.client.store;

import io.breakwater.client.core.Changes;
import io.breakwater.client.core.DeviceState;
import io.breakwater.client.core.ReceivedMessage;
import java.util.List;

/** Keeps a device's state as long as the process lives: for simulations and load generators. */
public final class MemoryDeviceStore implements DeviceStore {
  private final Image image = new Image();

  /** Of a device that has stored nothing. */
  public MemoryDeviceStore() {}

  @Override
  public DeviceState load() {
    return image.state();
  }

  @Override
  public void write(Changes changes) {
    image.apply(changes);
  }

  @Override
  public List<ReceivedMessage> notHanded() {
    return image.notHanded();
  }

  @Override
  public void handed(long entryId) {
    image.handed(entryId);
  }

  @Override
  public void close() {}
}
